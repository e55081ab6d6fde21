/**
 * What becomes of a task that somebody ended: it goes back into the queue without counting as failed, or it is
 * errored, or it is cancelled and not tried again.
 */
export type TaskFate = 'retry' | 'errored' | 'cancelled';

export const TASK_FATES: readonly TaskFate[] = ['retry', 'errored', 'cancelled'];

export function isTaskFate(given: unknown): given is TaskFate {
  return TASK_FATES.some((fate) => fate === given);
}

/** For people: `it goes back to the queue`. */
export function fateText(fate: TaskFate): string {
  return { retry: 'goes back to the queue', errored: 'is errored', cancelled: 'is cancelled' }[fate];
}
