import { formatDuration } from '../../core/duration.ts';
import { printable } from '../../core/printable.ts';
import { taskName } from '../../core/task-name.ts';
import type { RunSnapshot, TaskRow } from '../../store/task-store.ts';
import { type Column, layOutColumns } from '../parts/columns.ts';
import { errorKindText } from '../parts/error-kind-text.ts';
import { formatAge, formatScore } from '../parts/format.ts';
import { type Part, type Row, type Status, textRow } from '../parts/view-model.ts';

interface TaskContext {
  readonly snapshot: RunSnapshot;
  readonly now: number;
  /** Cells of a row. */
  readonly room: number;
}

/**
 * What is in flight, longest first, each with its step and age. A step over the run's limit is marked slow. What
 * changes with every second stands last: only the end of a row is drawn again.
 */
export function selectRunningRows(context: TaskContext): readonly Row[] {
  const { snapshot, now, room } = context;
  const tasks = snapshot.longestRunning;
  if (tasks.length === 0) return [textRow('no task in flight', 'muted')];
  const columns: readonly Column<TaskRow>[] = [
    { title: 'TASK', width: 12, share: 1, text: (task) => printable(taskName(task, snapshot.run.evals)) },
    { title: 'TRY', width: 3, align: 'right', text: (task) => String(task.try) },
    { title: 'PID', width: 7, align: 'right', minRoom: 64, text: (task) => String(task.pid ?? '–') },
    { title: 'STEP', width: 12, share: 1, text: (task) => printable(task.step ?? stateStep(task)) },
    { title: 'SINCE', width: 7, align: 'right', text: (task) => age(task.stepStartedAt, now) },
    { title: 'AGE', width: 7, align: 'right', text: (task) => age(task.startedAt, now) },
  ];
  const table = layOutColumns(columns, tasks, room - 8);
  const stuck = new Set(snapshot.stuck.map(({ taskId }) => taskId));
  return [
    textRow(`        ${table.heading}`, 'muted'),
    ...tasks.map((task, index): Row => {
      const stepSince = task.stepStartedAt ?? task.startedAt;
      const isSlow = stepSince !== null && now - stepSince > snapshot.run.spec.stuckAfterMs;
      const { status, word } = stuck.has(task.taskId) ? STUCK : flightOf(task, isSlow);
      return taskLine({ status, text: word.padEnd(5) }, table.rows[index] ?? '');
    }),
  ];
}

interface FlightWord {
  readonly status: Status;
  readonly word: string;
}

const STUCK: FlightWord = { status: 'stuck', word: 'stuck' };

function flightOf(task: TaskRow, isSlow: boolean): FlightWord {
  if (task.state === 'claimed') return { status: 'queued', word: 'next' };
  return isSlow ? { status: 'slow', word: 'slow' } : { status: 'running', word: 'run' };
}

/**
 * Retries that wait, the next first, and the newest tries that failed, newest first. What went wrong gets at
 * least half of the places.
 */
export function selectProblemRows(context: TaskContext, places: number): readonly Row[] {
  const { snapshot, now, room } = context;
  const errorPlaces = Math.min(snapshot.lastErrors.length, Math.ceil(places / 2));
  // A finished run tries nothing again.
  const isFinished = snapshot.run.state === 'finished';
  const waiting = isFinished ? [] : snapshot.waiting.slice(0, Math.max(0, places - errorPlaces));
  const problems: readonly Problem[] = [
    ...waiting.map((task): Problem => ({ task, status: 'waiting', when: waitText(task, now) })),
    ...snapshot.lastErrors.map((task): Problem => ({ task, status: 'errored', when: agoText(task, now) })),
  ];
  if (problems.length === 0) return [textRow('no retry waits, no error so far', 'muted')];
  const columns: readonly Column<Problem>[] = [
    { title: '', width: KIND_WIDTH, text: ({ task }) => errorKindText(task.errorKind) },
    { title: '', width: 13, text: ({ when }) => when },
    { title: '', width: 10, share: 1, text: ({ task }) => printable(taskName(task, snapshot.run.evals)) },
    { title: '', width: 6, minRoom: 90, text: ({ task }) => `try ${task.try}` },
    { title: '', width: 10, share: 4, text: ({ task }) => printable(task.message ?? '') },
  ];
  const table = layOutColumns(columns, problems, room - 2);
  return problems.map(({ status }, index): Row => problemLine(status, table.rows[index] ?? ''));
}

interface Problem {
  readonly task: TaskRow;
  readonly status: Status;
  readonly when: string;
}

const KIND_WIDTH = 14;

/** The kind in the colour of its status, the rest plain. */
function problemLine(status: Status, text: string): Row {
  const parts: readonly Part[] = [
    { status, text: text.slice(0, KIND_WIDTH) },
    { text: text.slice(KIND_WIDTH) },
  ];
  return { kind: 'parts', parts };
}

/** The newest finished tasks, newest first. */
export function selectResultRows(context: TaskContext, hasHeading: boolean): readonly Row[] {
  const { snapshot, now, room } = context;
  const tasks = snapshot.newestResults;
  if (tasks.length === 0) return [textRow('no result yet', 'muted')];
  const columns: readonly Column<TaskRow>[] = [
    { title: 'TASK', width: 12, share: 3, text: (task) => printable(taskName(task, snapshot.run.evals)) },
    { title: 'SCORE', width: 6, align: 'right', text: (task) => scoreText(task) },
    { title: 'TOOK', width: 7, align: 'right', text: (task) => tookText(task) },
    { title: 'AGO', width: 7, align: 'right', minRoom: 42, text: (task) => age(task.endedAt, now) },
  ];
  const table = layOutColumns(columns, tasks, room - 12);
  return [
    ...(hasHeading ? [textRow(`${' '.repeat(12)}${table.heading}`, 'muted')] : []),
    ...tasks.map((task, index) =>
      taskLine(resultPart(task, isBinaryEval(task, snapshot)), table.rows[index] ?? ''),
    ),
  ];
}

function waitText(task: TaskRow, now: number): string {
  // Rounded up: `0 s` would say that it is due.
  return task.readyAt > now ? `retry in ${formatAge(task.readyAt - now + 999)}` : 'retry due';
}

function agoText(task: TaskRow, now: number): string {
  return task.endedAt === null ? '' : `${age(task.endedAt, now)} ago`;
}

function taskLine(label: Part, text: string): Row {
  return { kind: 'parts', parts: [label, { text: ` ${text}` }] };
}

function resultPart(task: TaskRow, isBinary: boolean): Part {
  if (task.state === 'errored') return { status: 'errored', text: 'errored  ' };
  if (task.state === 'cancelled') return { status: 'cancelled', text: 'cancelled' };
  if (isBinary && task.score === 1) return { status: 'right', text: 'right    ' };
  if (isBinary && task.score === 0) return { status: 'wrong', text: 'wrong    ' };
  return { status: 'done', text: task.score === null ? 'unscored ' : 'scored   ' };
}

function isBinaryEval(task: TaskRow, snapshot: RunSnapshot): boolean {
  return snapshot.run.evals.find(({ index }) => index === task.evalIndex)?.isBinary ?? false;
}

function stateStep(task: TaskRow): string {
  return task.state === 'claimed' ? 'about to start' : '–';
}

function scoreText(task: TaskRow): string {
  return task.score === null ? '–' : formatScore(task.score);
}

function tookText(task: TaskRow): string {
  if (task.startedAt === null || task.endedAt === null) return '–';
  return formatDuration(Math.max(0, task.endedAt - task.startedAt));
}

function age(since: number | null, now: number): string {
  return since === null ? '–' : formatAge(now - since);
}
