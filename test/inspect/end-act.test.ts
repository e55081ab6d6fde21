import { expect, it } from 'vitest';
import { renderKillPlan } from '../../src/cli/render/kill-plan.ts';
import { endTarget } from '../../src/inspect/end-act.ts';
import { findEndTarget } from '../../src/inspect/end-target.ts';
import { thisProcess } from '../../src/process/identity.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { register, startRun } from '../store/contract/run-fixture.ts';
import { SPEC } from '../engine/spec.ts';
import { until } from '../e2e/run-evaltui.ts';

it('hears what became of each of many ends that it asked for at once', async () => {
  await using store = await openSqliteStore({ path: ':memory:', random: Math.random });
  const [runId, executorId, identity] = ['run', 'one', thisProcess()];
  await store.createRun({ runId, spec: { ...SPEC, evals: [] }, supervisor: identity, now: 0 });
  const place = { threads: 1, slots: 1, restarts: 0, socketPath: null, logPath: null };
  await store.registerExecutor({ executorId, runId, identity, token: '', ...place, now: 0 });
  const run = await store.findRun(runId);
  const [executor] = await store.listExecutors(runId);
  const many = Array.from({ length: 150 }, (_, thread) => thread);
  const asked = many.map((thread) =>
    endTarget(store, { kind: 'thread', run, executor: executor!, thread }, { by: 'me', now: Date.now }),
  );
  await until('all are asked for', async () => (await store.listCommands(runId, 200)).length === many.length);
  for (const { id } of await store.takeCommands({ runId, now: 1 })) {
    const result = { done: true, old: null, new: null, message: 'It was ended.' };
    await store.finishCommand({ id, now: 1, result });
  }
  const reports = await Promise.all(asked);
  expect(reports.filter(({ message }) => !message.endsWith(': It was ended.'))).toEqual([]);
});

it('names a task of a run with several evals by its eval too, in the plan and when it is over', async () => {
  await using store = await openSqliteStore({ path: ':memory:', random: Math.random });
  const runId = await startRun(store, { samples: ['a'], evals: 2 });
  const target = await findEndTarget(store, 'eval-1/a.1', { run: runId });
  const how = { isSupervised: false, now: 0 };
  expect(renderKillPlan(target, how)).toBe('Would cancel task eval-1/a.1, which waits in the queue.');
  const { message } = await endTarget(store, target, { by: 'me', now: Date.now });
  expect(message).toBe('Task eval-1/a.1 is cancelled; the supervisor of its run was gone.');
  expect(await findEndTarget(store, 'eval-1/a.1', { run: runId })).toMatchObject({
    kind: 'over',
    message: 'Task eval-1/a.1 of run run-1 is cancelled already.',
  });
  await expect(findEndTarget(store, 'a.1', { run: runId })).rejects.toThrow(/eval-0\/a\.1, eval-1\/a\.1/);
});

it('waits for no end of a task that has not begun and is to be tried again', async () => {
  await using store = await openSqliteStore({ path: ':memory:', random: Math.random });
  const runId = await startRun(store, { samples: ['a'] });
  await (await register(store, runId)).claim(1);
  const run = { ...(await store.findRun(runId)), supervisor: thisProcess() };
  const task = await store.findTask(runId, 'a.1');
  const how = { by: 'me', now: Date.now, fate: 'retry' } as const;
  const ended = endTarget(store, { kind: 'task', run, task: task! }, how);
  const [command] = await until('it is asked for', async () => {
    const taken = await store.takeCommands({ runId, now: 1 });
    return taken.length > 0 ? taken : undefined;
  });
  const result = { done: true, old: 'claimed', new: 'queued', message: 'It is not tried.' };
  await store.finishCommand({ id: command!.id, now: 1, result });
  expect(await ended).toEqual({ isOver: true, message: 'Task a.1 went back to the queue.' });
});

it('ends no later try of a task than the one that was found stuck', async () => {
  await using store = await openSqliteStore({ path: ':memory:', random: Math.random });
  const runId = await startRun(store, { samples: ['a'] });
  const executor = await register(store, runId);
  const [first] = await executor.run(1);
  const run = { ...(await store.findRun(runId)), supervisor: thisProcess() };
  const task = await store.findTask(runId, 'a.1');
  await executor.release('died', { taskIds: [first!.taskId] });
  const [second] = await executor.run(1);
  expect(second?.try).toBe(2);
  const how = { by: 'me', now: Date.now };
  const ended = endTarget(store, { kind: 'task', run, task: task!, try: 1 }, how);
  const [command] = await until('it is asked for', async () => {
    const taken = await store.takeCommands({ runId, now: 1 });
    return taken.length > 0 ? taken : undefined;
  });
  expect(command?.args).toMatchObject({ try: 1 });
  const result = { done: false, old: null, new: null, message: 'The task is not in try 1 now.' };
  await store.finishCommand({ id: command!.id, now: 1, result });
  expect(await ended).toEqual({ isOver: true, message: 'Task a.1: The task is not in try 1 now.' });
});
