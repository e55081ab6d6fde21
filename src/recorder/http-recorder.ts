import { setTimeout as wait } from 'node:timers/promises';
import type { EvalRecordPosition } from '../core/record.ts';
import { shownUrl, type HttpRecording } from '../core/http-recording.ts';
import { formatDuration } from '../core/duration.ts';
import { formatQuantity } from '../core/format.ts';
import { readDelivery, type Delivery } from './delivery.ts';
import { postEvents } from './post-events.ts';
import { RecordSender, type SendStep } from './record-sender.ts';

export interface HttpRecorderOptions {
  readonly runId: string;
  readonly createdBy: string;
  /** How many evals the run has. */
  readonly evals: number;
  readonly recording: HttpRecording;
  /** Where the records end that are committed. */
  readonly positions: () => Promise<readonly EvalRecordPosition[]>;
  /** Says that sending fails, and that it goes on again. */
  readonly tell: (line: string) => void;
  readonly now: () => number;
  readonly random: () => number;
  /** Time-out of a request, and how long after the end of the run it is tried without success, ms. */
  readonly limits?: Partial<HttpLimits>;
}

interface HttpLimits {
  readonly requestMs: number;
  readonly giveUpMs: number;
  /** How long events wait until they make a request of less than a batch, ms. */
  readonly lingerMs: number;
}

const LIMITS: HttpLimits = Object.freeze({ requestMs: 60_000, giveUpMs: 30_000, lingerMs: 5_000 });
/** One that is mended by the next try or the one after it is nobody's business. */
const TOLD_FAILURES = 3;
const LOOK_EVERY_MS = 250;
const BACKOFF = Object.freeze({ baseMs: 250, capMs: 10_000, retryAfterCapMs: 60_000 });

/**
 * Sends the records of a run while they grow, in the background: a slow or broken server holds up nothing. What
 * it does not take is tried again for as long as the run goes on, and a while after its end; what is left then
 * is sent when the run is resumed.
 */
export class HttpRecorder implements AsyncDisposable {
  readonly #options: HttpRecorderOptions;
  readonly #limits: HttpLimits;
  readonly #senders = new Map<string, RecordSender>();
  readonly #stop = new AbortController();
  /** Ends a wait early, since the run is over. */
  #wake = new AbortController();
  #finishingSince: number | undefined;
  #answeredAt = 0;
  #failures = 0;
  #hasRefused = false;
  #partialAt: number;
  #work: Promise<void> | undefined;

  constructor(options: HttpRecorderOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#partialAt = options.now();
  }

  /** Begins to send. What makes it impossible to go on is thrown by `finish`. */
  start(): void {
    this.#work = this.#run();
    this.#work.catch(() => {});
  }

  /** Sends what is left, until all is sent, `interrupt` is called, or nothing was taken for 30 s. */
  async finish(): Promise<Delivery> {
    this.#finishingSince = this.#options.now();
    this.#wake.abort();
    await this.#work;
    return readDelivery(await this.#options.positions());
  }

  /** Gives up at once on what is left. */
  interrupt(): void {
    this.#stop.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#work?.catch(() => {});
    for (const sender of this.#senders.values()) await sender[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const isFinishing = this.#finishingSince !== undefined;
      const end = await this.#sendOnce(isFinishing);
      if (end === 'all' && isFinishing) return;
      if (typeof end === 'object' && !(await this.#backOff(end))) return;
      if (end === 'all') await this.#pause(LOOK_EVERY_MS);
    }
  }

  /** One request of each record: `some` when one was answered, `all` when nothing is left to be sent now. */
  async #sendOnce(isFinishing: boolean): Promise<'all' | 'some' | Extract<SendStep, { kind: 'failed' }>> {
    const { now } = this.#options;
    let end: 'all' | 'some' = 'all';
    const isLast = isFinishing || now() - this.#partialAt >= this.#limits.lingerMs;
    if (isLast) this.#partialAt = now();
    for (const position of await this.#options.positions()) {
      const step = await this.#senderOf(position).step(position.bytes, { isLast });
      if (step.kind === 'failed') return step;
      if (step.kind === 'nothing') continue;
      end = 'some';
      this.#answered(step);
    }
    return end;
  }

  #answered(step: Extract<SendStep, { kind: 'sent' | 'refused' }>): void {
    const { now, tell, recording } = this.#options;
    this.#answeredAt = now();
    const url = shownUrl(recording.url);
    const hasRefused = this.#hasRefused;
    this.#hasRefused = step.kind === 'refused';
    if (step.kind === 'refused') {
      // Of many in a row the first says it all.
      if (!hasRefused) tell(`${url} refused ${refusedText(step)}: ${step.why}`);
    } else if (this.#failures >= TOLD_FAILURES) {
      tell(`${url} takes events again.`);
    }
    this.#failures = 0;
  }

  /** Waits until the next try. False: it is time to give up. */
  async #backOff({ why, retryAfterMs }: Extract<SendStep, { kind: 'failed' }>): Promise<boolean> {
    const { now, random, tell, recording } = this.#options;
    if (this.#stop.signal.aborted) return false;
    this.#failures += 1;
    if (this.#failures === TOLD_FAILURES) {
      const { giveUpMs } = this.#limits;
      tell(
        this.#finishingSince === undefined
          ? `${shownUrl(recording.url)} does not take events: ${why}. Trying again.`
          : `${shownUrl(recording.url)} does not take events: ${why}. Trying for ${formatDuration(giveUpMs)}; Ctrl-C leaves them for resume.`,
      );
    }
    const { baseMs, capMs, retryAfterCapMs } = BACKOFF;
    const jittered = random() * Math.min(capMs, baseMs * 2 ** this.#failures);
    const ms = Math.min(retryAfterMs, retryAfterCapMs) + jittered;
    const since = this.#finishingSince;
    if (since !== undefined) {
      const last = Math.max(since, this.#answeredAt) + this.#limits.giveUpMs;
      if (now() + ms > last) {
        tell(`${shownUrl(recording.url)} took nothing for ${formatDuration(this.#limits.giveUpMs)}: ${why}.`);
        return false;
      }
    }
    await this.#pause(ms);
    return true;
  }

  /** Ends early when the run is over, once, or sending is to stop. */
  async #pause(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, this.#wake.signal]);
    await wait(ms, undefined, { signal }).catch(() => {});
    if (this.#wake.signal.aborted) this.#wake = new AbortController();
  }

  #senderOf({ evalIndex, path }: EvalRecordPosition): RecordSender {
    const kept = this.#senders.get(path);
    if (kept !== undefined) return kept;
    const { recording, runId, createdBy, evals, now } = this.#options;
    const { url, batchSize } = recording;
    const sender = new RecordSender({
      path,
      runId,
      createdBy,
      evals,
      evalIndex,
      batchSize,
      now,
      post: (body) => postEvents({ url, body, timeoutMs: this.#limits.requestMs, signal: this.#stop.signal }),
    });
    this.#senders.set(path, sender);
    return sender;
  }
}

function refusedText({ part, events }: Extract<SendStep, { kind: 'refused' }>): string {
  if (part === 'events') return formatQuantity(events, 'event');
  return part === 'spec' ? 'the line that describes the run' : 'the final report';
}
