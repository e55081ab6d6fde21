import type { TaskStanding } from '../../core/standing.ts';
import type { TaskState } from '../task-store.ts';

/** A kind of end, as task_ended_idx keeps them apart. */
export interface End {
  readonly standing: TaskStanding;
  readonly state: TaskState;
  readonly judged: number | null;
}

export const ENDS: readonly End[] = Object.freeze([
  { standing: 'errored', state: 'errored', judged: null },
  { standing: 'wrong', state: 'done', judged: 0 },
  { standing: 'right', state: 'done', judged: 1 },
  { standing: 'done', state: 'done', judged: null },
  { standing: 'cancelled', state: 'cancelled', judged: null },
]);

/** Whether a completed task is right, 1, or wrong, 0: what it says itself, or else by a score of 1 or 0. */
export function judgedOf({
  correct,
  score,
}: {
  readonly correct: boolean | null;
  readonly score: number | null;
}): number | null {
  if (correct !== null) return Number(correct);
  return score === 0 || score === 1 ? score : null;
}
