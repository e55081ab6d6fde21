import { setTimeout as sleep } from 'node:timers/promises';
import { printable } from '../core/printable.ts';
import { fateText, type TaskFate } from '../core/task-fate.ts';
import { taskName } from '../core/task-name.ts';
import { isAlive } from '../process/identity.ts';
import type { EndResult } from '../process/signals.ts';
import type { CommandRow, ListedTask, NewCommand, RunRow, TaskStore } from '../store/task-store.ts';
import { endUnsupervised } from './end-directly.ts';
import { isInFlight, isInTry, isSupervised, type EndTarget } from './end-target.ts';
import type { Orphan } from './end-orphans.ts';

export interface EndOptions {
  /** What becomes of the tasks. Absent: a task that is named is cancelled, others go back to the queue. */
  readonly fate?: TaskFate;
  /** Who asks, as acts show it. */
  readonly by: string;
  readonly now: () => number;
}

/** How ending something went, for people and for the exit code. */
export interface EndReport {
  /** It has ended, or there was nothing to end. */
  readonly isOver: boolean;
  readonly message: string;
}

const LOOK_EVERY_MS = 25;
/** A supervisor takes commands within a tenth of a second, and gives a thread six seconds. */
const CARRIED_OUT_WITHIN_MS = 15_000;
/** Told, 2 s; its thread ended, 2 s and a look; then what else runs in its process has 10 s. */
const OVER_WITHIN_MS = 20_000;

/**
 * Ends what was found, and waits until it has ended. While the run has a supervisor it is asked for as an act of
 * the run; when that is gone, it is done from here.
 */
export async function endTarget(
  store: TaskStore,
  target: EndTarget,
  options: EndOptions,
): Promise<EndReport> {
  if (target.kind === 'over') return { isOver: true, message: target.message };
  if (!isSupervised(target.run)) return endAlone(store, target, options);
  switch (target.kind) {
    case 'task':
      return endTask(store, target, options);
    case 'thread':
      return endThread(store, target, options);
    case 'executor':
      return endExecutor(store, target, options);
  }
}

/** Ends what is left of an executor that nobody supervises. What it still held goes back to the queue. */
export async function endOrphan(
  store: TaskStore,
  { executor }: Orphan,
  { fate = 'retry', by, now }: EndOptions,
): Promise<EndReport> {
  const result = await endUnsupervised(store, executor, { fate, by, now });
  return {
    isOver: isOver(result),
    message: `Executor ${executor.pid} of run ${executor.runId} ${HOW[result]}.`,
  };
}

type Target<Kind extends EndTarget['kind']> = Extract<EndTarget, { readonly kind: Kind }>;

async function endTask(
  store: TaskStore,
  { run, task, try: meant }: Target<'task'>,
  options: EndOptions,
): Promise<EndReport> {
  const { fate = 'cancelled' } = options;
  const name = `Task ${printable(taskName(task, run.evals))}`;
  const { taskId } = task;
  const before = await store.readTask(run.runId, taskId);
  const args = { taskId, fate, ...(meant === undefined ? {} : { try: meant }) };
  const command = await ask(store, run, { kind: 'cancel-task', args }, options);
  if (command?.result?.done !== true) {
    const after = await store.readTask(run.runId, taskId);
    return { isOver: hasEnded(after, meant), message: `${name}: ${whyNot(command)}` };
  }
  const after = await until(OVER_WITHIN_MS, async () => {
    const now = await store.readTask(run.runId, taskId);
    // One that has not begun stays with its executor: it only has to be tried.
    const waits = fate === 'retry' && now?.state === 'claimed';
    const isGone = now === undefined || !isInFlight(now) || now.try !== (meant ?? before?.try) || waits;
    return isGone ? { task: now } : undefined;
  });
  if (after === undefined) {
    const message = `${name} was told to stop and still runs; evaltui ps shows its executor${pidText(task.pid)}.`;
    return { isOver: false, message };
  }
  const last = after.task?.tries.at(-1);
  const how = last?.outcome === 'killed' && last.message !== null ? ` (${printable(last.message)})` : '';
  const state = after.task?.state ?? 'gone';
  const fared = state === 'done' ? 'ended by itself before it was stopped: done' : stateText(state);
  const stays = after.task?.evidence.some((each) => each.try === last?.try && each.data['stays'] === true);
  if (stays !== true) return { isOver: true, message: `${name} ${fared}${how}.` };
  const advice =
    'The run ends; end its process by Ctrl-C if it waits for that code, and resume the run without --in-process.';
  return { isOver: false, message: `${name} ${fared}${how}. ${advice}` };
}

/** It, or the try that was meant, ended by itself: that is what was wanted. */
function hasEnded(task: Pick<ListedTask, 'state' | 'try'> | undefined, meant: number | undefined): boolean {
  if (task === undefined) return false;
  if (meant !== undefined) return !isInTry(task, meant);
  return !isInFlight(task) && task.state !== 'queued';
}

function stateText(state: string): string {
  return state === 'queued' || state === 'claimed' || state === 'running'
    ? 'went back to the queue'
    : `is ${state}`;
}

async function endThread(
  store: TaskStore,
  { run, executor, thread }: Target<'thread'>,
  options: EndOptions,
): Promise<EndReport> {
  const { fate = 'retry' } = options;
  const { executorId, pid } = executor;
  const name = `Thread ${thread} of executor ${pid}`;
  const asked = { kind: 'end-worker', args: { executorId, thread, fate } } as const;
  const command = await ask(store, run, asked, options);
  if (command?.result?.done !== true) return { isOver: false, message: `${name}: ${whyNot(command)}` };
  const message = `${name}: ${command.result.message}`;
  if (command.result.new !== 'draining') return { isOver: command.result.new !== 'stays', message };
  const isGone = await until(OVER_WITHIN_MS, async () => (isAlive(executor) ? undefined : true));
  return { isOver: isGone === true, message };
}

async function endExecutor(
  store: TaskStore,
  { run, executor }: Target<'executor'>,
  options: EndOptions,
): Promise<EndReport> {
  const { fate = 'retry' } = options;
  const { executorId, pid } = executor;
  const asked = { kind: 'end-executor', args: { executorId, fate } } as const;
  const command = await ask(store, run, asked, options);
  const isDone = command?.result?.done === true;
  const message = `Executor ${pid}: ${isDone ? (command.result?.message ?? '') : whyNot(command)}`;
  return { isOver: isDone || !isAlive(executor), message };
}

/** With its supervisor gone, a task can only be ended with the process that it is in. */
async function endAlone(
  store: TaskStore,
  target: Exclude<EndTarget, { readonly kind: 'over' }>,
  options: EndOptions,
): Promise<EndReport> {
  const { by, now } = options;
  if (target.kind !== 'task') {
    const { executor } = target;
    const result = await endUnsupervised(store, executor, { fate: options.fate ?? 'retry', by, now });
    return {
      isOver: isOver(result),
      message: `Executor ${executor.pid} ${HOW[result]}; its supervisor was gone.`,
    };
  }
  const { run, task } = target;
  const { fate = 'cancelled' } = options;
  const name = `Task ${printable(taskName(task, run.evals))}`;
  const { runId } = run;
  const { taskId, executorId } = task;
  if (task.state === 'queued') {
    if (fate !== 'cancelled') {
      return { isOver: false, message: `${name} waits in the queue: it can only be cancelled.` };
    }
    await store.cancelTask({ runId, taskId, now: now() });
    return { isOver: true, message: `${name} is cancelled; the supervisor of its run was gone.` };
  }
  const executor = (await store.listExecutors(runId)).find((each) => each.executorId === executorId);
  if (executor === undefined) return { isOver: false, message: `${name}: nothing is known of its executor.` };
  const message = 'somebody ended it when the supervisor of its run was gone';
  const how = { cause: 'returned', fate, message, maxDeaths: Infinity } as const;
  // First, so that it has its fate whatever comes after it.
  const before = (): Promise<unknown> =>
    store.release({ executorId: executor.executorId, runId, now: now(), taskIds: [taskId], ...how });
  const result = await endUnsupervised(store, executor, { fate: 'retry', by, now, before });
  return {
    isOver: isOver(result),
    message: `${name} ${fateText(fate)}; executor ${executor.pid} ${HOW[result]}, its supervisor was gone.`,
  };
}

const HOW: Readonly<Record<EndResult, string>> = Object.freeze({
  terminated: 'was ended by SIGTERM',
  killed: 'was ended by SIGKILL',
  gone: 'had ended already',
  refused: 'was not signalled: it is not the process that was meant, or it belongs to another user',
  survived: 'is still there after SIGKILL: it waits in the kernel',
});

function isOver(result: EndResult): boolean {
  return result !== 'refused' && result !== 'survived';
}

function whyNot(command: CommandRow | undefined): string {
  return command?.result?.message ?? 'the supervisor of the run does not answer.';
}

function pidText(pid: number | null): string {
  return pid === null ? '' : ` ${pid}`;
}

/** Leaves a command for the supervisor and waits for what becomes of it; undefined when it does not answer. */
async function ask(
  store: TaskStore,
  { runId }: RunRow,
  asked: Pick<NewCommand, 'kind' | 'args'>,
  { by, now }: EndOptions,
): Promise<CommandRow | undefined> {
  const id = await store.addCommand({ runId, ...asked, createdBy: by, now: now() });
  return until(CARRIED_OUT_WITHIN_MS, async () => {
    const command = await store.readCommand(id);
    return command?.result === null ? undefined : command;
  });
}

async function until<Value>(
  withinMs: number,
  look: () => Promise<Value | undefined>,
): Promise<Value | undefined> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() > end) return found;
    await sleep(LOOK_EVERY_MS);
  }
}
