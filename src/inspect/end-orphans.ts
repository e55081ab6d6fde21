import { tokensOf } from '../process/executor-token.ts';
import { isAlive, isOfThisMachine } from '../process/identity.ts';
import { listProcesses } from '../process/process-table.ts';
import type { ExecutorRow, RunRow, TaskStore } from '../store/task-store.ts';

/** What is left of an executor that nobody supervises. */
export interface Orphan {
  readonly executor: ExecutorRow;
  /** Its own process first, where that is left; then what it started. */
  readonly pids: readonly number[];
}

/**
 * Executors, and what they started, that live although their supervisor is gone or has given them up. What a
 * process belongs to is told by its identity and, on Linux, by the token in its environment.
 */
export async function findOrphans(store: TaskStore): Promise<readonly Orphan[]> {
  const runs = new Map((await store.listRuns()).map((run) => [run.runId, run]));
  const executors = (await store.listExecutors()).filter(
    (executor) => isOfThisMachine(executor) && isLeftAlone(executor, runs.get(executor.runId)),
  );
  if (executors.length === 0) return [];
  const processes = listProcesses();
  const tokens = tokensOf(processes.map(({ pid }) => pid));
  const orphans: Orphan[] = [];
  for (const executor of executors) {
    const token = await store.readToken(executor.executorId);
    const own = isAlive(executor) ? [executor.pid] : [];
    const others = processes.flatMap(({ pid, group }) => {
      const isOfGroup = own.length > 0 && group === executor.pid;
      const isOurs = isOfGroup || (token !== undefined && token !== '' && tokens.get(pid) === token);
      return isOurs && pid !== executor.pid && pid !== process.pid ? [pid] : [];
    });
    if (own.length + others.length > 0) orphans.push({ executor, pids: [...own, ...others] });
  }
  return orphans;
}

/**
 * Nobody will see to its end: its run has no supervisor, or one that takes it for ended. One without a log of its own
 * has no process of its own either (`--in-process`): its pid is that of its supervisor, which may do other things by now.
 */
function isLeftAlone(executor: ExecutorRow, run: RunRow | undefined): boolean {
  if (executor.logPath === null) return false;
  return executor.endedAt !== null || run === undefined || !isAlive(run.supervisor);
}
