import { findOrphans } from '../../inspect/end-orphans.ts';
import { listTasksInFlight } from '../../inspect/tasks-in-flight.ts';
import { isAlive } from '../../process/identity.ts';
import { isStopped } from '../../process/process-facts.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { ExecutorRow, ListedTask, RunRow, TaskStore } from '../../store/task-store.ts';
import { dbPathOf } from '../places.ts';
import { outputWidth, printJson, printLines } from '../print.ts';
import { describeExecutors, renderPsTable } from '../render/ps-table.ts';

/** `evaltui ps`: executors that have not ended, of every run of the db; orphans and dead ones marked. */
export async function ps(options: { readonly json: boolean; readonly db?: string }): Promise<number> {
  const path = dbPathOf(options.db, process.env);
  await using store = await openSqliteStore({ path, readonly: true, random: Math.random });
  const runs = new Map((await store.listRuns()).map((run) => [run.runId, run]));
  const orphans = new Map((await findOrphans(store)).map((each) => [each.executor.executorId, each]));
  const executors = await store.listExecutors();
  const tasks = options.json ? await tasksInFlight(store, executors, runs) : [];
  const entries = executors.flatMap((executor) => {
    const orphan = orphans.get(executor.executorId);
    if (executor.endedAt !== null && orphan === undefined) return [];
    const process = orphan !== undefined ? 'orphaned' : isAlive(executor) ? lifeOf(executor) : 'gone';
    const evals = runs.get(executor.runId)?.evals.map(({ name }) => name) ?? [];
    const own = tasks.filter(({ executorId }) => executorId === executor.executorId);
    const isPlanning = runs.get(executor.runId)?.state === 'planning';
    return [{ executor, evals, process, isPlanning, pids: orphan?.pids ?? [], tasks: own } as const];
  });
  if (options.json) printJson(describeExecutors(entries, Date.now()));
  else printLines(renderPsTable(entries, { now: Date.now(), width: outputWidth() }));
  return 0;
}

function lifeOf(executor: ExecutorRow): 'alive' | 'stopped' {
  return isStopped(executor) ? 'stopped' : 'alive';
}

/** Of the runs of those that have not ended. */
async function tasksInFlight(
  store: TaskStore,
  executors: readonly ExecutorRow[],
  runs: ReadonlyMap<string, RunRow>,
): Promise<readonly ListedTask[]> {
  const live = new Set(executors.flatMap(({ endedAt, runId }) => (endedAt === null ? [runId] : [])));
  const lists = [...live].map(async (runId) => {
    const run = runs.get(runId);
    return run === undefined ? [] : listTasksInFlight(store, run, ['stuck', 'running']);
  });
  return (await Promise.all(lists)).flat().map(({ task }) => task);
}
