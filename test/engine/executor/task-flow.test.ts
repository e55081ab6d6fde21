import { expect, it } from 'vitest';
import { TaskFlow } from '../../../src/engine/executor/task-flow.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { ClaimedTask } from '../../../src/store/task-store.ts';
import { until } from '../../e2e/run-evaltui.ts';
import { register, startRun } from '../../store/contract/run-fixture.ts';

it('tells everyone who drains it when nothing is in flight any more', async () => {
  await using store = await openSqliteStore({ path: ':memory:', random: Math.random });
  const runId = await startRun(store, { samples: ['a'] });
  await register(store, runId, 'one');
  const started: ClaimedTask[] = [];
  const flow = new TaskFlow({
    store,
    appendRecord: (position) => position,
    executorId: 'one',
    runId,
    maxRetries: 0,
    slots: 1,
    start: (tasks) => void started.push(...tasks),
    freeSlots: () => 1,
    onExchanged: () => {},
    onFailed: (error) => expect.unreachable(String(error)),
    now: Date.now,
    random: Math.random,
  });
  flow.open();
  const task = await until('the task is started', () => started[0]);
  const drained: number[] = [];
  const drains = [1, 2].map(async (number) => {
    await flow.drain();
    drained.push(number);
  });
  await flow.commitStarts([task.taskId]);
  expect(drained).toEqual([]);
  await store.release({
    executorId: 'one',
    runId,
    now: Date.now(),
    taskIds: [task.taskId],
    cause: 'returned',
    message: '',
    maxDeaths: 3,
  });
  flow.forget([task.taskId]);
  await Promise.all(drains);
  flow.close();
}, 5000);
