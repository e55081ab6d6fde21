import { expect, it } from 'vitest';
import { findOrphans } from '../../src/inspect/end-orphans.ts';
import { thisProcess } from '../../src/process/identity.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { SPEC } from '../engine/spec.ts';

it.each([
  { where: 'inside its supervisor', logPath: null, orphans: 0 },
  { where: 'in a process of its own', logPath: 'one.log', orphans: 1 },
])(
  'an executor $where that was ended and whose process lives: $orphans orphans',
  async ({ logPath, orphans }) => {
    await using store = await openSqliteStore({ path: ':memory:', random: Math.random });
    const now = Date.now();
    const [runId, executorId, identity] = ['run', 'one', thisProcess()];
    await store.createRun({ runId, spec: { ...SPEC, evals: [] }, supervisor: identity, now });
    const size = { threads: 1, slots: 1, restarts: 0 };
    await store.registerExecutor({
      executorId,
      runId,
      identity,
      token: '',
      ...size,
      socketPath: null,
      logPath,
      now,
    });
    expect(await findOrphans(store)).toEqual([]);
    await store.endExecutor({ executorId, now, state: 'ended', exitCode: 0, signal: null });
    expect(await findOrphans(store)).toHaveLength(orphans);
  },
);
