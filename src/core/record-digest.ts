import { DistinctCount } from './distinct-count.ts';
import { errorPattern } from './error-pattern.ts';
import { estimateMean } from './estimate.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { RecordedEvent, RecordLine } from './record-line.ts';
import { RecordSamples, type RecordedSample } from './record-samples.ts';

/** What a record says, put together. */
export interface RecordDigest {
  /** Null when there is no line of it. */
  readonly spec: JsonObject | null;
  /** The last one. Null: the run did not end. */
  readonly report: JsonObject | null;
  /** The numbers that are computed from the events, in the form of evaltui's own report. */
  readonly computed: JsonObject;
  readonly samples: number;
  /** Events by type, in the order in which the types came. */
  readonly events: Readonly<Record<string, number>>;
  /** How often each choice of a model-graded eval was made. */
  readonly choices: Readonly<Record<string, number>>;
  /** Most frequent first. */
  readonly errors: readonly RecordedErrors[];
  /** By the time from the first event to the last, the longest first; those without such a time are not in it. */
  readonly slowest: readonly RecordedSample[];
  /** Those that are not right first, then the others, both in the record's order. */
  readonly listed: readonly RecordedSample[];
  /** Of the first event and the last, ms since the epoch. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** Errors with something in common. */
export interface RecordedErrors {
  readonly type: string;
  readonly pattern: string;
  readonly events: number;
  readonly example: { readonly sampleId: string | null; readonly message: string };
}

export interface DigestOptions {
  /** Samples that are listed, and slowest ones, at most. */
  readonly listed: number;
  readonly slowest: number;
}

/** Different types, choices or patterns beyond so many are counted as one: their texts are data gone astray. */
const MAX_KINDS = 500;
const MORE = '(others)';

/** Folds the lines of a record into its digest, in memory that grows by 32 bytes a sample at most. */
export class RecordFold {
  readonly #options: DigestOptions;
  #spec: JsonObject | null = null;
  #report: JsonObject | null = null;
  readonly #ids = new DistinctCount();
  readonly #events = new Map<string, number>();
  readonly #choices = new Map<string, number>();
  readonly #errors = new Map<string, { -readonly [Key in keyof RecordedErrors]: RecordedErrors[Key] }>();
  readonly #correct = new Mean();
  readonly #scores = new Mean();
  readonly #usage = { prompt: 0, completion: 0, total: 0 };
  readonly #samples = new RecordSamples((sample) => this.#addSample(sample));
  #errored = 0;
  #hasRepeats = false;
  #slowest: RecordedSample[] = [];
  readonly #amiss: RecordedSample[] = [];
  readonly #others: RecordedSample[] = [];
  #startedAt: number | null = null;
  #endedAt: number | null = null;

  constructor(options: DigestOptions) {
    this.#options = options;
  }

  add(line: Exclude<RecordLine, { kind: 'broken' }>): void {
    switch (line.kind) {
      case 'spec':
        this.#spec ??= line.spec;
        break;
      case 'final-report':
        this.#report = line.report;
        break;
      case 'event':
        this.#addEvent(line);
    }
  }

  /** Nothing can be added after it. */
  finish(): RecordDigest {
    this.#samples.finish();
    return {
      spec: this.#spec,
      report: this.#report,
      computed: this.#computed(),
      samples: this.#ids.count,
      events: Object.fromEntries(this.#events),
      choices: Object.fromEntries(this.#choices),
      errors: [...this.#errors.values()].sort((a, b) => b.events - a.events),
      slowest: this.#slowest,
      listed: [...this.#amiss, ...this.#others].slice(0, this.#options.listed),
      startedAt: this.#startedAt,
      endedAt: this.#endedAt,
    };
  }

  #addEvent(event: RecordedEvent): void {
    const { type, data, sampleId, createdAt } = event;
    if (event.attempt > 1) this.#hasRepeats = true;
    if (sampleId !== null) this.#ids.add(sampleId);
    count(this.#events, type);
    if (createdAt !== null) {
      this.#startedAt = Math.min(this.#startedAt ?? createdAt, createdAt);
      this.#endedAt = Math.max(this.#endedAt ?? createdAt, createdAt);
    }
    if (type === 'match' && typeof data['correct'] === 'boolean') this.#correct.add(Number(data['correct']));
    if (type === 'metrics') this.#addMetrics(data);
    if (type === 'sampling') this.#addUsage(data['usage']);
    if (type === 'error') this.#addError(event);
    this.#samples.add(event);
  }

  #addMetrics({ choice, score }: JsonObject): void {
    if (typeof choice === 'string') count(this.#choices, choice);
    if (typeof score === 'number' && Number.isFinite(score)) this.#scores.add(score);
  }

  #addUsage(usage: JsonValue | undefined): void {
    const {
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: total,
    } = (usage ?? {}) as JsonObject;
    this.#usage.prompt += typeof prompt === 'number' ? prompt : 0;
    this.#usage.completion += typeof completion === 'number' ? completion : 0;
    this.#usage.total += typeof total === 'number' ? total : 0;
  }

  #addError({ data, sampleId }: RecordedEvent): void {
    const type = typeof data['type'] === 'string' ? data['type'] : 'error';
    const given = data['message'];
    const message = typeof given === 'string' ? given : (JSON.stringify(given) ?? '');
    const isFull = this.#errors.size >= MAX_KINDS;
    const found = errorPattern(message);
    const pattern = isFull && !this.#errors.has(`${type}: ${found}`) ? MORE : found;
    const key = `${type}: ${pattern}`;
    const group = this.#errors.get(key);
    if (group !== undefined) group.events += 1;
    else
      this.#errors.set(key, {
        type,
        pattern,
        events: 1,
        example: { sampleId, message: message.slice(0, 500) },
      });
  }

  #addSample(sample: RecordedSample): void {
    if (sample.standing === 'errored') this.#errored += 1;
    const { listed, slowest } = this.#options;
    const list = sample.standing === 'wrong' || sample.standing === 'errored' ? this.#amiss : this.#others;
    if (list.length < listed) list.push(sample);
    if (sample.spanMs <= (this.#slowest[slowest - 1]?.spanMs ?? 0)) return;
    this.#slowest.push(sample);
    this.#slowest.sort((a, b) => b.spanMs - a.spanMs);
    this.#slowest = this.#slowest.slice(0, slowest);
  }

  #computed(): JsonObject {
    const { prompt, completion, total } = this.#usage;
    const isScored = this.#correct.n === 0 && this.#scores.n > 0;
    const { ci95, stderr, ...mean } = isScored
      ? this.#scores.estimate('score')
      : this.#correct.estimate('accuracy');
    return {
      ...mean,
      // Of several attempts at a sample an interval would have to be made of the samples' means.
      ...(this.#hasRepeats ? {} : { stderr, ci95 }),
      errored: { total: this.#errored },
      ...(total > 0 ? { tokens: { prompt, completion, total } } : {}),
    };
  }
}

class Mean {
  n = 0;
  #sum = 0;
  #squares = 0;

  add(value: number): void {
    this.n += 1;
    this.#sum += value;
    this.#squares += value * value;
  }

  estimate(name: 'accuracy' | 'score'): JsonObject {
    const estimate = estimateMean({
      scoredSamples: this.n,
      meanSum: this.#sum,
      meanSquareSum: this.#squares,
      isBinary: name === 'accuracy',
      attempts: 1,
    });
    if (estimate === null) return { [name]: null, n: 0 };
    const { value, stderr, low, high } = estimate;
    return { [name]: value, n: this.n, stderr, ci95: [low, high] };
  }
}

function count(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < MAX_KINDS ? name : MORE;
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
