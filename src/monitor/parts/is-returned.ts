import type { TaskDetail, TryRow } from '../../store/task-store.ts';

/** Whether somebody ended the try and its task went back to the queue: that is no failure. */
export function isReturned(row: TryRow, task: Pick<TaskDetail, 'state' | 'try' | 'tries'>): boolean {
  const isEnded = task.state === 'errored' || task.state === 'cancelled';
  const isLast = row === task.tries.at(-1) && row.try === task.try;
  return row.outcome === 'killed' && !(isEnded && isLast);
}
