import { describe, expect, it } from 'vitest';
import type { MakeStore } from '../task-store.contract.ts';
import { completed, failed, keysOf, NOW, register, startRun, type TestExecutor } from './run-fixture.ts';

/** Lets the executor die with all that it claims and starts, so many times. */
async function dieWith(executor: TestExecutor, deaths: number): Promise<void> {
  for (let death = 1; death <= deaths; death += 1) {
    await executor.run(1);
    await executor.release('died');
  }
}

export function describeRelease(makeStore: MakeStore): void {
  describe('release', () => {
    it('returns the tasks of a dead executor to the queue, a try more for what was running', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const executor = await register(store, runId);
      const [a, b] = await executor.claim(2);
      await executor.start([a!]);
      const past = [{ name: 'read', startedAt: NOW, endedAt: NOW + 1, depth: 1 }];
      const chain = [
        { name: 'solve', startedAt: NOW },
        { name: 'page 7', startedAt: NOW + 2 },
      ];
      const told = { name: 'solve > page 7', startedAt: NOW + 2, chain, past, thread: 4 };
      const steps = [{ taskId: a!.taskId, try: 1, ...told }];
      const stats = { inFlight: 1, limit: 8, cpu: 0, rssBytes: 0, workers: [], steps };
      await store.heartbeat({ executorId: 'one', now: NOW, state: 'running', ...stats });
      await store.endExecutor({
        executorId: 'one',
        now: NOW + 8,
        state: 'lost',
        exitCode: null,
        signal: null,
      });
      expect(await executor.release('died', { now: NOW + 9 })).toEqual({ requeued: 2, errored: 0 });
      expect(await store.counts(runId)).toMatchObject({ queued: 3, running: 0 });
      const died = await store.findTask(runId, 'a.1');
      expect(died).toMatchObject({ state: 'queued', try: 2, readyAt: 0, executorId: null, step: null });
      expect(died?.tries).toMatchObject([
        {
          try: 1,
          executorId: 'one',
          outcome: 'executor-died',
          message: 'it was ended by SIGKILL',
          endedAt: NOW + 9,
          thread: 4,
          place: 'step page *',
          steps: [
            { name: 'read', startedAt: NOW, endedAt: NOW + 1, depth: 1 },
            { name: 'page 7', startedAt: NOW + 2, endedAt: NOW + 9, depth: 1 },
            { name: 'solve', startedAt: NOW, endedAt: NOW + 9, depth: 0 },
          ],
        },
      ]);
      const untried = await store.findTask(runId, 'b.1');
      expect(untried).toMatchObject({ taskId: b!.taskId, state: 'queued', try: 1, tries: [] });
    });

    it('counts a task that was near a death as running from its next claim on', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b', 'c'] });
      const executor = await register(store, runId);
      const [a] = await executor.claim(2);
      await executor.start([a!]);
      await executor.release('died');
      const tasks = await executor.claim(3);
      expect(tasks.map((task) => [task.sampleId, task.try, task.suspect])).toEqual([
        ['a', 2, false],
        ['b', 1, false],
        ['c', 1, false],
      ]);
      expect(await store.counts(runId)).toMatchObject({ queued: 1, running: 2 });
    });

    it('errors a task as poison that was running in three deaths', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b'] });
      const executor = await register(store, runId);
      const [a] = await executor.run(1);
      await executor.release('died');
      await executor.run(1);
      await executor.release('died');
      expect(keysOf(await executor.claim(1))).toEqual(['b.1']);
      await executor.release('returned');
      const [b] = await executor.run(1);
      await executor.finish(completed(b!));
      const [poison] = await executor.claim(1);
      expect(poison).toMatchObject({ taskId: a!.taskId, try: 3, suspect: true });
      expect(await executor.release('died')).toEqual({ requeued: 0, errored: 1 });
      expect(await store.counts(runId)).toEqual({ queued: 0, running: 0, done: 1, errored: 1, cancelled: 0 });
      const task = await store.findTask(runId, 'a.1');
      expect(task).toMatchObject({ state: 'errored', errorKind: 'executor-died' });
      expect(task?.message).toContain('3 deaths');
      expect(task?.tries.map((each) => each.outcome)).toEqual(Array(3).fill('executor-died'));
      expect(task?.events).toMatchObject([
        { type: 'error', data: { kind: 'executor-died', will_retry: false } },
      ]);
    });

    it('gives a suspect only when there is nothing else, alone, to an executor that holds nothing', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b'] });
      const [one, two] = [await register(store, runId, 'one'), await register(store, runId, 'two')];
      await dieWith(one, 2);
      const [b] = await one.claim(9);
      expect(b).toMatchObject({ sampleId: 'b', suspect: false });
      expect(await one.claim(9, { holding: 1 })).toEqual([]);
      const suspects = await two.claim(9);
      expect(suspects.map((task) => [task.sampleId, task.suspect])).toEqual([['a', true]]);
      expect((await store.findTask(runId, 'a.1'))?.state).toBe('running');
      await one.finish(failed(b!, { kind: 'retry', readyAt: 0 }));
      expect(await two.claim(9, { holding: 1 })).toEqual([]);
      await two.finish(completed(suspects[0]!));
      expect(keysOf(await two.claim(9))).toEqual(['b.1']);
    });

    it('gives suspects one at a time', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b'] });
      const executor = await register(store, runId);
      for (let death = 1; death <= 2; death += 1) {
        await executor.run(2);
        await executor.release('died');
      }
      const [first, ...others] = await executor.claim(9);
      expect(first).toMatchObject({ sampleId: 'a', suspect: true });
      expect(others).toEqual([]);
      const { claimed } = await executor.exchange({ finished: [completed(first!)], claim: 9 });
      expect(keysOf(claimed)).toEqual(['b.1']);
    });

    it('lets a suspect wait for its retry like any other', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a'] });
      const executor = await register(store, runId);
      await dieWith(executor, 2);
      const [suspect] = await executor.claim(1);
      await executor.finish(failed(suspect!, { kind: 'retry', readyAt: NOW + 100 }));
      expect(await executor.exchange({ claim: 1 })).toMatchObject({ claimed: [], nextReadyAt: NOW + 100 });
      const [again] = await executor.claim(1, { now: NOW + 100 });
      expect(again).toMatchObject({ try: 4, failures: 1, suspect: true });
    });

    it('counts deaths and takings away among the tries, not among the failures', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a'] });
      const executor = await register(store, runId);
      await dieWith(executor, 1);
      await executor.run(1);
      await executor.release('returned');
      const [third] = await executor.claim(1);
      expect(third).toMatchObject({ try: 3, failures: 0 });
      await executor.finish(failed(third!, { kind: 'retry', readyAt: NOW }));
      expect(await executor.claim(1)).toMatchObject([{ try: 4, failures: 1 }]);
    });

    it('counts no death for tasks that are returned', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b'] });
      const executor = await register(store, runId);
      for (let round = 1; round <= 4; round += 1) {
        const [a] = await executor.claim(2);
        await executor.start([a!]);
        expect(await executor.release('returned', { message: 'the run was stopped' })).toMatchObject({
          errored: 0,
        });
      }
      const returned = await store.findTask(runId, 'a.1');
      expect(returned).toMatchObject({ state: 'queued', try: 5, message: 'the run was stopped' });
      expect(returned?.tries.map((each) => each.outcome)).toEqual(Array(4).fill('killed'));
      expect(await store.findTask(runId, 'b.1')).toMatchObject({ state: 'queued', try: 1, tries: [] });
      const tasks = await executor.claim(2);
      expect(tasks.map((task) => task.suspect)).toEqual([false, false]);
      expect(await store.counts(runId)).toMatchObject({ queued: 2, running: 0 });
      expect((await store.findRun(runId)).evals[0]).toMatchObject({ retries: 0 });
    });

    it('gives back only what is named, and only what the executor holds', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const [one, two] = [await register(store, runId, 'one'), await register(store, runId, 'two')];
      const [a, b] = await one.run(2);
      const [c] = await two.run(1);
      const taskIds = [a!.taskId, a!.taskId, c!.taskId, 999];
      expect(await one.release('died', { taskIds })).toEqual({ requeued: 1, errored: 0 });
      expect(await store.counts(runId)).toMatchObject({ queued: 1, running: 2 });
      expect((await one.finish(completed(b!))).refused).toEqual([]);
      expect((await two.finish(completed(c!))).refused).toEqual([]);
    });

    it.each(['cancelled', 'errored'] as const)(
      'ends what was running when somebody wants it %s',
      async (fate) => {
        await using store = await makeStore();
        const runId = await startRun(store, { samples: ['a', 'b', 'c'] });
        const executor = await register(store, runId);
        const [a, b] = await executor.claim(3);
        await executor.start([a!]);
        const message = 'somebody ended its executor';
        const now = NOW + 5;
        const released = await executor.release('returned', { fate, message, now });
        expect(released).toEqual({ requeued: 2, errored: fate === 'errored' ? 1 : 0 });
        expect(await store.counts(runId)).toMatchObject({ queued: 2, running: 0, [fate]: 1 });
        const ended = await store.findTask(runId, 'a.1');
        expect(ended).toMatchObject({ state: fate, errorKind: 'killed', message, endedAt: now });
        expect(ended?.tries).toMatchObject([{ try: 1, outcome: 'killed', message }]);
        expect(ended?.events).toMatchObject([{ type: 'error', data: { kind: 'killed', will_retry: false } }]);
        expect(await store.requeue({ runId, states: [fate], taskId: a!.taskId })).toBe(1);
        const claimed = await executor.claim(3);
        expect(claimed.map(({ taskId }) => taskId)).toContain(b!.taskId);
        await executor.release('returned', { fate, taskIds: [b!.taskId] });
        expect(await store.findTask(runId, 'b.1')).toMatchObject({ state: fate });
      },
    );

    it('has nothing to give back of an executor that never came so far', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const release = {
        executorId: 'nobody',
        runId,
        now: NOW,
        cause: 'died',
        message: '',
        maxDeaths: 3,
      } as const;
      expect(await store.release(release)).toEqual({ requeued: 0, errored: 0 });
    });
  });
}
