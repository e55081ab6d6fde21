import { expect, it } from 'vitest';
import { findTarget } from '../../src/inspect/find-target.ts';
import { identityOf, thisProcess } from '../../src/process/identity.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { TaskStore } from '../../src/store/task-store.ts';
import { startNode } from '../process/start-child.ts';
import { failed, NOW, startRun, TestExecutor, type RunOptions } from '../store/contract/run-fixture.ts';
import { useTestFolder } from '../store/test-folder.ts';

const folder = useTestFolder();

async function openStore(): Promise<TaskStore> {
  return openSqliteStore({ path: folder.path, random: () => 0.5 });
}

/** A run whose executor is a process that lives. */
async function runIn(
  store: TaskStore,
  pid: number,
  options: RunOptions & { readonly startTime?: string } = {},
): Promise<TestExecutor> {
  const runId = await startRun(store, options);
  const { startTime, ...identity } = identityOf(pid)!;
  await store.registerExecutor({
    executorId: `executor-of-${runId}`,
    runId,
    identity: { ...identity, startTime: options.startTime ?? startTime },
    token: 'secret',
    threads: 1,
    slots: 8,
    socketPath: null,
    logPath: null,
    restarts: 0,
    now: NOW,
  });
  return new TestExecutor(store, runId, `executor-of-${runId}`);
}

const { pid } = thisProcess();

it('finds an executor by its pid', async () => {
  await using store = await openStore();
  await runIn(store, pid);
  expect(await findTarget(store, String(pid))).toMatchObject({ executor: { pid }, run: { runId: 'run-1' } });
});

it('finds the executor that a task in flight is in, by its key, with the eval, and by its sample', async () => {
  await using store = await openStore();
  await (await runIn(store, pid)).run(3);
  for (const given of ['b.1', 'eval-0/b.1', 'b']) {
    const { executor, task } = await findTarget(store, given);
    expect([executor.pid, task?.task.sampleId]).toEqual([pid, 'b']);
  }
});

it('takes digits for a task when no executor has that pid', async () => {
  await using store = await openStore();
  await (await runIn(store, pid, { samples: ['7'] })).run(1);
  expect((await findTarget(store, '7')).task?.task.sampleId).toBe('7');
});

it('takes no other process for an executor whose pid it has by now', async () => {
  await using store = await openStore();
  await (await runIn(store, pid, { startTime: '1' })).run(3);
  await expect(findTarget(store, String(pid))).rejects.toThrow(
    'No executor of this db is running, so there is nothing to look at.',
  );
});

it('names the nearest pid or task for one that is not there', async () => {
  await using store = await openStore();
  await (await runIn(store, pid, { samples: ['mmlu-philosophy-17'] })).run(1);
  await expect(findTarget(store, 'mmlu-philosphy-17.1')).rejects.toThrow(
    'Did you mean "mmlu-philosophy-17.1"?',
  );
  await expect(findTarget(store, `${pid}0`)).rejects.toMatchObject({
    code: 'executor-not-found',
    message: expect.stringContaining(`Did you mean "${pid}"?`),
  });
});

it('says what a task is when it is not in flight', async () => {
  await using store = await openStore();
  const executor = await runIn(store, pid);
  const [first] = await executor.run(1);
  await expect(findTarget(store, 'b.1')).rejects.toThrow('Task b.1 of run run-1 is queued');
  await executor.finish(failed(first!, { kind: 'retry', readyAt: Date.now() + 60_000 }));
  await expect(findTarget(store, 'a.1')).rejects.toThrow('waiting for its next try');
});

it('asks for more of a name that several tasks in flight have', async () => {
  await using store = await openStore();
  using other = await startNode('console.log(1); setInterval(() => {}, 1000)');
  await (await runIn(store, pid)).run(3);
  await (await runIn(store, other.identity.pid, { runId: 'run-2', evals: 2 })).run(6);
  await expect(findTarget(store, 'a.1')).rejects.toThrow(/names 3 tasks.*a\.1 of run run-1.*Give more/);
  const inRun = await findTarget(store, 'a.1', { runId: 'run-1' });
  expect(inRun.executor.pid).toBe(pid);
  const { executor, task } = await findTarget(store, 'eval-1/a.1');
  expect([executor.pid, task?.task.evalIndex]).toEqual([other.identity.pid, 1]);
});

it('strips what a sample id could do to a terminal from its messages', async () => {
  await using store = await openStore();
  await (await runIn(store, pid, { samples: ['a\u001b[31mbcdef'] })).run(1);
  await expect(findTarget(store, 'a\u001b[31mbcdeg.1')).rejects.toThrow(/^[ -~]*$/);
});
