import { findOrphans } from '../../inspect/end-orphans.ts';
import { isAlive } from '../../process/identity.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { dbPathOf } from '../places.ts';
import { outputWidth, printJson, printLines } from '../print.ts';
import { describeExecutors, renderPsTable } from '../render/ps-table.ts';

/** `evaltui ps`: executors that have not ended, of every run of the db; orphans and dead ones marked. */
export async function ps(options: { readonly json: boolean; readonly db?: string }): Promise<number> {
  const path = dbPathOf(options.db, process.env);
  await using store = await openSqliteStore({ path, readonly: true, random: Math.random });
  const runs = new Map((await store.listRuns()).map((run) => [run.runId, run]));
  const orphans = new Map((await findOrphans(store)).map((each) => [each.executor.executorId, each]));
  const entries = (await store.listExecutors()).flatMap((executor) => {
    const orphan = orphans.get(executor.executorId);
    if (executor.endedAt !== null && orphan === undefined) return [];
    const process = orphan !== undefined ? 'orphaned' : isAlive(executor) ? 'alive' : 'gone';
    const evals = runs.get(executor.runId)?.evals.map(({ name }) => name) ?? [];
    return [{ executor, evals, process, pids: orphan?.pids ?? [] } as const];
  });
  if (options.json) printJson(describeExecutors(entries, Date.now()));
  else printLines(renderPsTable(entries, { now: Date.now(), width: outputWidth() }));
  return 0;
}
