import type {
  CommandRow,
  ErrorGroup,
  ListedTask,
  RunRow,
  TaskColumn,
  TaskDetail,
  TaskFilter,
  TaskPage,
} from '../../store/task-store.ts';
import type {
  AwaitsSight,
  Look,
  Looked,
  ProfileSight,
  SourceExcerpt,
  SourcePlace,
  StackSight,
} from './live-look.ts';

/** What a view shows beside the snapshot. */
export type ViewQuery =
  | TaskPageQuery
  | { readonly part: 'task'; readonly runId: string; readonly taskId: number }
  /** The tasks in flight, stuck ones and long ones first, of all executors. */
  | { readonly part: 'flight'; readonly runId: string; readonly limit: number }
  | { readonly part: 'log'; readonly path: string }
  | { readonly part: 'errors'; readonly runId: string }
  | { readonly part: 'runs' }
  | { readonly part: 'acts'; readonly runId: string; readonly limit: number }
  | { readonly part: 'strays' }
  /** What the threads of a live executor are doing now. */
  | { readonly part: 'stack'; readonly look: Look }
  | { readonly part: 'profile'; readonly look: Look; readonly seconds: number }
  /** Stops the threads for its time: of all that can be asked this alone is felt. */
  | { readonly part: 'awaits'; readonly look: Look }
  | { readonly part: 'source'; readonly place: SourcePlace };

/** A run, and whether the process that supervises it lives. */
export interface ListedRun extends RunRow {
  /** Of no meaning when it is finished. */
  readonly isSupervised: boolean;
}

/** A line that somebody else wrote to the terminal while the screen stood. */
export interface StrayLine {
  /** From 1 on, since the screen was opened. */
  readonly number: number;
  /** Safe to draw. */
  readonly text: string;
}

/** A stretch of a run's list of tasks, with a place in its middle. */
export interface TaskPageQuery {
  readonly part: 'tasks';
  readonly runId: string;
  readonly filter: TaskFilter;
  readonly sort: TaskColumn;
  readonly descending: boolean;
  readonly around:
    | { readonly kind: 'task'; readonly taskId: number; readonly index: number }
    | { readonly kind: 'index'; readonly index: number };
  readonly limit: number;
}

export type ViewAnswer =
  | { readonly part: 'tasks'; readonly value: TaskPage }
  /** Undefined: there is no such task. */
  | { readonly part: 'task'; readonly value: TaskDetail | undefined }
  | { readonly part: 'flight'; readonly value: readonly ListedTask[] }
  /** The last lines, oldest first. */
  | { readonly part: 'log'; readonly value: readonly string[] }
  | { readonly part: 'errors'; readonly value: readonly ErrorGroup[] }
  | { readonly part: 'runs'; readonly value: readonly ListedRun[] }
  | { readonly part: 'acts'; readonly value: readonly CommandRow[] }
  /** The last of them, oldest first. */
  | { readonly part: 'strays'; readonly value: readonly StrayLine[] }
  | { readonly part: 'stack'; readonly value: Looked<StackSight> }
  | { readonly part: 'profile'; readonly value: Looked<ProfileSight> }
  | { readonly part: 'awaits'; readonly value: Looked<AwaitsSight> }
  /** Null: there is nothing to be shown of it. */
  | { readonly part: 'source'; readonly value: SourceExcerpt | null };

export type ViewPart = ViewQuery['part'];

/** The newest answers, each with what was asked. They may be to what a view asked for before. */
export type ViewData = {
  readonly [Part in ViewPart]?: {
    readonly query: ViewQuery & { readonly part: Part };
    readonly value: (ViewAnswer & { readonly part: Part })['value'];
  };
};

/** How long an answer is good for although the db changed, ms. A look is made when it is asked for, and once. */
export const REFRESH_MS: Readonly<Record<ViewPart, number>> = Object.freeze({
  tasks: 250,
  task: 250,
  flight: 500,
  log: 500,
  errors: 1_000,
  runs: 1_000,
  acts: 200,
  strays: 200,
  stack: Infinity,
  profile: Infinity,
  awaits: Infinity,
  source: Infinity,
});

/** The data with one more answer. */
export function withAnswer(data: ViewData, query: ViewQuery, answer: ViewAnswer): ViewData {
  return { ...data, [query.part]: { query, value: answer.value } };
}

/** Whether what is known answers a query as well as asking again would, were nothing changed in the db. */
export function isAnswered(query: ViewQuery, data: ViewData): boolean {
  if (query.part === 'tasks') return isPageAnswered(query, data.tasks);
  const known = data[query.part]?.query;
  return known !== undefined && JSON.stringify(known) === JSON.stringify(query);
}

/** Whether a page is of the same list, wherever in it. */
export function isSameList(query: TaskPageQuery, known: TaskPageQuery): boolean {
  return listKey(query) === listKey(known);
}

function listKey({ runId, filter, sort, descending }: TaskPageQuery): string {
  return JSON.stringify([runId, filter, sort, descending]);
}

/** A page is good while there are rows enough before and behind the place that is looked at. */
function isPageAnswered(query: TaskPageQuery, known: ViewData['tasks']): boolean {
  if (known === undefined || !isSameList(query, known.query) || known.query.limit < query.limit) return false;
  const { rows, offset, total } = known.value;
  const { around, limit } = query;
  const found = around.kind === 'task' ? rows.findIndex(({ taskId }) => taskId === around.taskId) : -1;
  const index = found === -1 ? around.index : offset + found;
  const margin = Math.floor(limit / 4);
  const last = Math.max(0, total - 1);
  return (
    offset <= Math.max(0, Math.min(index, last) - margin) &&
    offset + rows.length >= Math.min(total, index + margin)
  );
}
