import { setTimeout as sleep } from 'node:timers/promises';
import { EvaltuiError } from '../core/errors.ts';
import { nearestMatch } from '../core/nearest-match.ts';
import { printable } from '../core/printable.ts';
import { taskName } from '../core/task-name.ts';
import { isAlive, isOfThisMachine } from '../process/identity.ts';
import { readProcess } from '../process/process-table.ts';
import type { ExecutorRow, ListedTask, RunRow, TaskStore } from '../store/task-store.ts';

/** What is to be ended, pinned by its identity: what gets its name or pid later is never meant. */
export type EndTarget =
  /** `try`: only that try of it is meant. */
  | { readonly kind: 'task'; readonly run: RunRow; readonly task: ListedTask; readonly try?: number }
  | { readonly kind: 'thread'; readonly run: RunRow; readonly executor: ExecutorRow; readonly thread: number }
  | { readonly kind: 'executor'; readonly run: RunRow; readonly executor: ExecutorRow }
  /** There is nothing left to end, and why. */
  | { readonly kind: 'over'; readonly message: string };

export interface EndTargetOptions {
  /** Tasks of this run only; absent: of the live runs, or of the newest. */
  readonly run?: string;
  /** A worker thread of the executor that is named. */
  readonly thread?: number;
}

/** How many are named in a message. */
const FEW = 5;
/** Together longer than executors take from one heartbeat to the next. */
const HEARTBEAT_LOOKS = 15;
const HEARTBEAT_LOOK_MS = 100;

/**
 * What a pid or a task's name stands for. A task is named `sample.attempt`, or `eval/sample.attempt` where several
 * evals of a run have it.
 *
 * Throws `run-not-found` or `bad-option`, with the nearest match, when nothing is named so or several are; and
 * when the pid is a supervisor's, or another process has it by now.
 */
export async function findEndTarget(
  store: TaskStore,
  given: string,
  options: EndTargetOptions,
): Promise<EndTarget> {
  if (/^\d+$/.test(given)) return findExecutor(store, Number(given), options);
  if (options.thread !== undefined) {
    throw new EvaltuiError(
      'bad-option',
      `--thread goes with the pid of an executor, not with "${printable(given)}".`,
    );
  }
  return findTask(store, given, options);
}

/**
 * Tasks that are held to be stuck, of every live run or of one; and the threads of those of which it is not known that
 * it is they who hold it.
 */
export async function findStuckTargets(store: TaskStore, run?: string): Promise<readonly EndTarget[]> {
  const targets: EndTarget[] = [];
  for (const each of await runsMeant(store, run)) {
    const threads = new Map<string, EndTarget>();
    for (const { taskId, thread, isUnclear, try: number } of (await store.snapshot(each.runId)).stuck) {
      const task = await store.readTask(each.runId, taskId);
      if (task === undefined || !isInTry(task, number)) continue;
      const executor = isUnclear === true ? await executorOf(store, each.runId, task.executorId) : undefined;
      if (executor === undefined || thread === null)
        targets.push({ kind: 'task', run: each, task, try: number });
      else threads.set(`${executor.pid} ${thread}`, { kind: 'thread', run: each, executor, thread });
    }
    targets.push(...threads.values());
  }
  return targets;
}

async function executorOf(
  store: TaskStore,
  runId: string,
  executorId: string | null,
): Promise<ExecutorRow | undefined> {
  return (await store.listExecutors(runId)).find((each) => each.executorId === executorId);
}

/** Whether an executor has it now. */
export function isInFlight({ state }: Pick<ListedTask, 'state'>): boolean {
  return state === 'running' || state === 'claimed';
}

/** Whether an executor has it now, in that try. */
export function isInTry(task: Pick<ListedTask, 'state' | 'try'>, number: number): boolean {
  return isInFlight(task) && task.try === number;
}

/** Whether somebody supervises the run, so that commands for it are carried out. */
export function isSupervised({ state, supervisor }: RunRow): boolean {
  return state !== 'finished' && isAlive(supervisor);
}

async function findExecutor(store: TaskStore, pid: number, { thread }: EndTargetOptions): Promise<EndTarget> {
  const runs = await store.listRuns();
  const executors = await store.listExecutors();
  const executor = executors.findLast((each) => each.pid === pid && isAlive(each));
  if (executor === undefined) return noExecutor(pid, runs, executors);
  const run = runs.find(({ runId }) => runId === executor.runId);
  if (run === undefined) throw new EvaltuiError('bug', `Executor ${pid} is of a run that is not in the db.`);
  if (run.supervisor.pid === pid && thread === undefined && isAlive(run.supervisor))
    throw isSupervisorOf(run);
  if (thread === undefined) return { kind: 'executor', run, executor };
  const threads = await threadsOf(store, executor, thread);
  if (!threads.includes(thread)) {
    const has = threads.length === 0 ? 'none yet' : threads.join(', ');
    // Node numbers threads as they come, and 1 is the guard.
    if (thread > 1 && threads.some((each) => each > thread)) {
      const message = `Executor ${pid} has no worker thread ${thread} any more; it has ${has}.`;
      return { kind: 'over', message };
    }
    throw new EvaltuiError('bad-option', `Executor ${pid} has no worker thread ${thread}; it has ${has}.`);
  }
  return { kind: 'thread', run, executor, thread };
}

/** A thread that was just replaced is told of with the next heartbeat. */
async function threadsOf(
  store: TaskStore,
  { executorId, runId, workers }: ExecutorRow,
  wanted: number,
): Promise<readonly number[]> {
  let threads = workers.map(({ thread }) => thread);
  for (let look = 0; !threads.includes(wanted) && look < HEARTBEAT_LOOKS; look += 1) {
    await sleep(HEARTBEAT_LOOK_MS);
    const row = (await store.listExecutors(runId)).find((each) => each.executorId === executorId);
    threads = row?.workers.map(({ thread }) => thread) ?? [];
  }
  return threads;
}

/** One that has ended is nothing to be complained about; a pid that means something else is. */
function noExecutor(pid: number, runs: readonly RunRow[], executors: readonly ExecutorRow[]): EndTarget {
  const supervised = runs.find((run) => run.supervisor.pid === pid && isSupervised(run));
  if (supervised !== undefined) throw isSupervisorOf(supervised);
  const had = executors.findLast((each) => each.pid === pid && isOfThisMachine(each));
  if (had === undefined) {
    const pids = executors.flatMap((each) =>
      each.endedAt === null && isAlive(each) ? [String(each.pid)] : [],
    );
    const near = nearestMatch(String(pid), pids);
    const some = pids.length > FEW ? `${pids.slice(0, FEW).join(', ')} …` : pids.join(', ');
    throw new EvaltuiError(
      'bad-option',
      `No executor of this db has the pid ${pid}.${near === undefined ? '' : ` Did you mean ${near}?`} ` +
        (pids.length === 0 ? 'None is running.' : `Executors: ${some}; evaltui ps lists them.`),
    );
  }
  const now = readProcess(pid);
  if (now !== undefined && !now.isZombie) {
    throw new EvaltuiError(
      'bad-option',
      `The executor that had the pid ${pid} has ended, and another process has that pid now. Nothing was signalled.`,
    );
  }
  return { kind: 'over', message: `Executor ${pid} has ended already.` };
}

function isSupervisorOf({ runId, supervisor }: RunRow): EvaltuiError {
  return new EvaltuiError(
    'bad-option',
    `Process ${supervisor.pid} supervises run ${runId}. Stop the run by Ctrl-C in its terminal, or by kill -INT ${supervisor.pid}.`,
  );
}

/** The runs in which a task is looked for: the one that is named, else the live ones, else the newest. */
async function runsMeant(store: TaskStore, given: string | undefined): Promise<readonly RunRow[]> {
  if (given !== undefined) return [await store.findRun(given)];
  const live = (await store.listRuns()).filter(({ state }) => state !== 'finished');
  const supervised = live.filter(isSupervised);
  if (supervised.length > 0) return supervised;
  return live.length > 0 ? live : [await store.findRun('latest')];
}

async function findTask(store: TaskStore, given: string, { run }: EndTargetOptions): Promise<EndTarget> {
  const runs = await runsMeant(store, run);
  const found: { readonly run: RunRow; readonly task: ListedTask }[] = [];
  for (const each of runs) {
    const task = await store.findTask(each.runId, given);
    if (task !== undefined) found.push({ run: each, task });
  }
  const [first, another] = found;
  if (first === undefined) throw await noTask(store, runs, given);
  if (another !== undefined) {
    const names = found.map((each) => each.run.runId).join(', ');
    throw new EvaltuiError(
      'bad-option',
      `Several live runs have a task "${printable(given)}": name one by --run (${names}).`,
    );
  }
  const { state } = first.task;
  if (state === 'done' || state === 'errored' || state === 'cancelled') {
    const name = printable(taskName(first.task, first.run.evals));
    const message = `Task ${name} of run ${first.run.runId} is ${state} already.`;
    return { kind: 'over', message };
  }
  if (first.run.state === 'finished') {
    throw new EvaltuiError(
      'run-finished',
      `Run ${first.run.runId} is not live; nothing of it can be running.`,
    );
  }
  return { kind: 'task', ...first };
}

async function noTask(store: TaskStore, runs: readonly RunRow[], given: string): Promise<EvaltuiError> {
  const known: string[] = [];
  for (const { runId, evals } of runs) {
    for (const task of (await store.snapshot(runId)).longestRunning) known.push(taskName(task, evals));
  }
  const near = nearestMatch(given, known);
  const where = runs.map(({ runId }) => runId).join(', ');
  return new EvaltuiError(
    'run-not-found',
    `Run ${where} has no task "${printable(given)}"; a task is named <sample>.<attempt>.` +
      (near === undefined ? '' : ` Did you mean "${printable(near)}"?`),
  );
}
