import { formatDuration } from '../../core/duration.ts';
import { printable } from '../../core/printable.ts';
import { taskName } from '../../core/task-name.ts';
import type { ListedTask, RunSnapshot, TaskStanding } from '../../store/task-store.ts';
import type { EndChoice } from '../state/end-choice.ts';
import { errorKindText } from './error-kind-text.ts';
import { formatAge, formatScore, formatTokens } from './format.ts';
import type { ListKind } from './list-panel.ts';
import { isOver } from './select-executors.ts';
import type { Part, Status } from './view-model.ts';

const STATUSES: Readonly<Record<TaskStanding, Status>> = {
  stuck: 'stuck',
  running: 'running',
  retrying: 'waiting',
  errored: 'errored',
  wrong: 'wrong',
  right: 'right',
  done: 'done',
  queued: 'queued',
  cancelled: 'cancelled',
};

/** How a task stands, with its glyph. */
export function standingPart(standing: TaskStanding): Part {
  return { status: STATUSES[standing], text: standing };
}

/** How a list of tasks is drawn. Sorted it is by the store: a page is not all of it. */
export function taskKind(snapshot: RunSnapshot, now: number): ListKind<ListedTask> {
  const hasEvals = snapshot.run.evals.length > 1;
  const labelOf = (task: ListedTask): string => taskName(task, snapshot.run.evals);
  return {
    statusTitle: 'STATE',
    statusWidth: 9,
    status: ({ standing }) => standingPart(standing),
    identify: (task) => ({
      key: String(task.taskId),
      label: labelOf(task),
      task: { taskId: task.taskId, standing: task.standing },
      ends: endsOf(task, labelOf(task), snapshot),
    }),
    columns: [
      { title: 'TASK', width: 10, share: 2, sort: 'task', text: (task) => printable(labelOf(task)) },
      { title: 'TRY', width: 3, align: 'right', sort: 'try', text: (task) => String(task.try) },
      { title: 'AGE', width: 7, align: 'right', sort: 'age', text: (task) => ageText(task, now) },
      { title: 'SCORE', width: 6, align: 'right', sort: 'score', minRoom: 42, text: scoreText },
      {
        title: 'GROUP',
        width: 9,
        minRoom: 84,
        sort: 'group',
        text: ({ group }) => printable(group ?? ''),
      },
      {
        title: 'TOKENS',
        width: 6,
        align: 'right',
        minRoom: hasEvals ? 72 : 62,
        sort: 'tokens',
        text: ({ tokens }) => (tokens === 0 ? '' : formatTokens(tokens)),
      },
      {
        title: 'ENDED',
        width: 8,
        align: 'right',
        minRoom: 84,
        sort: 'ended',
        text: ({ endedAt }) => (endedAt === null ? '' : `${formatAge(now - endedAt)}`),
      },
      { title: 'PID', width: 7, align: 'right', minRoom: 96, text: ({ pid }) => String(pid ?? '') },
      { title: 'WHAT', width: 8, share: 2, minRoom: hasEvals ? 52 : 42, text: (task) => whatText(task, now) },
    ],
  };
}

/** A task in flight, and the executor that has it. Of its thread nothing is known here. */
function endsOf(task: ListedTask, label: string, snapshot: RunSnapshot): readonly EndChoice[] {
  if (task.state !== 'running' && task.state !== 'claimed') return [];
  const executor = snapshot.executors.find(({ executorId }) => executorId === task.executorId);
  const { taskId } = task;
  return [
    { kind: 'task', taskId, try: task.try, label, thread: null, neighbours: null },
    ...(executor === undefined || isOver(executor)
      ? []
      : [
          {
            kind: 'executor',
            executorId: executor.executorId,
            pid: executor.pid,
            tasks: executor.inFlight,
          } as const,
        ]),
  ];
}

function scoreText({ score }: ListedTask): string {
  return score === null ? '' : formatScore(score);
}

/** How long it has been going on or took. */
function ageText({ startedAt, endedAt, standing }: ListedTask, now: number): string {
  if (startedAt === null || standing === 'queued' || standing === 'retrying') return '';
  return endedAt === null ? formatAge(now - startedAt) : formatDuration(Math.max(0, endedAt - startedAt));
}

/** What it does now, waits for, or failed of. */
function whatText(task: ListedTask, now: number): string {
  const { standing, step, stepStartedAt, verdict, readyAt, errorKind, message } = task;
  const since = stepStartedAt === null ? '' : ` ${formatAge(now - stepStartedAt)}`;
  const failed = errorKind === null ? '' : `${errorKindText(errorKind)}: ${printable(message ?? '')}`;
  switch (standing) {
    case 'stuck':
      return `${verdict ?? 'stuck'}${step === null ? '' : ` in ${printable(step)}`}${since}`;
    case 'running':
      return step === null ? '' : `${printable(step)}${since}`;
    case 'retrying':
      return `${readyAt > now ? `in ${formatAge(readyAt - now + 999)}` : 'due'}, ${failed}`;
    case 'errored':
      return failed;
    case 'wrong':
    case 'right':
    case 'done':
    case 'cancelled':
      return task.endedAt === null ? '' : `${formatAge(now - task.endedAt)} ago`;
    case 'queued':
      return task.state === 'claimed' ? 'about to start' : '';
  }
}
