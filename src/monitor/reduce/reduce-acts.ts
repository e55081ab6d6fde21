import { formatCount } from '../../core/format.ts';
import type { TaskStanding } from '../../store/task-store.ts';
import type { ScreenIntent } from '../state/intents.ts';
import { type ListedRow, selectedRow } from '../state/list-state.ts';
import {
  change,
  changeView,
  currentView,
  type RunFacts,
  type ScreenState,
  type ScreenStep,
  type ViewFacts,
  whyOver,
} from '../state/screen-state.ts';

/** Pausing loses nothing, so it is not asked about. */
export function togglePause(state: ScreenState, facts: RunFacts): ScreenStep {
  const over = whyOver(facts);
  if (over !== null) return change(state, { note: over });
  return facts.isPaused
    ? act(state, [{ kind: 'continue' }], 'asked the run to go on')
    : act(state, [{ kind: 'pause' }], 'asked the run to start no new task');
}

/** Steps that grow with the limit. Further presses go on from what was asked for before. */
export function limitBy(state: ScreenState, by: 1 | -1, facts: RunFacts): ScreenStep {
  const from = state.wantedLimit ?? facts.concurrency;
  // From 50 down it is a step of the smaller size.
  const base = by === -1 ? from - 1 : from;
  const step = base < 10 ? 1 : base < 50 ? 5 : base < 200 ? 10 : 50;
  return limitTo(state, Math.max(1, from + by * step), facts);
}

export function limitTo(state: ScreenState, concurrency: number, facts: RunFacts): ScreenStep {
  const over = whyOver(facts);
  if (over !== null) return change(state, { note: over });
  if (!Number.isSafeInteger(concurrency) || concurrency < 1)
    return change(state, { note: 'a limit is a whole number of tasks, 1 at least' });
  const note = `asked for ${formatCount(concurrency)} tasks in flight, ${formatCount(facts.concurrency)} now`;
  return act({ ...state, wantedLimit: concurrency }, [{ kind: 'limit', concurrency }], note);
}

/** One errored task is tried again at once: nothing is lost by it. Several are asked about. */
export function retry(state: ScreenState, run: RunFacts, view: ViewFacts): ScreenStep {
  const over = run.runState === 'finished' ? RETRY_FINISHED : whyOver(run);
  if (over !== null) return change(state, { note: over });
  const targets = targetsOf(state, view);
  const tasks = targets.filter((row) => isRetried(row.task?.standing));
  const acts = tasks.flatMap(({ task }): readonly ScreenIntent[] =>
    task === undefined ? [] : [{ kind: 'retry-task', taskId: task.taskId }],
  );
  if (acts.length === 0) {
    const [only] = targets;
    const what = only?.task === undefined ? 'no task is selected' : `${only.label} is ${only.task.standing}`;
    return change(state, { note: `${what}: errored and cancelled tasks are tried again` });
  }
  if (acts.length === 1)
    return act(changeView(state, unmarked(state)), acts, `asked to try ${tasks[0]?.label ?? ''} again`);
  return ask(state, `Try ${formatCount(acts.length)} tasks again?`, namesOf(tasks), acts);
}

export function askRetryErrored(state: ScreenState, run: RunFacts): ScreenStep {
  const over = run.runState === 'finished' ? RETRY_FINISHED : whyOver(run);
  if (over !== null) return change(state, { note: over });
  const { errored } = run.counts;
  if (errored === 0) return change(state, { note: 'no task is errored' });
  const title =
    errored === 1 ? 'Try the errored task again?' : `Try all ${formatCount(errored)} errored tasks again?`;
  const lines = [
    'They go back to the queue with all their tries before them.',
    'What they failed of stays in the record.',
  ];
  return ask(state, title, lines, [{ kind: 'retry-errored' }]);
}

const RETRY_FINISHED = 'the run is finished; `evaltui resume` with its id tries errored tasks again';

/** What a cancelled task did so far is lost, so it is always asked about. */
export function askCancel(state: ScreenState, run: RunFacts, view: ViewFacts): ScreenStep {
  const over = whyOver(run);
  if (over !== null) return change(state, { note: over });
  const targets = targetsOf(state, view);
  const tasks = targets.filter((row) => row.task !== undefined && !isOver(row.task.standing));
  const acts = tasks.flatMap(({ task }): readonly ScreenIntent[] =>
    task === undefined ? [] : [{ kind: 'cancel-task', taskId: task.taskId }],
  );
  if (acts.length === 0) {
    const [only] = targets;
    const what =
      only?.task === undefined ? 'no task is selected' : `${only.label} is ${only.task.standing} already`;
    return change(state, { note: what });
  }
  const [first] = tasks;
  const title =
    tasks.length === 1 ? `Cancel ${first?.label ?? ''}?` : `Cancel ${formatCount(tasks.length)} tasks?`;
  const lines = [
    ...(tasks.length === 1 ? [] : namesOf(tasks)),
    'What was done of it so far is lost, and it is not scored.',
    'It can be tried again later (r).',
  ];
  return ask(state, title, lines, acts);
}

/** Does what was asked about: to what it was asked about, wherever that stands by now. */
export function confirmActs(state: ScreenState, acts: readonly ScreenIntent[], run: RunFacts): ScreenStep {
  const closed = { ...state, dialog: null };
  const over = run.runState === 'finished' ? 'the run has finished meanwhile' : whyOver(run);
  if (over !== null) return change(closed, { note: over });
  return act(changeView(closed, unmarked(closed)), acts, 'asked the run to do it');
}

/** A report of the selected task; where no task is selected, of the run. */
export function askWriteReport(state: ScreenState, { listing }: ViewFacts): ScreenStep {
  const row = listing === null ? undefined : selectedRow(currentView(state).list, listing);
  const taskId = row?.task?.taskId ?? null;
  return act(state, [{ kind: 'write-report', taskId }], 'writing a report …');
}

/** What the view shows of what is selected, to be pasted elsewhere. */
export function copy(state: ScreenState, { listing, text, copy: given }: ViewFacts): ScreenStep {
  const row = listing === null ? undefined : selectedRow(currentView(state).list, listing);
  const all = { what: row?.label ?? 'the text', text: text?.lines.join('\n') ?? '' };
  const copied = given ?? all;
  if (copied.text === '') return change(state, { note: 'there is nothing to copy' });
  return act(state, [{ kind: 'copy', ...copied }], `copying ${copied.what} …`);
}

/** Marked tasks, else the selected one. */
function targetsOf(state: ScreenState, { listing }: ViewFacts): readonly ListedRow[] {
  if (listing === null) return [];
  const { list } = currentView(state);
  if (list.marks.length > 0) return list.marks;
  const row = selectedRow(list, listing);
  return row === undefined ? [] : [row];
}

function unmarked(state: ScreenState): { readonly list: ReturnType<typeof currentView>['list'] } {
  return { list: { ...currentView(state).list, marks: [] } };
}

const NAMED = 5;

function namesOf(rows: readonly ListedRow[]): readonly string[] {
  const names = rows.slice(0, NAMED).map(({ label }) => label);
  return [names.join(', ') + (rows.length > NAMED ? ` and ${formatCount(rows.length - NAMED)} more` : '')];
}

function isRetried(standing: TaskStanding | undefined): boolean {
  return standing === 'errored' || standing === 'cancelled';
}

function isOver(standing: TaskStanding): boolean {
  switch (standing) {
    case 'errored':
    case 'wrong':
    case 'right':
    case 'done':
    case 'cancelled':
      return true;
    case 'stuck':
    case 'running':
    case 'retrying':
    case 'queued':
      return false;
  }
}

function ask(
  state: ScreenState,
  title: string,
  lines: readonly string[],
  acts: readonly ScreenIntent[],
): ScreenStep {
  return change(state, { dialog: { kind: 'confirm-acts', title, lines, acts } });
}

function act(state: ScreenState, requests: readonly ScreenIntent[], note: string): ScreenStep {
  return { state: { ...state, note }, requests };
}
