import { isAlive } from '../process/identity.ts';
import type { ExecutorRow, RunRow, TaskStore } from '../store/task-store.ts';

/** An executor whose process is there, with its run. */
export interface LiveExecutor {
  readonly executor: ExecutorRow;
  readonly run: RunRow;
}

/**
 * Executors of all runs of the db whose process lives on this machine, oldest first; those that their supervisor
 * left behind are among them. A pid that another process has by now is not.
 */
export async function listLiveExecutors(store: TaskStore): Promise<readonly LiveExecutor[]> {
  const executors = await store.listExecutors();
  const live = executors.filter((executor) => executor.endedAt === null && isAlive(executor));
  if (live.length === 0) return [];
  const runs = new Map((await store.listRuns()).map((run) => [run.runId, run]));
  return live.flatMap((executor) => {
    const run = runs.get(executor.runId);
    return run === undefined ? [] : [{ executor, run }];
  });
}
