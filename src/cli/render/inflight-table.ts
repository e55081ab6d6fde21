import { formatDuration } from '../../core/duration.ts';
import { taskKey } from '../../core/eval.ts';
import type { JsonObject } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import { taskName } from '../../core/task-name.ts';
import type { TaskInFlight } from '../../inspect/tasks-in-flight.ts';
import { formatAge } from '../../monitor/parts/format.ts';
import type { StepInFlight } from '../../store/task-store.ts';
import { renderTable, type TableColumn } from './table.ts';

export interface InFlightOptions {
  readonly now: number;
  /** Cells; `Infinity` cuts nothing. */
  readonly width: number;
}

const SHORT_ID = 14;

/** Tasks in flight, one a line, in the order given. */
export function renderInFlight(
  tasks: readonly TaskInFlight[],
  { now, width }: InFlightOptions,
): readonly string[] {
  if (tasks.length === 0) return ['No task is in flight.'];
  const hasRuns = new Set(tasks.map(({ run }) => run.runId)).size > 1;
  const age = (from: number | null): string => (from === null ? '–' : formatAge(now - from));
  const columns: readonly TableColumn<TaskInFlight>[] = [
    { title: 'TASK', text: ({ task, run }) => printable(taskName(task, run.evals)) },
    {
      title: 'STATE',
      text: ({ task }) => printable(task.verdict === null ? task.standing : `stuck: ${task.verdict}`),
    },
    { title: 'TRY', align: 'right', text: ({ task }) => String(task.try) },
    { title: 'PID', align: 'right', text: ({ task }) => (isWaiting(task) ? '–' : String(task.pid ?? '–')) },
    { title: 'AGE', align: 'right', text: ({ task }) => age(task.startedAt) },
    {
      title: 'IN STEP',
      align: 'right',
      text: ({ task }) => age(task.stepStartedAt),
    },
    { title: 'IDLE', align: 'right', text: ({ task }) => (isWaiting(task) ? '–' : age(progressOf(task))) },
    ...(hasRuns ? [{ title: 'RUN', text: ({ run }: TaskInFlight) => run.runId.slice(0, SHORT_ID) }] : []),
    { title: 'STEP', isFlexible: true, text: ({ task }) => printable(stepText(task, now)) },
  ];
  return renderTable(columns, tasks, width);
}

function isWaiting({ standing }: TaskInFlight['task']): boolean {
  return standing === 'retrying';
}

function stepText(task: TaskInFlight['task'], now: number): string {
  if (!isWaiting(task)) return task.step ?? 'evaluate';
  const cause = task.errorKind === null ? '' : ` after ${task.errorKind}`;
  const message = task.message === null ? '' : `: ${task.message}`;
  return `${task.step ?? 'retry wait'}${cause}, ${formatDuration(task.readyAt - now)} left${message}`;
}

/** The same as plain data: one object a task. Times are ISO 8601 in UTC, ages ms; steps outermost first. */
export function describeInFlight(
  tasks: readonly (TaskInFlight & { readonly steps: readonly StepInFlight[] })[],
  now: number,
): readonly JsonObject[] {
  const ageMs = (from: number | null): number | null => (from === null ? null : Math.max(0, now - from));
  return tasks.map(({ task, run, steps }) => ({
    task: taskKey(task),
    eval: task.evalName,
    runId: run.runId,
    state: task.standing,
    verdict: task.verdict,
    try: task.try,
    pid: isWaiting(task) ? null : task.pid,
    executorId: isWaiting(task) ? null : task.executorId,
    startedAt: task.startedAt === null ? null : new Date(task.startedAt).toISOString(),
    ageMs: ageMs(task.startedAt),
    steps: steps.map(({ name, startedAt }) => ({ name, ageMs: ageMs(startedAt) })),
    idleMs: isWaiting(task) ? null : ageMs(progressOf(task)),
    retry: isWaiting(task)
      ? { inMs: Math.max(0, task.readyAt - now), cause: task.errorKind, message: task.message }
      : null,
  }));
}

/** When anything happened in the try last. */
function progressOf({ progressAt, stepStartedAt, startedAt }: TaskInFlight['task']): number | null {
  return progressAt ?? stepStartedAt ?? startedAt;
}
