import type { RunSnapshot } from '../../store/task-store.ts';

interface UsagePoint {
  readonly at: number;
  /** 1 = one core busy. */
  readonly cpu: number;
  readonly rssBytes: number;
  /** Of the busiest thread's event loop, 0..1. */
  readonly loop: number;
}

/** What executors used over the last minute, by id, oldest first; one point a second. */
export type UsageHistory = Readonly<Record<string, readonly UsagePoint[]>>;

export const NO_USAGE: UsageHistory = Object.freeze({});

const KEPT = 60;
const POINT_MS = 1_000;

/** The history with this snapshot in it; executors that are not in the snapshot are forgotten. */
export function rememberUsage(history: UsageHistory, { executors }: RunSnapshot, now: number): UsageHistory {
  const second = Math.floor(now / POINT_MS);
  return Object.fromEntries(
    executors.map(({ executorId, cpu, rssBytes, workers, state }) => {
      const points = history[executorId] ?? [];
      if (state === 'ended' || state === 'lost') return [executorId, points];
      const loop = Math.max(0, ...workers.map((worker) => worker.loop));
      const last = points.at(-1);
      const earlier =
        last !== undefined && Math.floor(last.at / POINT_MS) === second ? points.slice(0, -1) : points;
      return [executorId, [...earlier, { at: now, cpu, rssBytes, loop }].slice(-KEPT)];
    }),
  );
}

/**
 * The last `cells` seconds as shares of the largest value, or of `full` when that is more; what is not known
 * yet is 0.
 */
export function usageCurve(
  points: readonly UsagePoint[],
  pick: (point: UsagePoint) => number,
  cells: number,
  full: number,
): readonly number[] {
  const values = points.slice(-cells).map(pick);
  const top = Math.max(full, ...values);
  const unknown = Array.from({ length: Math.max(0, cells - values.length) }, () => 0);
  return [...unknown, ...values.map((value) => (top === 0 ? 0 : value / top))];
}
