import { isTaskFate, type TaskFate } from '../../core/task-fate.ts';
import type { Command, CommandResult, TaskState, TaskStore } from '../../store/task-store.ts';
import type { Fleet } from './fleet.ts';
import { refused } from './take-commands.ts';

export interface KillActsOptions {
  readonly store: TaskStore;
  readonly runId: string;
  readonly now: () => number;
  readonly fleet: Fleet;
  /** Tasks left the queue. */
  readonly onRequeued: () => Promise<void>;
}

/** Ends tasks, threads and processes of a live run, and says what became of each. */
export class KillActs {
  readonly #options: KillActsOptions;

  constructor(options: KillActsOptions) {
    this.#options = options;
  }

  /** A waiting task is only taken from the queue; one in flight is told to stop, and its thread ended if it does not. */
  async endTask({ taskId, fate: given, try: meant }: Command['args']): Promise<CommandResult> {
    const { store, runId, now, fleet, onRequeued } = this.#options;
    const fate = fateOf(given, 'cancelled');
    if (fate === undefined) return refused(badFate(given));
    const task = typeof taskId === 'number' ? await store.readTask(runId, taskId) : undefined;
    if (task === undefined) return refused('The run has no such task.');
    // Whoever means a try that is over by now means no other one.
    const isOfTry = typeof meant !== 'number' || (isInFlight(task.state) && task.try === meant);
    if (!isOfTry) return refused(`The task is not in try ${meant} now.`);
    if (task.state === 'queued' && fate !== 'cancelled') return refused(QUEUED);
    const { taskId: id } = task;
    // One that an executor holds stays as it is: only that one can stop it.
    const found =
      task.state === 'queued' ? await store.cancelTask({ runId, taskId: id, now: now() }) : task.state;
    if (found === undefined || isEnded(found)) return refused(`The task is ${found ?? 'gone'} already.`);
    if (found === 'queued') {
      await onRequeued();
      return { done: true, old: found, new: 'cancelled', message: 'It is not tried.' };
    }
    const { executorId, try: number } = task;
    fleet.told.add(id, { executorId, try: number, fate });
    // The one that holds it stops it; the others have nothing to do.
    fleet.broadcast({ kind: 'cancel-task', taskId: id, fate });
    return { done: true, old: found, new: STATE_OF_FATE[fate], message: toldText(found, fate) };
  }

  async endWorker({ executorId, thread, fate: given }: Command['args']): Promise<CommandResult> {
    const fate = fateOf(given, 'retry');
    if (fate === undefined) return refused(badFate(given));
    if (typeof executorId !== 'string' || typeof thread !== 'number') return refused(NO_EXECUTOR);
    const how = await this.#options.fleet.endWorker(executorId, thread, fate);
    const done = { done: true, old: 'running' } as const;
    switch (how) {
      case 'ended':
        return {
          ...done,
          new: 'replaced',
          message: `The thread was ended, and another takes its place. ${RUN_BY_IT[fate]}`,
        };
      case 'native':
        return {
          ...done,
          new: 'draining',
          message: `The thread is in native code, which only the end of its process stops: it is killed when its other threads are through, at most 10 s from now. ${RUN_BY_IT[fate]}`,
        };
      case 'stays':
        return {
          ...done,
          new: 'stays',
          message: `The thread stays in native code, since its executor is inside the supervisor. ${RUN_BY_IT[fate]} The run ends; end its process by Ctrl-C if it waits for that code, and resume the run without --in-process.`,
        };
      case 'unknown':
        return { done: true, old: 'gone', new: 'gone', message: 'The thread has ended already.' };
      case 'silent':
        return refused('The executor does not answer. End the executor instead.');
      case 'gone':
        return refused(NO_EXECUTOR);
    }
  }

  async endExecutor({ executorId, fate: given }: Command['args']): Promise<CommandResult> {
    const fate = fateOf(given, 'retry');
    if (fate === undefined) return refused(badFate(given));
    if (typeof executorId !== 'string') return refused(NO_EXECUTOR);
    const result = await this.#options.fleet.endExecutor(executorId, fate);
    switch (result) {
      case 'terminated':
      case 'killed': {
        const signal = result === 'killed' ? 'SIGKILL' : 'SIGTERM';
        const message = `The executor was ended by ${signal}, and another takes its place. ${RUN_BY_IT[fate]}`;
        return { done: true, old: 'running', new: 'replaced', message };
      }
      case 'gone':
        return refused(NO_EXECUTOR);
      case 'refused':
        return refused('The process is not the executor that was meant; it was not signalled.');
      case 'survived':
        return refused(
          'SIGKILL was sent, and something of the executor is still there: it waits in the kernel.',
        );
    }
  }
}

const NO_EXECUTOR = 'The run has no such executor any more.';
const QUEUED = 'The task waits in the queue: it can only be cancelled.';

/** One that began a moment ago is not known to run yet. */
function toldText(state: TaskState, fate: TaskFate): string {
  const how = 'told to stop; its thread is ended if it does not.';
  if (state === 'running') return `It was ${how}`;
  const waits = fate === 'retry' ? 'is about to be tried' : 'is not tried';
  return `It ${waits}; if it has just begun, it was ${how}`;
}

const STATE_OF_FATE: Readonly<Record<TaskFate, TaskState>> = Object.freeze({
  retry: 'queued',
  errored: 'errored',
  cancelled: 'cancelled',
});

const RUN_BY_IT: Readonly<Record<TaskFate, string>> = Object.freeze({
  retry: 'What it ran is back in the queue.',
  errored: 'What it ran is errored.',
  cancelled: 'What it ran is cancelled.',
});

function fateOf(given: unknown, byDefault: TaskFate): TaskFate | undefined {
  if (given === undefined) return byDefault;
  return isTaskFate(given) ? given : undefined;
}

function badFate(given: unknown): string {
  return `This version does not know "${String(given)}" as what becomes of a task.`;
}

function isInFlight(state: TaskState): boolean {
  return state === 'running' || state === 'claimed';
}

function isEnded(state: TaskState): boolean {
  return state === 'done' || state === 'errored' || state === 'cancelled';
}
