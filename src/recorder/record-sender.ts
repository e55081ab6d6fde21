import { open, type FileHandle } from 'node:fs/promises';
import { EvaltuiError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { readPlainJson } from '../core/python/plain-json.ts';
import type { PostEnd } from './post-events.ts';
import { readPart, type RecordPart } from './record-part.ts';
import { renderRecordTime } from './record-time.ts';
import {
  keepSentPosition,
  readSentPosition,
  type RecordPlace,
  type RefusedPart,
  type SentPosition,
} from './sent-position.ts';

export interface RecordSenderOptions {
  readonly path: string;
  readonly runId: string;
  readonly createdBy: string;
  /** Of so many evals of the run this record is one: its event ids are made unique in the run. */
  readonly evals: number;
  readonly evalIndex: number;
  readonly batchSize: number;
  readonly post: (body: Uint8Array<ArrayBuffer>) => Promise<PostEnd>;
  readonly now: () => number;
}

/** How a step of sending ended. */
export type SendStep =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'refused';
      readonly part: RecordPart['kind'];
      readonly events: number;
      readonly why: string;
    }
  | Extract<PostEnd, { kind: 'failed' }>;

/**
 * Sends one record, a request at a time and in its order: the spec, then the events in arrays as OpenAI Evals'
 * HttpRecorder does, then the final report. The record itself is what waits on the disk; beside it is kept how far
 * it was sent, so that another process goes on there. A request whose answer was lost is sent again: whoever
 * receives events tells them apart by `run_id` and `event_id`.
 *
 * The ids are the record's own. With several evals in a run they are spread, `id x evals + index`, since each
 * record counts from 0. The spec has -1, or its eval's place below.
 *
 * @see https://github.com/openai/evals/blob/main/evals/record.py, class HttpRecorder
 */
export class RecordSender implements AsyncDisposable {
  readonly #options: RecordSenderOptions;
  #sent: SentPosition;
  /** Refused by the server when an earlier process sent them: they are tried once more. */
  #again: readonly RefusedPart[];
  #file: FileHandle | undefined;

  constructor(options: RecordSenderOptions) {
    this.#options = options;
    this.#sent = readSentPosition(options.path);
    this.#again = this.#sent.refused;
  }

  /**
   * Sends the next lines before `to`, which is where the committed ones end. Fewer events than make a request
   * wait for others, unless `isLast`. Throws `io` for a record that was removed or cut.
   */
  async step(to: number, { isLast }: { readonly isLast: boolean }): Promise<SendStep> {
    const [again] = this.#again;
    const from = again?.from ?? this.#sent.place;
    const part = await this.#read(from, Math.min(to, again?.to ?? to));
    if (part === undefined) return { kind: 'nothing' };
    const isWaiting = part.kind === 'events' && part.lines.length < this.#options.batchSize;
    if (isWaiting && !isLast && again === undefined) return { kind: 'nothing' };
    const next = placeAfter(from, part);
    const end = await this.#options.post(Buffer.from(this.#bodyOf(part, from), 'utf8'));
    if (end.kind === 'failed') return end;
    const events = part.kind === 'events' ? part.lines.length : 0;
    this.#moveOn(
      { kind: part.kind, from, to: next.bytes, events },
      { next, isRefused: end.kind === 'refused' },
    );
    return end.kind === 'sent' ? end : { ...end, part: part.kind, events };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
  }

  async #read(from: RecordPlace, to: number): Promise<RecordPart | undefined> {
    const { path, batchSize } = this.#options;
    try {
      this.#file ??= await open(path, 'r');
      return await readPart(this.#file, { from: from.bytes, to, most: batchSize });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new EvaltuiError('io', `The record ${path} cannot be read to be sent: ${code ?? message}.`, {
        cause: error,
        details: { path },
      });
    }
  }

  #moveOn(
    part: RefusedPart,
    { next, isRefused }: { readonly next: RecordPlace; readonly isRefused: boolean },
  ): void {
    const [again, ...others] = this.#again;
    let { place, refused } = this.#sent;
    if (again === undefined) {
      place = next;
    } else {
      const rest =
        next.bytes < again.to ? [{ ...again, from: next, events: again.events - part.events }] : [];
      this.#again = [...rest, ...others];
      refused = refused.flatMap((one) => (one.from.bytes === part.from.bytes ? rest : [one]));
    }
    if (isRefused) refused = withRefused(refused, part);
    this.#sent = { place, refused };
    keepSentPosition(this.#options.path, this.#sent);
  }

  #bodyOf(part: RecordPart, from: RecordPlace): string {
    if (part.kind === 'events') {
      return `[${part.lines.map((line) => this.#withId(line, from.reports)).join(',')}]`;
    }
    const { runId, createdBy, now } = this.#options;
    const line = readPlainJson(part.lines[0] ?? '');
    const value = (line.kind === 'value' ? line.value : {}) as JsonObject;
    const isSpec = part.kind === 'spec';
    const event = {
      run_id: runId,
      event_id: isSpec ? this.#spread(-1) : this.#spread(from.eventId + from.reports),
      sample_id: null,
      type: isSpec ? 'spec' : 'final_report',
      // NaN, which is no JSON, becomes null.
      data: isSpec ? value['spec'] : value['final_report'],
      created_by: createdBy,
      created_at: `${renderRecordTime(now())}+00:00`,
    };
    return JSON.stringify([event]);
  }

  #spread(id: number): number {
    const { evals, evalIndex } = this.#options;
    return id < 0 ? id - evalIndex : id * evals + evalIndex;
  }

  #withId(line: string, reports: number): string {
    if (this.#options.evals === 1 && reports === 0) return line;
    return line.replace(EVENT_ID, (_, head: string, id: string) => head + this.#spread(Number(id) + reports));
  }
}

/** The beginning of every event line. */
const EVENT_ID = /^(\{"run_id": "(?:[^"\\]|\\.)*", "event_id": )(\d+)/;

function placeAfter(from: RecordPlace, part: RecordPart): RecordPlace {
  const last = EVENT_ID.exec(part.lines.at(-1) ?? '');
  return {
    bytes: part.end,
    eventId: part.kind === 'events' && last !== null ? Number(last[2]) + 1 : from.eventId,
    reports: from.reports + (part.kind === 'final-report' ? 1 : 0),
  };
}

/** Events that follow each other are one part, so that what a server refuses for a whole run is one. */
function withRefused(refused: readonly RefusedPart[], part: RefusedPart): readonly RefusedPart[] {
  const before = refused.find(({ kind, to }) => kind === 'events' && to === part.from.bytes);
  if (before === undefined || part.kind !== 'events') return [...refused, part];
  const joined = { ...part, from: before.from, events: before.events + part.events };
  return [...refused.filter((one) => one !== before), joined];
}
