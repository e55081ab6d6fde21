import { formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { taskName } from '../../core/task-name.ts';
import type { ExecutorRow, RunSnapshot, StuckRow } from '../../store/task-store.ts';
import { type EndChoice, endOfThread, type OneEnd, type SeveralEnds } from '../state/end-choice.ts';
import { formatAge } from '../parts/format.ts';
import { type ListKind, selectedItem } from '../parts/list-panel.ts';
import type { ListedRow } from '../state/list-state.ts';
import { selectListView } from './list-view.ts';
import { layOutPair } from '../parts/pane-layout.ts';
import { executorOf } from '../parts/select-executors.ts';
import { selectStuckLines } from './select-stuck-lines.ts';
import { ownPlace, stackText } from '../parts/stack-rows.ts';
import { framesOf, stuckStack } from './stuck-stack.ts';
import type { ViewContext } from '../parts/view-context.ts';
import type { ScreenView } from '../parts/view-model.ts';
import type { ViewQuery } from '../state/view-query.ts';

/** What is held to be stuck, and of the selected one why, and where it stands. */
export function selectStuckView(context: ViewContext): ScreenView {
  const { snapshot, state, now } = context;
  const { stuck } = snapshot;
  return selectListView(context, {
    screen: 'stuck',
    kind: stuckKind(snapshot, now),
    items: stuck,
    ownSort: 'since',
    title: `Stuck ${formatCount(stuck.length)}`,
    empty: 'nothing is held to be stuck',
    layOut: (shown) =>
      layOutPair(context, {
        isInDetail: state.views.stuck.isInDetail,
        listShare: 0.36,
        listRows: Math.max(3, Math.min(shown, LIST_ROWS) + 1),
      }),
    detail: (row, room) => selectStuckLines(context, row, room),
    copy: (row) => copyOf(context, row),
  });
}

/** Of the list, where the detail stands below it: that is what is looked for here. */
const LIST_ROWS = 5;

/** What is known of the selected task, the code around where it stands, and the looks that were asked for. */
export function queryStuck(context: ViewContext): readonly ViewQuery[] {
  const { snapshot, state, data, now } = context;
  const { stack, profile, awaits } = state.looks;
  const row = selectedItem(stuckKind(snapshot, now), snapshot.stuck, state.views.stuck);
  const place = row === undefined ? null : ownPlace(framesOf(stuckStack(row, data)));
  return [
    ...(row === undefined ? [] : [{ part: 'task', runId: snapshot.run.runId, taskId: row.taskId } as const]),
    ...(place === null ? [] : [{ part: 'source', place } as const]),
    ...(stack === null ? [] : [{ part: 'stack', look: stack } as const]),
    ...(awaits === null ? [] : [{ part: 'awaits', look: awaits } as const]),
    ...(profile === null ? [] : [{ part: 'profile', look: profile, seconds: PROFILE_SECONDS } as const]),
  ];
}

const PROFILE_SECONDS = 5;

/** The stack where there is one; else all that is shown. */
function copyOf(
  { snapshot, data }: ViewContext,
  row: StuckRow | undefined,
): { what: string; text: string } | null {
  const frames = row === undefined ? [] : framesOf(stuckStack(row, data));
  if (row === undefined || frames.length === 0) return null;
  const name = printable(taskName(row, snapshot.run.evals));
  const head = `${name} ${row.verdict}, pid ${row.pid ?? '–'} thread ${row.thread ?? '–'}, try ${row.try}`;
  return {
    what: `the stack of ${name}`,
    text: [head, ...row.reasons.map(printable), stackText(frames)].join('\n'),
  };
}

/** What can be looked at and ended: the task, its thread, its executor, and all that is stuck. */
function liveParts(
  row: StuckRow,
  snapshot: RunSnapshot,
  all: SeveralEnds | null,
): Pick<ListedRow, 'place' | 'ends'> {
  const executor = executorOf(row, snapshot);
  if (executor === undefined) return {};
  const { executorId, pid, inFlight } = executor;
  const { thread } = row;
  const ofTask = endOfTask(row, snapshot, executor);
  const ofThread = thread === null ? [] : [endOfThread(executor, thread)];
  const ends: readonly EndChoice[] = [
    ...(isMaybeInnocent(row) ? [...ofThread, ofTask] : [ofTask, ...ofThread]),
    { kind: 'executor', executorId, pid, tasks: inFlight },
    ...(all === null ? [] : [all]),
  ];
  return { place: { executorId, ...(thread === null ? {} : { thread }) }, ends };
}

function endOfTask(row: StuckRow, snapshot: RunSnapshot, { workers }: ExecutorRow): OneEnd {
  const { thread, taskId } = row;
  const worker = workers.find((each) => each.thread === thread);
  const neighbours = worker === undefined ? null : Math.max(0, worker.inFlight - 1);
  return { kind: 'task', taskId, try: row.try, label: taskName(row, snapshot.run.evals), thread, neighbours };
}

/** Its thread stands, and perhaps because of another task: then it is the thread that is ended. */
function isMaybeInnocent({ isUnclear, thread }: StuckRow): boolean {
  return isUnclear === true && thread !== null;
}

/** Null unless there are several. */
function allStuck(snapshot: RunSnapshot): SeveralEnds | null {
  const ends = new Map<string, OneEnd>();
  for (const row of snapshot.stuck) {
    const executor = executorOf(row, snapshot);
    if (executor === undefined) continue;
    const { taskId, thread } = row;
    if (thread === null || !isMaybeInnocent(row)) {
      ends.set(`task ${taskId}`, endOfTask(row, snapshot, executor));
    } else {
      ends.set(`thread ${executor.executorId} ${thread}`, endOfThread(executor, thread));
    }
  }
  if (ends.size < 2) return null;
  return {
    kind: 'several',
    label: `all ${formatCount(snapshot.stuck.length)} stuck`,
    ends: [...ends.values()],
  };
}

function stuckKind(snapshot: RunSnapshot, now: number): ListKind<StuckRow> {
  const all = allStuck(snapshot);
  return {
    statusTitle: 'VERDICT',
    statusWidth: 10,
    status: ({ verdict }) => ({ status: 'stuck', text: printable(verdict) }),
    identify: (row) => ({
      key: String(row.taskId),
      label: taskName(row, snapshot.run.evals),
      task: { taskId: row.taskId, standing: 'stuck' },
      ...liveParts(row, snapshot, all),
    }),
    columns: [
      {
        title: 'TASK',
        width: 12,
        share: 1,
        sort: 'task',
        value: (row) => taskName(row, snapshot.run.evals),
        text: (row) => printable(taskName(row, snapshot.run.evals)),
      },
      {
        title: 'SINCE',
        width: 7,
        align: 'right',
        sort: 'age',
        value: ({ since }) => now - since,
        text: ({ since }) => formatAge(now - since),
      },
      {
        title: 'PID',
        width: 7,
        minRoom: 34,
        align: 'right',
        sort: 'pid',
        value: ({ pid }) => pid,
        text: ({ pid }) => String(pid ?? '–'),
      },
      {
        title: 'TRY',
        width: 3,
        minRoom: 40,
        align: 'right',
        sort: 'try',
        value: (row) => row.try,
        text: (row) => String(row.try),
      },
      { title: 'STEP', width: 10, share: 1, minRoom: 50, text: ({ step }) => printable(step ?? '') },
    ],
  };
}
