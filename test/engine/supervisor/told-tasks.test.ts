import { expect, it } from 'vitest';
import { ToldTasks } from '../../../src/engine/supervisor/told-tasks.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { NOW, register, startRun } from '../../store/contract/run-fixture.ts';

const openStore = () => openSqliteStore({ path: ':memory:', random: Math.random });

it('ends a task as it was meant to when its executor dies before it did', async () => {
  await using store = await openStore();
  const runId = await startRun(store, { samples: ['a', 'b', 'c'] });
  const executor = await register(store, runId);
  const [a, b] = await executor.run(3);
  const told = new ToldTasks(store, runId);
  told.add(a!.taskId, { executorId: 'one', try: 1, fate: 'cancelled' });
  told.add(b!.taskId, { executorId: 'one', try: 1, fate: 'retry' });
  await told.settle('one', NOW);
  await executor.release('died');
  const of = async (key: string) => {
    const task = await store.findTask(runId, key);
    return [task?.state, task?.tries.at(-1)?.outcome];
  };
  expect(await of('a.1')).toEqual(['cancelled', 'killed']);
  expect(await of('b.1')).toEqual(['queued', 'killed']);
  expect(await of('c.1')).toEqual(['queued', 'executor-died']);
});

it('leaves a task alone that another executor has, that is in its next try, or that was put back', async () => {
  await using store = await openStore();
  const runId = await startRun(store, { samples: ['a', 'b', 'c'] });
  const [one, two] = [await register(store, runId, 'one'), await register(store, runId, 'two')];
  const [a, b, c] = await one.run(3);
  const told = new ToldTasks(store, runId);
  for (const task of [a, b, c]) {
    told.add(task!.taskId, { executorId: 'one', try: 1, fate: 'cancelled' });
  }
  told.forget(c!.taskId);
  await one.release('returned', { taskIds: [a!.taskId] });
  await two.run(1);
  await one.release('returned', { taskIds: [b!.taskId] });
  await one.run(1);
  await told.settle('one', NOW);
  await told.settle('two', NOW);
  expect(await store.counts(runId)).toMatchObject({ running: 3, cancelled: 0 });
});
