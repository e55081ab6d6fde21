import type { JsonValue } from './json.ts';
import type { RecordedEvent } from './record-line.ts';

/** A sample of a record, as a list shows it. Texts are cut. */
export interface RecordedSample {
  readonly sampleId: string;
  readonly attempt: number;
  /** By its last `match` or `error` event; null when it has neither. */
  readonly standing: 'right' | 'wrong' | 'errored' | null;
  /** Of a `metrics` event. */
  readonly choice: string | null;
  readonly score: number | null;
  readonly expected: string | null;
  /** What was picked, or else the last answer of the model. */
  readonly answer: string | null;
  /** Of its last error. */
  readonly error: string | null;
  readonly events: number;
  /** From its first event to its last, ms. A record does not say when a sample began. */
  readonly spanMs: number;
}

/** Events of a sample may be apart by the events of others that ran beside it, but not by more than so many. */
const MAX_OPEN = 2_000;
const MAX_TEXT = 200;

type OpenSample = { -readonly [Key in keyof RecordedSample]: RecordedSample[Key] } & {
  firstAt: number | null;
};

/**
 * Puts the events of each sample together, and gives a sample away when no more of it are to be expected: in
 * memory that does not grow with the record.
 */
export class RecordSamples {
  readonly #onSample: (sample: RecordedSample) => void;
  readonly #open = new Map<string, OpenSample>();

  constructor(onSample: (sample: RecordedSample) => void) {
    this.#onSample = onSample;
  }

  add(event: RecordedEvent): void {
    if (event.sampleId === null) return;
    const sample = this.#sampleOf(event.sampleId, event.attempt);
    sample.events += 1;
    if (event.createdAt !== null) {
      sample.firstAt ??= event.createdAt;
      sample.spanMs = Math.max(sample.spanMs, event.createdAt - sample.firstAt);
    }
    addData(sample, event);
  }

  finish(): void {
    for (const sample of this.#open.values()) this.#close(sample);
    this.#open.clear();
  }

  #sampleOf(sampleId: string, attempt: number): OpenSample {
    const key = `${attempt} ${sampleId}`;
    const open = this.#open.get(key);
    if (open !== undefined) return open;
    const [oldest] = this.#open.entries();
    if (oldest !== undefined && this.#open.size >= MAX_OPEN) {
      this.#open.delete(oldest[0]);
      this.#close(oldest[1]);
    }
    const none = { standing: null, choice: null, score: null, expected: null, answer: null, error: null };
    const sample = { sampleId, attempt, ...none, events: 0, spanMs: 0, firstAt: null };
    this.#open.set(key, sample);
    return sample;
  }

  #close({ firstAt: _firstAt, ...sample }: OpenSample): void {
    this.#onSample(sample);
  }
}

function addData(sample: OpenSample, { type, data }: RecordedEvent): void {
  switch (type) {
    case 'match': {
      sample.standing = data['correct'] === true ? 'right' : 'wrong';
      sample.expected = textOf(data['expected']);
      const { picked, sampled } = data;
      sample.answer = textOf(isNothing(picked) ? sampled : picked) ?? sample.answer;
      break;
    }
    case 'metrics': {
      const { choice, score } = data;
      if (typeof choice === 'string') sample.choice = cut(choice);
      if (typeof score === 'number') sample.score = score;
      break;
    }
    case 'sampling':
      sample.answer = textOf(data['sampled']);
      break;
    case 'error':
      sample.standing = 'errored';
      sample.error = textOf(data['message']) ?? textOf(data['type']);
      break;
  }
}

function isNothing(value: JsonValue | undefined): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

function textOf(value: JsonValue | undefined): string | null {
  if (isNothing(value)) return null;
  const [only] = Array.isArray(value) && value.length === 1 ? value : [value];
  return cut(typeof only === 'string' ? only : JSON.stringify(only));
}

/** A copy: a part of a text would keep all of it in memory. */
function cut(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  return JSON.parse(JSON.stringify(`${text.slice(0, MAX_TEXT - 1)}…`)) as string;
}
