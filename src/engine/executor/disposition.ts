import { decideRetry } from '../../core/retry.ts';
import type { Disposition } from '../../store/task-store.ts';
import type { EndedTry } from '../messages.ts';

/** What becomes of a task after a try: done, tried again, errored, cancelled; or what somebody said who ended it. */
export function dispositionOf(
  ended: EndedTry,
  options: {
    /** Of the task's tries before this one. */
    readonly failures: number;
    readonly maxRetries: number;
    readonly now: number;
    readonly random: () => number;
  },
): Disposition {
  const { outcome } = ended;
  if (outcome.kind === 'completed') return { kind: 'done' };
  if (ended.cancelled === 'cancelled') return { kind: 'cancelled' };
  if (ended.cancelled === 'errored') return { kind: 'errored' };
  // The run was interrupted, or somebody wants it so: the task is as good as not started.
  if (ended.cancelled === 'aborted' || ended.cancelled === 'retried') return { kind: 'retry', readyAt: 0 };
  const { retryAfterMs } = outcome;
  return decideRetry({
    kind: outcome.kind,
    ...options,
    failures: options.failures + 1,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
