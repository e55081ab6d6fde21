import type { RunSnapshot } from '../../store/task-store.ts';

interface ProgressPoint {
  readonly at: number;
  /** Tasks that were done, errored or cancelled then. */
  readonly finished: number;
}

/** How far a run was at some times of the last minute, oldest first; about one point a second. */
export type ProgressHistory = readonly ProgressPoint[];

export const EMPTY_HISTORY: ProgressHistory = Object.freeze([]);

/** What is shown of the past, ms. */
export const HISTORY_MS = 60_000;
const POINT_MS = 1_000;
/** Below it a rate says more about the moment than about the run, ms. */
const MIN_SPAN_MS = 1_000;

/** The history with this snapshot in it, and without what is too old to be shown. */
export function rememberSnapshot(
  history: ProgressHistory,
  snapshot: RunSnapshot,
  now: number,
): ProgressHistory {
  const { done, errored, cancelled } = snapshot.counts;
  const point: ProgressPoint = { at: now, finished: done + errored + cancelled };
  const previous = history.at(-1);
  const isSameSecond =
    previous !== undefined && Math.floor(previous.at / POINT_MS) === Math.floor(now / POINT_MS);
  // The first point is the ground that all rates stand on: it is never moved.
  const kept = isSameSecond && history.length > 1 ? history.slice(0, -1) : history;
  const firstShown = kept.findIndex(({ at }) => at > now - HISTORY_MS);
  return [...kept.slice(Math.max(0, firstShown - 1)), point];
}

/** Finished tasks a second over the last `windowMs`, or null when less than a second is known. */
export function tasksPerSecond(history: ProgressHistory, now: number, windowMs: number): number | null {
  const first = history[0];
  const last = history.at(-1);
  if (first === undefined || last === undefined) return null;
  const from = Math.max(first.at, now - windowMs);
  if (now - from < MIN_SPAN_MS) return null;
  return Math.max(0, ((last.finished - finishedAt(history, from)) / (now - from)) * 1_000);
}

/**
 * The rates of the last minute in `buckets` equal spans, oldest first, each as a share of the highest, 0..1.
 * Only whole spans count, so that no bar wavers.
 */
export function rateCurve(history: ProgressHistory, now: number, buckets: number): readonly number[] {
  const spanMs = HISTORY_MS / buckets;
  const end = Math.floor(now / spanMs) * spanMs;
  const rates = Array.from({ length: buckets }, (_, index) => {
    const to = end - (buckets - 1 - index) * spanMs;
    const change = finishedAt(history, to) - finishedAt(history, to - spanMs);
    return Math.max(0, change);
  });
  const peak = Math.max(...rates);
  return rates.map((rate) => (peak === 0 ? 0 : rate / peak));
}

/** Time until nothing is queued or in flight at the last minute's rate, ms; null when nothing tells. */
export function remainingMs(history: ProgressHistory, snapshot: RunSnapshot, now: number): number | null {
  const left = snapshot.counts.queued + snapshot.counts.running;
  const rate = tasksPerSecond(history, now, HISTORY_MS);
  if (snapshot.run.paused || left === 0 || rate === null || rate === 0) return null;
  return (left / rate) * 1_000;
}

/** Before the first point nothing had happened that is known of. */
function finishedAt(history: ProgressHistory, time: number): number {
  return (history.findLast(({ at }) => at <= time) ?? history[0])?.finished ?? 0;
}
