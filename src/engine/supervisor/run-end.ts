import type { JsonObject } from '../../core/json.ts';
import type { Counts, RunStatus } from '../../store/task-store.ts';
import { SUMMARIZE_ERROR } from '../messages.ts';

export interface RunEnd {
  readonly status: RunStatus;
  readonly counts: Counts;
}

/** How a run ended whose executors were not killed. */
export function endOf(
  counts: Counts,
  {
    reports,
    failFast,
  }: { readonly reports: readonly { readonly report: JsonObject }[]; readonly failFast: boolean },
): RunEnd & { readonly isThrough: boolean } {
  const isThrough = counts.queued + counts.running === 0;
  const failed = counts.errored > 0 || reports.some(({ report }) => report[SUMMARIZE_ERROR] !== undefined);
  const isCancelled = !isThrough && !(failFast && counts.errored > 0);
  return { status: isCancelled ? 'cancelled' : failed ? 'errored' : 'completed', counts, isThrough };
}
