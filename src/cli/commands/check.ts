import { randomBytes } from 'node:crypto';
import { createRunId } from '../../core/run-id.ts';
import { thisProcess } from '../../process/identity.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { MEMORY_DB } from '../places.ts';
import { performRun } from '../perform-run.ts';
import { HTTP_RECORD_DEFAULTS } from '../http-record-options.ts';
import { runSpecOf } from '../run-spec-of.ts';
import { RUN_DEFAULTS } from '../run-options.ts';

/** `evaltui check`: one task of an eval with the mock model that is always right, in memory. */
export async function check(
  given: string,
  options: { readonly param: Readonly<Record<string, string>> },
): Promise<number> {
  const {
    taskTimeoutMs: _task,
    requestTimeoutMs: _request,
    stuckAfterMs: _stuck,
    ...defaults
  } = RUN_DEFAULTS;
  const spec = runSpecOf(
    [given],
    {
      ...defaults,
      ...HTTP_RECORD_DEFAULTS,
      model: ['mock:latency=0ms,accuracy=1'],
      completionArgs: {},
      limit: 1,
      shuffle: false,
      executors: 1,
      threads: 1,
      concurrency: 1,
      inProcess: true,
      param: options.param,
      registryPath: [],
      failFast: false,
      failUnder: [],
      dryRun: false,
      user: '',
    },
    { command: `evaltui check ${given}`, env: {} },
  );
  await using store = await openSqliteStore({ path: MEMORY_DB, random: Math.random });
  const runId = createRunId(Date.now(), randomBytes(5));
  await store.createRun({ runId, spec, supervisor: thisProcess(), now: Date.now() });
  const common = { store, dbPath: MEMORY_DB, runId, spec, needsPlan: true, inProcess: true, gates: [] };
  return await performRun({ ...common, display: 'plain', startRecord: () => null });
}
