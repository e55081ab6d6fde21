import { EvaltuiError } from '../../core/errors.ts';
import { askExecutor } from '../../inspect/ask-executor.ts';
import { listLiveExecutors } from '../../inspect/live-executors.ts';
import { listTasksInFlight, type TaskInFlight } from '../../inspect/tasks-in-flight.ts';
import type { StepInFlight, TaskStore } from '../../store/task-store.ts';
import { EXIT } from '../exit-codes.ts';
import { findNamedTarget } from '../find-named-target.ts';
import { openExistingStore } from '../open-existing-store.ts';
import { dbPathOf } from '../places.ts';
import { outputWidth, printJson, printLines, printNote } from '../print.ts';
import { describeInFlight, renderInFlight } from '../render/inflight-table.ts';
import { describeSuspended, renderSuspended, type SuspendedInExecutor } from '../render/inflight-deep.ts';

export interface InFlightOptions {
  readonly deep: boolean;
  readonly json: boolean;
  readonly db?: string;
}

/** Each thread stands still for its snapshot, one after the other; large heaps take seconds. */
const DEEP_WITHIN_MS = 120_000;

/**
 * `evaltui inflight`: the tasks that are under way in all live runs, or in one executor, or the one that is named, with
 * the step that each is in; with `--deep` the suspended async functions that the heaps of the threads hold, whoever started them.
 */
export async function inflight(given: string | undefined, options: InFlightOptions): Promise<number> {
  await using store = await openExistingStore(dbPathOf(options.db, process.env));
  return options.deep ? await deep(store, given, options) : await listSteps(store, given, options);
}

async function listSteps(
  store: TaskStore,
  given: string | undefined,
  { json }: InFlightOptions,
): Promise<number> {
  const tasks = await tasksInFlight(store, given);
  const now = Date.now();
  if (json) printJson(describeInFlight(await withSteps(store, tasks), now));
  else printLines(renderInFlight(tasks, { now, width: outputWidth() }));
  return EXIT.ok;
}

async function tasksInFlight(store: TaskStore, given: string | undefined): Promise<readonly TaskInFlight[]> {
  if (given === undefined) {
    const runs = new Map((await listLiveExecutors(store)).map(({ run }) => [run.runId, run]));
    const lists = [...runs.values()].map((run) =>
      listTasksInFlight(store, run, ['stuck', 'running', 'retrying']),
    );
    return (await Promise.all(lists)).flat();
  }
  // What waits for its next try is in no executor.
  const { executor, run, task: asked } = await findNamedTarget(store, given, undefined);
  const tasks = await listTasksInFlight(store, run, ['stuck', 'running']);
  return tasks.filter(({ task }) =>
    asked === undefined ? task.executorId === executor.executorId : task.taskId === asked.task.taskId,
  );
}

/** The times of all steps of a chain are in the task's detail only. */
async function withSteps(
  store: TaskStore,
  tasks: readonly TaskInFlight[],
): Promise<readonly (TaskInFlight & { readonly steps: readonly StepInFlight[] })[]> {
  const found: (TaskInFlight & { readonly steps: readonly StepInFlight[] })[] = [];
  for (const each of tasks) {
    const detail = await store.readTask(each.run.runId, each.task.taskId);
    found.push({ ...each, steps: detail?.steps ?? [] });
  }
  return found;
}

async function deep(store: TaskStore, given: string | undefined, { json }: InFlightOptions): Promise<number> {
  const pids =
    given === undefined
      ? (await listLiveExecutors(store)).map(({ executor }) => String(executor.pid))
      : [given];
  const found: SuspendedInExecutor[] = [];
  let exitCode: number = EXIT.ok;
  for (const each of pids) {
    const target = await findNamedTarget(store, each, undefined);
    const { pid } = target.executor;
    printNote(
      `evaltui: looking through the memory of executor ${pid}: each of its threads stands still meanwhile, ` +
        'about a second for 20 MB of objects.',
    );
    try {
      const seen = await askExecutor(target, { op: 'suspended' }, { withinMs: DEEP_WITHIN_MS });
      found.push({ pid, ...seen });
    } catch (error) {
      // One that is silent does not hide the others.
      if (pids.length === 1 || !(error instanceof EvaltuiError)) throw error;
      printNote(`evaltui: ${error.message}`);
      exitCode = EXIT.failed;
    }
  }
  if (json) printJson(describeSuspended(found));
  else printLines(renderSuspended(found, { width: outputWidth(), folder: process.cwd() }));
  return exitCode;
}
