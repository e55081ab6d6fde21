import type { ErrorKind } from '../core/outcome.ts';
import type { TaskStanding } from '../core/standing.ts';
import type { ListedTask } from './task-views.ts';

/**
 * What a list is sorted by. `severity`: stuck, running (longest first), retrying (next first), errored (newest
 * first), wrong, then right and done (newest first), queued in the order of the plan, cancelled.
 */
export type TaskColumn =
  | 'severity'
  | 'task'
  | 'eval'
  | 'group'
  | 'standing'
  | 'try'
  | 'age'
  | 'score'
  | 'tokens'
  | 'ended';

/** Only tasks that meet all that is given. An empty list lets nothing through. */
export interface TaskFilter {
  /** In the sample's id or, of failed tries, the last message; upper and lower case are the same in ASCII. */
  readonly text?: string;
  /** None of these is in what `text` is looked for in. */
  readonly without?: readonly string[];
  readonly standings?: readonly TaskStanding[];
  /** Names of evals. */
  readonly evals?: readonly string[];
  readonly groups?: readonly string[];
  readonly verdicts?: readonly string[];
  /** Of the last try that ended. */
  readonly errorKinds?: readonly ErrorKind[];
  /** Of the executor that holds it, or ended it. */
  readonly pid?: number;
}

export interface TaskQuery {
  readonly runId: string;
  readonly filter: TaskFilter;
  readonly sort: TaskColumn;
  readonly descending: boolean;
  /** Where the page begins, or a task that it is to hold: then it begins at a multiple of `limit`. */
  readonly from:
    | { readonly kind: 'offset'; readonly offset: number }
    | { readonly kind: 'task'; readonly taskId: number };
  readonly limit: number;
}

export interface TaskPage {
  readonly rows: readonly ListedTask[];
  /** Of the first row, 0-based. The last page when the one asked for is beyond the end. */
  readonly offset: number;
  /** Tasks that the filter lets through. */
  readonly total: number;
}
