import { reviveError } from '../core/errors.ts';
import type { RunSpec } from '../core/run-spec.ts';
import { startInProcessExecutor } from '../engine/supervisor/in-process-executor.ts';
import type { PlannedEval } from '../engine/messages.ts';
import { thisProcess } from '../process/identity.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';

/** Plans a run in a db in memory, which is forgotten; throws what planning throws. */
export async function planInMemory(spec: RunSpec): Promise<readonly PlannedEval[]> {
  await using store = await openSqliteStore({ path: ':memory:', random: Math.random });
  const runId = 'dry-run';
  const identity = thisProcess();
  await store.createRun({ runId, spec, supervisor: identity, now: Date.now() });
  const planned = Promise.withResolvers<readonly PlannedEval[]>();
  const executor = await startInProcessExecutor(
    {
      store,
      appendRecord: (position) => position,
      spec,
      identity,
      createId: () => 'dry-run',
      now: Date.now,
      random: Math.random,
    },
    { runId, slots: 1, threads: 1, restarts: 0 },
  );
  executor.onMessage((message) => {
    if (message.kind === 'planned') planned.resolve(message.evals);
    if (message.kind === 'failed') planned.reject(reviveError(message.error));
  });
  try {
    executor.send({ kind: 'plan' });
    return await planned.promise;
  } finally {
    executor.kill();
    await executor.exited;
  }
}
