import { percentile } from '../../core/statistics.ts';
import type { RunSnapshot } from '../../store/task-store.ts';

interface Latency {
  readonly taskId: number;
  readonly endedAt: number;
  readonly ms: number;
}

/**
 * How long tasks took that this screen has seen end in the last minute, oldest first. A fast run ends more of
 * them than a snapshot shows, so it is a sample.
 */
export type LatencyHistory = readonly Latency[];

export const NO_LATENCIES: LatencyHistory = Object.freeze([]);

const KEPT = 2_000;
/** What is shown of the past, ms. */
const SHOWN_MS = 60_000;

export function rememberLatencies(history: LatencyHistory, { newestResults }: RunSnapshot): LatencyHistory {
  const known = new Set(history.map(({ taskId, endedAt }) => `${taskId} ${endedAt}`));
  const added = newestResults.flatMap(({ taskId, startedAt, endedAt, state }): readonly Latency[] => {
    if (state !== 'done' || startedAt === null || endedAt === null) return [];
    if (known.has(`${taskId} ${endedAt}`)) return [];
    return [{ taskId, endedAt, ms: Math.max(0, endedAt - startedAt) }];
  });
  if (added.length === 0) return history;
  const all = [...history, ...added].sort((a, b) => a.endedAt - b.endedAt).slice(-KEPT);
  const newest = all.at(-1)?.endedAt ?? 0;
  return all.filter(({ endedAt }) => endedAt > newest - SHOWN_MS);
}

/** Null while nothing has ended. */
export function latencyOf(history: LatencyHistory): { readonly p50: number; readonly p95: number } | null {
  const sorted = history.map(({ ms }) => ms).sort((a, b) => a - b);
  const p50 = percentile(sorted, 50);
  const p95 = percentile(sorted, 95);
  return p50 === null || p95 === null ? null : { p50, p95 };
}

/** The mean of what ended in each of `buckets` equal spans of the last minute, as shares of the largest, 0..1. */
export function latencyCurve(history: LatencyHistory, now: number, buckets: number): readonly number[] {
  const spanMs = SHOWN_MS / buckets;
  const end = Math.ceil(now / spanMs) * spanMs;
  const sums = Array.from({ length: buckets }, () => ({ ms: 0, count: 0 }));
  for (const { ms, endedAt } of history) {
    const sum = sums[buckets - 1 - Math.floor((end - endedAt) / spanMs)];
    if (sum === undefined) continue;
    sum.ms += ms;
    sum.count += 1;
  }
  const means = sums.map(({ ms, count }) => (count === 0 ? 0 : ms / count));
  const top = Math.max(...means);
  return means.map((mean) => (top === 0 ? 0 : mean / top));
}
