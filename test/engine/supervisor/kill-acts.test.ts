import { expect, it } from 'vitest';
import { Fleet } from '../../../src/engine/supervisor/fleet.ts';
import { KillActs } from '../../../src/engine/supervisor/kill-acts.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { register, startRun } from '../../store/contract/run-fixture.ts';
import { SPEC } from '../spec.ts';

it.each([
  ['cancelled', /^It is not tried; if it has just begun, it was told to stop/],
  ['retry', /^It is about to be tried; if it has just begun, it was told to stop/],
] as const)('says of a task that may have begun what is true of both (%s)', async (fate, says) => {
  await using store = await openSqliteStore({ path: ':memory:', random: Math.random });
  const runId = await startRun(store, { samples: ['a'] });
  const [task] = await (await register(store, runId)).claim(1);
  const fleet = new Fleet({
    store,
    runId,
    spec: { ...SPEC, evals: [] },
    startExecutor: () => expect.unreachable('nobody is to be started'),
    now: Date.now,
    onMessage: () => {},
    onReplaced: () => {},
    onFailed: (error) => expect.unreachable(String(error)),
  });
  const acts = new KillActs({ store, runId, now: Date.now, fleet, onRequeued: () => Promise.resolve() });
  const result = await acts.endTask({ taskId: task!.taskId, fate });
  expect(result).toMatchObject({ done: true, old: 'claimed' });
  expect(result.message).toMatch(says);
});
