import { formatQuantity } from '../../core/format.ts';
import type { TaskFate } from '../../core/task-fate.ts';
import type { ExecutorRow } from '../../store/task-store.ts';
import type { RunAct } from './intents.ts';

/**
 * Something that can be ended, pinned by its identity: a try of a task, a thread that no other one is called as, an
 * executor by its own id and not by its pid.
 */
export type OneEnd =
  | {
      readonly kind: 'task';
      readonly taskId: number;
      readonly try: number;
      readonly label: string;
      /** Null where it is not known. */
      readonly thread: number | null;
      /** Tasks in flight beside it in its thread, where they are known. */
      readonly neighbours: number | null;
    }
  | {
      readonly kind: 'thread';
      readonly executorId: string;
      readonly pid: number;
      readonly thread: number;
      readonly tasks: number;
    }
  | { readonly kind: 'executor'; readonly executorId: string; readonly pid: number; readonly tasks: number };

/** One of them, or several at once. */
export type EndChoice = OneEnd | SeveralEnds;

export interface SeveralEnds {
  readonly kind: 'several';
  /** What a dialog calls them: `all 7 stuck tasks`. */
  readonly label: string;
  /** Two or more. */
  readonly ends: readonly OneEnd[];
}

/** The question what of the selected row is to be ended, and what becomes of the tasks. */
export interface EndDialog {
  readonly kind: 'end';
  /** Fixed when the question is asked, whatever moves meanwhile. Never empty. */
  readonly choices: readonly EndChoice[];
  readonly chosen: number;
  /** Null: what is usual for what is chosen. */
  readonly fate: TaskFate | null;
  /** What the arrow keys change. */
  readonly field: 'what' | 'fate';
}

/** An executor, and each of its threads. */
export function endsOfExecutor(executor: ExecutorRow): readonly OneEnd[] {
  const { executorId, pid, inFlight, workers } = executor;
  return [
    { kind: 'executor', executorId, pid, tasks: inFlight },
    ...workers.toSorted((a, b) => a.thread - b.thread).map((worker) => endOfThread(executor, worker.thread)),
  ];
}

export function endOfThread({ executorId, pid, workers }: ExecutorRow, thread: number): OneEnd {
  const tasks = workers.find((worker) => worker.thread === thread)?.inFlight ?? 0;
  return { kind: 'thread', executorId, pid, thread, tasks };
}

/** As a dialog calls it. */
export function endName(choice: EndChoice): string {
  switch (choice.kind) {
    case 'task':
      return `task ${choice.label}`;
    case 'thread':
      return `thread ${choice.thread} of pid ${choice.pid}`;
    case 'executor':
      return `executor pid ${choice.pid}`;
    case 'several':
      return choice.label;
  }
}

/** What becomes of the tasks unless something else is said. */
export function usualFate(choice: EndChoice): TaskFate {
  return partsOf(choice).some(({ kind }) => kind === 'task') ? 'cancelled' : 'retry';
}

/** @param fate null: what is usual for each */
export function actsOf(choice: EndChoice, fate: TaskFate | null): readonly RunAct[] {
  return partsOf(choice).map((each) => actOf(each, fate ?? usualFate(each)));
}

function partsOf(choice: EndChoice): readonly OneEnd[] {
  return choice.kind === 'several' ? choice.ends : [choice];
}

function actOf(choice: OneEnd, fate: TaskFate): RunAct {
  switch (choice.kind) {
    case 'task':
      return { kind: 'cancel-task', taskId: choice.taskId, try: choice.try, fate };
    case 'thread':
      return { kind: 'end-worker', executorId: choice.executorId, thread: choice.thread, fate };
    case 'executor':
      return { kind: 'end-executor', executorId: choice.executorId, fate };
  }
}

/**
 * What a yes does and what is lost by it, a sentence each.
 *
 * @param given what becomes of the tasks; null: what is usual
 */
export function lossOf(choice: EndChoice, given: TaskFate | null): readonly string[] {
  if (choice.kind === 'several') return lossOfSeveral(choice, given);
  const fate = given ?? usualFate(choice);
  switch (choice.kind) {
    case 'task':
      return [
        `It is told to stop, and ${FATES[fate]}; what it did so far is lost.`,
        `If it has not stopped after 2 s its thread is ended${neighboursText(choice)}.`,
        'A thread in native code only ends with its process, at most 10 s later.',
      ];
    case 'thread':
      return [
        `${tasksText(choice.tasks)} in it ${choice.tasks === 1 ? 'loses what it' : 'lose what they'} did so far, and ${fatesOf(choice.tasks)[fate]}.`,
        'Another thread takes its place.',
        'A thread in native code only ends with its process, at most 10 s later.',
      ];
    case 'executor':
      return [
        `${tasksText(choice.tasks)} in it ${choice.tasks === 1 ? 'loses what it' : 'lose what they'} did so far, and ${fatesOf(choice.tasks)[fate]}.`,
        'It is ended with all that it started: SIGTERM, then SIGKILL. Another executor takes its place.',
      ];
  }
}

function lossOfSeveral({ ends }: SeveralEnds, fate: TaskFate | null): readonly string[] {
  const held = ends.reduce((sum, each) => sum + (each.kind === 'task' ? 0 : each.tasks), 0);
  const tasks = ends.filter(({ kind }) => kind === 'task').length;
  const others = ends.length - tasks;
  return [
    ...(tasks === 0
      ? []
      : [
          `The ${formatQuantity(tasks, 'task')} ${tasks === 1 ? 'is' : 'are'} told to stop, and ${fatesOf(tasks)[fate ?? 'cancelled']}; what was done so far is lost.`,
          'Where one has not stopped after 2 s its thread is ended; other tasks of that thread go back to the queue.',
        ]),
    ...(others === 0
      ? []
      : [
          `${tasksText(held)} in them ${held === 1 ? 'loses what it' : 'lose what they'} did so far, and ${fatesOf(held)[fate ?? 'retry']}.`,
          'Others take their places. An executor ends with all that it started: SIGTERM, then SIGKILL.',
        ]),
    'A thread in native code only ends with its process, at most 10 s later.',
  ];
}

const FATES: Readonly<Record<TaskFate, string>> = {
  retry: 'goes back to the queue, not counted as failed',
  errored: 'is errored',
  cancelled: 'is cancelled',
};

const ALL_FATES: Readonly<Record<TaskFate, string>> = {
  retry: 'go back to the queue, not counted as failed',
  errored: 'are errored',
  cancelled: 'are cancelled',
};

function fatesOf(tasks: number): Readonly<Record<TaskFate, string>> {
  return tasks === 1 ? FATES : ALL_FATES;
}

function tasksText(tasks: number): string {
  return tasks === 0 ? 'What is' : `The ${formatQuantity(tasks, 'task')}`;
}

function neighboursText({ neighbours }: EndChoice & { readonly kind: 'task' }): string {
  if (neighbours === null) return '; other tasks of that thread go back to the queue';
  if (neighbours === 0) return '';
  const them = neighbours === 1 ? 'goes' : 'go';
  return `; ${formatQuantity(neighbours, 'other task')} of that thread ${them} back to the queue`;
}
