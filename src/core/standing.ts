/**
 * How a task stands, as a list shows and filters it, in the order of severity: finer than its state. `done` is
 * completed with nothing to judge, or with a score between 0 and 1. A claimed task is still queued.
 */
export const STANDINGS = [
  'stuck',
  'running',
  'retrying',
  'errored',
  'wrong',
  'right',
  'done',
  'queued',
  'cancelled',
] as const;

export type TaskStanding = (typeof STANDINGS)[number];
