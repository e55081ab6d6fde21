import { percentile } from './statistics.ts';

/** How long a step may go on without progress before its task is held to be stuck, and by what that is known. */
export interface StepLimit {
  readonly limitMs: number;
  /** The 95th percentile of steps of its kind, ms; absent when `--stuck-after` is what holds. */
  readonly usualMs?: number;
}

/** Fewer say too little of a 95th percentile. */
const ENOUGH = 50;
/** Newest times that are kept of a kind. */
const KEPT = 200;
/** Kinds beyond are not learned: an eval that names every step anew has no kinds. */
const MAX_KINDS = 200;
/** Far beyond what is usual: even a model that answers 1 of 1000 calls ten times slower is not stuck. */
const FACTOR = 10;
/** What takes milliseconds may once take seconds, on a machine that is busy. */
const LEAST_MS = 10_000;

interface Kind {
  readonly times: number[];
  next: number;
  p95: number | undefined;
}

/** Learns how long steps of each kind take, to tell early which goes on for far too long. */
export class StepTimes {
  readonly #kinds = new Map<string, Kind>();

  /** Takes in ended steps of one name. */
  add(name: string, times: readonly number[]): void {
    const key = kindOf(name);
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      if (this.#kinds.size >= MAX_KINDS) return;
      kind = { times: [], next: 0, p95: undefined };
      this.#kinds.set(key, kind);
    }
    for (const ms of times) {
      kind.times[kind.next] = ms;
      kind.next = (kind.next + 1) % KEPT;
    }
    kind.p95 = undefined;
  }

  /** Ten times the 95th percentile of the step's kind, at least 10 s, once there are 50; never beyond `stuckAfterMs`. */
  limitOf(name: string, stuckAfterMs: number): StepLimit {
    const kind = this.#kinds.get(kindOf(name));
    if (kind === undefined || kind.times.length < ENOUGH) return { limitMs: stuckAfterMs };
    kind.p95 ??=
      percentile(
        kind.times.toSorted((a, b) => a - b),
        95,
      ) ?? 0;
    const learnedMs = Math.max(LEAST_MS, FACTOR * kind.p95);
    return learnedMs < stuckAfterMs ? { limitMs: learnedMs, usualMs: kind.p95 } : { limitMs: stuckAfterMs };
  }
}

/** `fetch page 12` and `fetch page 13` are of one kind, and so are the tries of a model call. */
function kindOf(name: string): string {
  return name.replaceAll(/\d+/g, '*');
}
