import { EvaltuiError } from '../core/errors.ts';
import { taskKey } from '../core/eval.ts';
import { nearestMatch } from '../core/nearest-match.ts';
import { printable } from '../core/printable.ts';
import { taskName } from '../core/task-name.ts';
import type { TaskStore } from '../store/task-store.ts';
import { listLiveExecutors, type LiveExecutor } from './live-executors.ts';
import { listTasksInFlight, type TaskInFlight } from './tasks-in-flight.ts';

/** An executor to look at, and the task that it was named by, if it was. */
export interface InspectionTarget extends LiveExecutor {
  readonly task?: TaskInFlight;
}

/** How many are named in a message. */
const FEW = 5;

/**
 * The executor that a pid or a task stands for, among those of the db that are alive. A task is named
 * `sample.attempt`, `eval/sample.attempt`, or by its sample alone where one attempt of it is in flight.
 *
 * Throws `executor-not-found`, with the nearest match, when nothing in flight is named so, or several are.
 */
export async function findTarget(
  store: TaskStore,
  given: string,
  options: {
    /** Only this run; absent: all that have an executor. */
    readonly runId?: string;
  } = {},
): Promise<InspectionTarget> {
  const { runId } = options;
  const all = await listLiveExecutors(store);
  const live = runId === undefined ? all : all.filter(({ run }) => run.runId === runId);
  const byPid = /^\d+$/.test(given) ? live.find(({ executor }) => executor.pid === Number(given)) : undefined;
  if (byPid !== undefined) return byPid;
  if (live.length === 0) {
    const where = runId === undefined ? 'of this db' : `of run ${runId}`;
    throw notFound(`No executor ${where} is running, so there is nothing to look at.`);
  }
  const inFlight = await inFlightOf(store, live);
  const [found, another] = inFlight.filter((each) => namesOf(each).includes(given));
  if (found === undefined) throw await whyNotInFlight({ store, given, live, inFlight });
  if (another !== undefined) throw severalNamed(given, inFlight);
  const holder = live.find(({ executor }) => executor.executorId === found.task.executorId);
  if (holder === undefined) {
    throw notFound(`Task ${printable(given)} is in an executor that has just ended; it will be tried again.`);
  }
  return { ...holder, task: found };
}

async function inFlightOf(store: TaskStore, live: readonly LiveExecutor[]): Promise<readonly TaskInFlight[]> {
  const runs = new Map(live.map(({ run }) => [run.runId, run]));
  const lists = [...runs.values()].map((run) => listTasksInFlight(store, run, ['stuck', 'running']));
  return (await Promise.all(lists)).flat();
}

function namesOf({ task }: TaskInFlight): readonly string[] {
  const key = taskKey(task);
  return [key, `${task.evalName}/${key}`, task.sampleId];
}

function severalNamed(given: string, inFlight: readonly TaskInFlight[]): EvaltuiError {
  const named = inFlight.filter((each) => namesOf(each).includes(given));
  const few = named
    .slice(0, FEW)
    .map((each) => `${taskName(each.task, each.run.evals)} of run ${each.run.runId}`);
  const more = named.length > FEW ? ` and ${named.length - FEW} more` : '';
  const message =
    `"${printable(given)}" names ${named.length} tasks in flight: ${few.map(printable).join(', ')}${more}. ` +
    'Give more of the name, or --run.';
  return notFound(message);
}

async function whyNotInFlight({
  store,
  given,
  live,
  inFlight,
}: {
  readonly store: TaskStore;
  readonly given: string;
  readonly live: readonly LiveExecutor[];
  readonly inFlight: readonly TaskInFlight[];
}): Promise<EvaltuiError> {
  for (const [runId, { evals }] of new Map(live.map(({ run }) => [run.runId, run]))) {
    const task = await store.findTask(runId, given);
    if (task === undefined) continue;
    const name = printable(taskName(task, evals));
    const state = task.standing === 'retrying' ? 'waiting for its next try' : task.standing;
    return notFound(
      `Task ${name} of run ${runId} is ${state}: only a task in flight can be looked at. ` +
        `evaltui show ${runId} --task ${name} shows its tries.`,
    );
  }
  const pids = live.map(({ executor }) => String(executor.pid));
  const near = nearestMatch(given, [...pids, ...inFlight.flatMap(namesOf)]);
  const guess = near === undefined ? '' : ` Did you mean "${printable(near)}"?`;
  const more = pids.length > FEW ? ' …' : '';
  const what = /^\d+$/.test(given) ? 'No executor has the pid' : 'No task in flight is named';
  return notFound(
    `${what} "${printable(given)}".${guess} ` +
      `Executors: ${pids.slice(0, FEW).join(', ')}${more}; evaltui inflight lists the tasks.`,
  );
}

function notFound(message: string): EvaltuiError {
  return new EvaltuiError('executor-not-found', message);
}
