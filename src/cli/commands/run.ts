import { randomBytes } from 'node:crypto';
import { createRunId } from '../../core/run-id.ts';
import { thisProcess } from '../../process/identity.ts';
import { resolveModels } from '../../registry/resolve-model.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { dbPathOf } from '../places.ts';
import { performRun } from '../perform-run.ts';
import { checkRecordPath } from '../run-records.ts';
import { runSpecOf } from '../run-spec-of.ts';
import { shellQuoted } from '../shell-quoted.ts';
import type { RunOptions } from '../run-options.ts';

/** `evaltui run`: returns the exit code. */
export async function run(evals: readonly string[], options: RunOptions): Promise<number> {
  const command = shellQuoted(['evaltui', ...process.argv.slice(2)]);
  const spec = runSpecOf(evals, options, { command, env: process.env });
  // Planning checks the model too, but in an executor: a slip of the keyboard is told before anything is started.
  await resolveModels(spec);
  if (options.dryRun) return (await import('../dry-run.ts')).dryRun(spec);
  if (options.recordPath !== undefined) checkRecordPath(options.recordPath);
  const dbPath = dbPathOf(options.db, process.env);
  await using store = await openSqliteStore({ path: dbPath, random: Math.random });
  const runId = createRunId(Date.now(), randomBytes(5));
  await store.createRun({ runId, spec, supervisor: thisProcess(), now: Date.now() });
  return await performRun({
    store,
    dbPath,
    runId,
    spec,
    needsPlan: true,
    inProcess: options.inProcess,
    gates: options.failUnder,
    ...(options.display === undefined ? {} : { display: options.display }),
  });
}
