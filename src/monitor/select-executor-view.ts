import { taskKey } from '../core/eval.ts';
import { formatBytes, formatCount } from '../core/format.ts';
import { printable } from '../core/printable.ts';
import type { ExecutorRow, ListedTask, WorkerStats } from '../store/task-store.ts';
import { formatAge, formatLoad } from './format.ts';
import { selectedItem } from './list-panel.ts';
import { selectListView } from './list-view.ts';
import { layOutStack } from './pane-layout.ts';
import { heading } from './section-heading.ts';
import { executorKind, executorsTitle, inOrder } from './select-executors.ts';
import { standingPart } from './task-rows.ts';
import { wrapLines } from './text-lines.ts';
import { usageCurve } from './usage-history.ts';
import type { ViewContext } from './view-context.ts';
import { type Row, type ScreenView, textRow } from './view-model.ts';
import type { ViewQuery } from './view-query.ts';

/** The processes of the run, and of the selected one its load, threads, tasks and log. */
export function selectExecutorView(context: ViewContext): ScreenView {
  const { snapshot, state, now } = context;
  return selectListView(context, {
    screen: 'executors',
    kind: executorKind(now),
    items: inOrder(snapshot.executors),
    ownSort: 'use',
    title: executorsTitle(snapshot),
    empty: 'no executor yet',
    layOut: (shown) => layOutStack(context, state.views.executors.isInDetail, shown + 1),
    detail: (executor, room) => executorLines(context, executor, room),
  });
}

/** Tasks in flight that are read: more than a screen shows of one executor, however many there are. */
const FLIGHT_ROWS = 500;

/** The tasks in flight, and the log of the selected executor. */
export function queryExecutors({ state, snapshot, now }: ViewContext): readonly ViewQuery[] {
  const selected = selectedItem(executorKind(now), inOrder(snapshot.executors), state.views.executors);
  const path = selected?.logPath ?? null;
  const flight: ViewQuery = { part: 'flight', runId: snapshot.run.runId, limit: FLIGHT_ROWS };
  return path === null ? [flight] : [flight, { part: 'log', path }];
}

function executorLines(
  context: ViewContext,
  executor: ExecutorRow | undefined,
  room: number,
): readonly Row[] {
  if (executor === undefined) return [textRow('no executor is selected', 'muted')];
  return [
    ...loadRows(context, executor, room),
    ...workerRows(context, executor, room),
    ...taskRows(context, executor, room),
    ...logRows(context, executor, room),
  ];
}

function loadRows({ usage }: ViewContext, executor: ExecutorRow, room: number): readonly Row[] {
  const points = usage[executor.executorId] ?? [];
  const cells = Math.max(8, Math.min(60, room - 26));
  const curve = (label: string, values: readonly number[], text: string): Row => ({
    kind: 'curve',
    label,
    values,
    text,
  });
  const loop = Math.max(0, ...executor.workers.map((worker) => worker.loop));
  return [
    curve(
      'cpu',
      usageCurve(points, ({ cpu }) => cpu, cells, 1),
      formatLoad(executor.cpu),
    ),
    curve(
      'memory',
      usageCurve(points, ({ rssBytes }) => rssBytes, cells, 0),
      formatBytes(executor.rssBytes),
    ),
    curve(
      'loop',
      usageCurve(points, (point) => point.loop, cells, 1),
      `${formatLoad(loop)} busiest`,
    ),
  ];
}

function workerRows(context: ViewContext, executor: ExecutorRow, room: number): readonly Row[] {
  const { workers } = executor;
  if (workers.length === 0) return [];
  return [
    ...heading(`Workers ${workers.length}`, room),
    textRow('THREAD  STATE   SLOTS  LOOP                       RESTARTS', 'muted'),
    ...workers.map((worker): Row => {
      const { thread, inFlight, slots, loop, restarts } = worker;
      const width = 16;
      const state = workerState(context, executor, worker).padEnd(5);
      const label = `${String(thread).padStart(6)}  ${state} ${`${inFlight}/${slots}`.padStart(7)} `;
      const text = `${formatLoad(loop).padStart(7)}  ${String(restarts).padStart(8)}`;
      return { kind: 'bar', label, fraction: Math.min(0.999, loop), width, text };
    }),
  ];
}

/** A worker is stuck when a task in it is: its neighbours there wait with it, or go on beside it. */
function workerState({ snapshot }: ViewContext, { pid }: ExecutorRow, worker: WorkerStats): string {
  if (snapshot.stuck.some((task) => task.pid === pid && task.thread === worker.thread)) return 'stuck';
  return worker.inFlight === 0 ? 'idle' : 'busy';
}

function taskRows({ snapshot, data, now }: ViewContext, executor: ExecutorRow, room: number): readonly Row[] {
  const known = data.flight?.query.runId === snapshot.run.runId ? data.flight.value : [];
  const tasks = known.filter(({ executorId }) => executorId === executor.executorId);
  if (tasks.length === 0) return [];
  const count = formatCount(Math.max(executor.inFlight, tasks.length));
  const more = executor.inFlight > tasks.length ? `, the first ${formatCount(tasks.length)}` : '';
  return [...heading(`Tasks in flight ${count}${more}`, room), ...tasks.map((task) => taskRow(task, now))];
}

function taskRow(task: ListedTask, now: number): Row {
  const since = task.startedAt === null ? '' : formatAge(now - task.startedAt);
  const inStep = task.step === null ? '' : ` in ${task.step}`;
  const doing = task.verdict === null ? (task.step ?? '') : `${task.verdict}${inStep}`;
  return {
    kind: 'parts',
    parts: [
      { ...standingPart(task.standing), text: since.padStart(7) },
      { text: `  ${printable(taskKey(task))}`, tone: 'strong' },
      { text: `  ${printable(doing)}`, tone: 'muted' },
    ],
  };
}

function logRows({ data }: ViewContext, { logPath }: ExecutorRow, room: number): readonly Row[] {
  if (logPath === null) return [];
  const known = data.log?.query.path === logPath ? data.log.value : undefined;
  const lines = known?.flatMap((line) => wrapLines(line, room)) ?? [];
  return [
    ...heading(`Log ${printable(logPath)}`, room),
    ...(known === undefined ? [textRow('reading …', 'muted')] : []),
    ...(known?.length === 0 ? [textRow('nothing was written', 'muted')] : []),
    ...lines.map((line) => textRow(line)),
  ];
}
