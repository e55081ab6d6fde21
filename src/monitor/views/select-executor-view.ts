import stringWidth from 'string-width';
import { formatBytes, formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { taskName } from '../../core/task-name.ts';
import type { ExecutorRow, ListedTask, WorkerStats } from '../../store/task-store.ts';
import { truncate } from '../parts/columns.ts';
import { formatAge, formatLoad } from '../parts/format.ts';
import { selectedItem } from '../parts/list-panel.ts';
import { selectListView } from './list-view.ts';
import { layOutStack } from '../parts/pane-layout.ts';
import { heading } from '../parts/section-heading.ts';
import { executorKind, executorsTitle, inOrder } from '../parts/select-executors.ts';
import { standingPart } from '../parts/task-rows.ts';
import { wrapLines } from '../parts/text-lines.ts';
import { usageCurve } from '../history/usage-history.ts';
import type { ViewContext } from '../parts/view-context.ts';
import { type Row, type ScreenView, textRow } from '../parts/view-model.ts';
import type { ViewQuery } from '../state/view-query.ts';

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

/** From so many cells on a row has room for long bars and for names of tasks. */
const WIDE = 100;

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
  const { workers, endedAt } = executor;
  // Those of one that has ended are gone with it, whatever it told of them last.
  if (workers.length === 0 || endedAt !== null) return [];
  const tasks = flightOf(context, executor);
  const width = room < WIDE ? 8 : 16;
  // What the label, the bar and the figures leave of a row, the gap before it left out.
  const tasksRoom = room - 51 - width;
  const namesTasks = tasksRoom >= 10;
  const titles = `THREAD  STATE   SLOTS     CPU  ${'LOOP'.padEnd(width + 8)}  RESTARTS`;
  return [
    ...heading(`Workers ${workers.length}`, room),
    textRow(`${titles}${namesTasks ? '  TASKS' : ''}`, 'muted'),
    ...workers.map((worker): Row => {
      const { thread, inFlight, slots, loop, cpu, restarts } = worker;
      const state = workerState(context, executor, worker).padEnd(5);
      const cpuText = (cpu === undefined ? '–' : formatLoad(cpu)).padStart(7);
      const label = `${String(thread).padStart(6)}  ${state} ${`${inFlight}/${slots}`.padStart(7)} ${cpuText} `;
      const own = tasks.filter((task) => task.thread === thread);
      const keys = own.map((task) => printable(taskName(task, context.snapshot.run.evals)));
      const figures = `${formatLoad(loop).padStart(7)}  ${String(restarts).padStart(8)}`;
      const text = namesTasks ? `${figures}  ${firstOf(keys, inFlight, tasksRoom)}`.trimEnd() : figures;
      return { kind: 'bar', label, fraction: Math.min(0.999, loop), width, text };
    }),
  ];
}

/** As many names as there is room for, at least one, and how many more there are: `fr.1, de.1 +14`. */
function firstOf(names: readonly string[], count: number, room: number): string {
  const more = (shown: number): string => (count > shown ? ` +${formatCount(count - shown)}` : '');
  let shown = names.length;
  while (shown > 1 && stringWidth(names.slice(0, shown).join(', ')) + more(shown).length > room) shown -= 1;
  const [first] = names;
  if (first === undefined) return '';
  const text =
    shown === 1 ? truncate(first, Math.max(1, room - more(1).length)) : names.slice(0, shown).join(', ');
  return `${text}${more(shown)}`;
}

/** A worker is stuck when a task in it is: its neighbours there wait with it, or go on beside it. */
function workerState({ snapshot }: ViewContext, { pid }: ExecutorRow, worker: WorkerStats): string {
  if (snapshot.stuck.some((task) => task.pid === pid && task.thread === worker.thread)) return 'stuck';
  return worker.inFlight === 0 ? 'idle' : 'busy';
}

/** Those that were read of the tasks in flight in an executor, what matters most first. */
function flightOf({ snapshot, data }: ViewContext, executor: ExecutorRow): readonly ListedTask[] {
  const known = data.flight?.query.runId === snapshot.run.runId ? data.flight.value : [];
  return known.filter(({ executorId }) => executorId === executor.executorId);
}

function taskRows(context: ViewContext, executor: ExecutorRow, room: number): readonly Row[] {
  const tasks = flightOf(context, executor);
  if (tasks.length === 0) return [];
  const count = formatCount(Math.max(executor.inFlight, tasks.length));
  const more = executor.inFlight > tasks.length ? `, the first ${formatCount(tasks.length)}` : '';
  return [
    ...heading(`Tasks in flight ${count}${more}`, room),
    ...tasks.map((task) => taskRow(task, context)),
  ];
}

function taskRow(task: ListedTask, { snapshot, now }: ViewContext): Row {
  const since = task.startedAt === null ? '' : formatAge(now - task.startedAt);
  const inStep = task.step === null ? '' : ` in ${task.step}`;
  const doing = task.verdict === null ? (task.step ?? '') : `${task.verdict}${inStep}`;
  const facts = [...(task.thread === null ? [] : [`thread ${task.thread}`]), doing].filter(
    (text) => text !== '',
  );
  return {
    kind: 'parts',
    parts: [
      { ...standingPart(task.standing), text: since.padStart(7) },
      { text: `  ${printable(taskName(task, snapshot.run.evals))}`, tone: 'strong' },
      { text: `  ${printable(facts.join(' · '))}`, tone: 'muted' },
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
