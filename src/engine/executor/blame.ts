import type { ThreadStack } from '../../core/inspection.ts';
import type { CancelReason } from '../messages.ts';

/** A task of a thread that is to be ended, since some of its tasks did not stop when they were told to. */
export interface HeldTask {
  readonly taskId: number;
  /** When and why it was told to stop; absent: it was not. */
  readonly told?: { readonly at: number; readonly reason: CancelReason };
}

/** What becomes of the tasks of a thread that is ended; those that are in neither list go back to the queue. */
export interface Blame {
  /** They end for the reason that they were told. */
  readonly blamed: readonly number[];
  /** One of them held the thread, and it cannot be known which: all count a death, so that they run alone soon. */
  readonly unclear: readonly number[];
}

/**
 * Which tasks a thread is ended for. One that had its chance (its thread turned after it was told) and did not
 * take it is blamed. When the thread stands, only the task whose code it stands in is, and its neighbours,
 * which never heard that they were to stop, are not; but what somebody asked to be stopped, stops.
 *
 * @param heardAt when the thread last gave a sign of life, ms UTC
 * @param seen what the thread was doing; needed only when it gave no sign since the tasks were told
 */
export function blameTasks(
  tasks: readonly HeldTask[],
  heardAt: number,
  seen: Pick<ThreadStack, 'taskId'> | undefined,
): Blame {
  const told = tasks.flatMap(({ taskId, told: each }) => (each === undefined ? [] : [{ taskId, ...each }]));
  const ignoring = told.filter(({ at }) => at < heardAt);
  const asked = told.filter(({ reason }) => reason !== 'timeout');
  const late = told.filter(({ reason }) => reason === 'timeout');
  if (ignoring.length > 0) return { blamed: idsOf(ignoring, asked), unclear: [] };
  const isKnown = tasks.some(({ taskId }) => taskId === seen?.taskId);
  if (isKnown)
    return {
      blamed: idsOf(
        late.filter(({ taskId }) => taskId === seen?.taskId),
        asked,
      ),
      unclear: [],
    };
  return late.length > 1
    ? { blamed: idsOf(asked), unclear: idsOf(late) }
    : { blamed: idsOf(late, asked), unclear: [] };
}

function idsOf(...lists: readonly (readonly { readonly taskId: number }[])[]): readonly number[] {
  return [...new Set(lists.flat().map(({ taskId }) => taskId))];
}
