import { describe, expect, it } from 'vitest';
import type { MakeStore } from '../task-store.contract.ts';
import { completed, failed, identity, keysOf, NOW, planRun, register, startRun } from './run-fixture.ts';

export function describeControl(makeStore: MakeStore): void {
  describe('control', () => {
    it('refuses to adopt a run whose supervisor is alive, and names its pid', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { pid: 4711 });
      const asked: unknown[] = [];
      const isAlive = (given: unknown): boolean => asked.push(given) > 0;
      const adoption = store.adoptRun({ runId, supervisor: identity(2), isAlive, now: NOW });
      await expect(adoption).rejects.toMatchObject({
        code: 'run-live',
        message: expect.stringContaining('4711') as string,
      });
      expect(asked).toEqual([identity(4711)]);
      expect((await store.findRun(runId)).supervisor).toEqual(identity(4711));
    });

    it('opens the run of a dead supervisor again, with all that its executors held', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const dead = await register(store, runId, 'dead');
      const [a] = await dead.claim(2);
      await dead.start([a!]);
      await store.setRunState({ runId, state: 'aborting', paused: true });
      await store.addCommand({ runId, kind: 'abort', args: {}, createdBy: 'me', now: NOW });
      const isAlive = (): boolean => false;
      await store.adoptRun({ runId, supervisor: identity(2), isAlive, now: NOW + 5 });
      const run = await store.findRun(runId);
      expect(run).toMatchObject({ state: 'running', paused: false, supervisor: identity(2), status: null });
      expect((await store.listExecutors(runId))[0]).toMatchObject({ state: 'lost', endedAt: NOW + 5 });
      expect(await store.takeCommands({ runId, now: NOW })).toEqual([]);
      const tasks = await (await register(store, runId, 'new')).claim(9);
      expect(tasks.map((task) => [task.sampleId, task.try])).toEqual([
        ['a', 2],
        ['b', 1],
        ['c', 1],
      ]);
      expect(await store.counts(runId)).toMatchObject({ queued: 3, running: 0 });
    });

    it('gives back what an executor held whose end was kept and the release of its tasks was not', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const [a] = await (await register(store, runId, 'dead')).claim(2);
      await store.endExecutor({
        executorId: 'dead',
        now: NOW,
        state: 'ended',
        exitCode: null,
        signal: 'SIGKILL',
      });
      await store.adoptRun({ runId, supervisor: identity(2), isAlive: () => false, now: NOW + 5 });
      const tasks = await (await register(store, runId, 'new')).claim(9);
      expect(tasks.map((task) => task.sampleId)).toEqual([a?.sampleId, 'b', 'c']);
      expect((await store.listExecutors(runId))[0]).toMatchObject({ state: 'ended', endedAt: NOW });
    });

    it('opens a finished run again, whoever is alive', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const { record } = await register(store, runId);
      const finish = { runId, status: 'cancelled', now: NOW, reports: [], final: false, error: 'x' } as const;
      await store.finishRun(finish, record.append);
      await store.adoptRun({ runId, supervisor: identity(2), isAlive: () => true, now: NOW });
      const opened = { state: 'running', status: null, finishedAt: null, error: null };
      expect(await store.findRun(runId)).toMatchObject(opened);
    });

    it('leaves a run to be planned whose planning never ended', async () => {
      await using store = await makeStore();
      const runId = await planRun(store);
      await store.adoptRun({ runId, supervisor: identity(2), isAlive: () => false, now: NOW });
      expect((await store.findRun(runId)).state).toBe('planning');
      await store.resetPlan(runId);
      expect(await store.counts(runId)).toMatchObject({ queued: 0 });
    });

    it('says that there is no such run', async () => {
      await using store = await makeStore();
      const missing = { code: 'run-not-found' };
      const runId = 'run-9';
      const adoption = { runId, supervisor: identity(2), isAlive: () => false, now: NOW };
      await expect(store.adoptRun(adoption)).rejects.toMatchObject(missing);
      await expect(store.counts(runId)).rejects.toMatchObject(missing);
      await expect(store.snapshot(runId)).rejects.toMatchObject(missing);
      await expect(store.setRunState({ runId, state: 'draining' })).rejects.toMatchObject(missing);
      await expect(store.takeCommands({ runId, now: NOW })).rejects.toMatchObject(missing);
      await expect(store.findRun('latest')).rejects.toMatchObject(missing);
    });

    it('changes the concurrency and the pause only when they are given', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      await store.setRunState({ runId, state: 'running', concurrency: 3, paused: true });
      await store.setRunState({ runId, state: 'draining' });
      const expected = { state: 'draining', concurrency: 3, paused: true };
      expect(await store.findRun(runId)).toMatchObject(expected);
    });

    it('leaves a finished run finished', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const { record } = await register(store, runId);
      await store.finishRun(
        { runId, status: 'completed', now: NOW, reports: [], final: true },
        record.append,
      );
      await store.setRunState({ runId, state: 'draining' });
      expect(await store.findRun(runId)).toMatchObject({ state: 'finished', status: 'completed' });
    });

    it('puts errored or cancelled tasks back with a fresh count of tries, and keeps their history', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b', 'c', 'd'] });
      const executor = await register(store, runId);
      const [a, b, c] = await executor.run(3);
      const cancelled = failed(c!, { kind: 'cancelled' }, { kind: 'killed' });
      await executor.finish(failed(a!, { kind: 'errored' }), completed(b!), cancelled);
      expect(await store.requeue({ runId, states: ['errored'] })).toBe(1);
      expect(await store.counts(runId)).toEqual({ queued: 2, running: 0, done: 1, errored: 0, cancelled: 1 });
      const [again] = await executor.run(1);
      expect(again).toMatchObject({ taskId: a!.taskId, try: 1 });
      expect((await store.findTask(runId, 'a.1'))?.message).toBeNull();
      await executor.finish(completed(again!));
      const outcomes = (await store.findTask(runId, 'a.1'))?.tries.map((each) => each.outcome);
      expect(outcomes).toEqual(['server', 'completed']);
      expect(await store.requeue({ runId, states: ['errored', 'cancelled'], taskId: b!.taskId })).toBe(0);
      expect(await store.requeue({ runId, states: ['errored', 'cancelled'], taskId: c!.taskId })).toBe(1);
      expect(await store.counts(runId)).toEqual({ queued: 2, running: 0, done: 2, errored: 0, cancelled: 0 });
    });

    it('gives poison that is put back a fresh count of deaths', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a'] });
      const executor = await register(store, runId);
      for (let death = 1; death <= 3; death += 1) {
        await executor.run(1);
        await executor.release('died');
      }
      expect(await store.counts(runId)).toMatchObject({ errored: 1 });
      await store.requeue({ runId, states: ['errored'] });
      expect((await executor.claim(1))[0]).toMatchObject({ try: 1, suspect: false });
      expect((await store.findTask(runId, 'a.1'))?.state).toBe('claimed');
    });

    it('gives each command once, oldest first, to whom it is for', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const command = { runId, createdBy: 'me', now: NOW } as const;
      const args = { taskId: 4, 'why?': 'naïve' };
      const first = await store.addCommand({ ...command, kind: 'limit', args: { limit: 3 } });
      const own = await store.addCommand({ ...command, kind: 'cancel-task', args, executorId: 'one' });
      const second = await store.addCommand({ ...command, kind: 'pause', args: {} });
      const taken = await store.takeCommands({ runId, now: NOW });
      expect(taken.map((each) => [each.id, each.kind])).toEqual([
        [first, 'limit'],
        [second, 'pause'],
      ]);
      expect(await store.takeCommands({ runId, now: NOW })).toEqual([]);
      expect(await store.takeCommands({ runId, executorId: 'two', now: NOW })).toEqual([]);
      expect(await store.takeCommands({ runId, executorId: 'one', now: NOW })).toEqual([
        { ...command, id: own, executorId: 'one', kind: 'cancel-task', args },
      ]);
      const result = { done: true, old: 4, new: 3, message: 'At most 3 tasks are in flight.' };
      await store.finishCommand({ id: first, now: NOW + 1, result });
      expect(await store.takeCommands({ runId, now: NOW })).toEqual([]);
    });

    it('keeps what an executor last said of itself', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const executor = await register(store, runId);
      const [task, other] = await executor.run(2);
      const worker = { thread: 1, slots: 4, inFlight: 2, loop: 0.5, restarts: 1 };
      const stats = { inFlight: 2, limit: 6, cpu: 0.75, rssBytes: 9_000_000_000, workers: [worker] };
      const beat = { executorId: 'one', state: 'running', ...stats } as const;
      const step = { taskId: task!.taskId, try: 1, name: 'score > model call', startedAt: NOW + 1 };
      const past = { taskId: other!.taskId, try: 9, name: 'of another try', startedAt: NOW };
      await store.heartbeat({ ...beat, now: NOW + 2, steps: [step, past] });
      const [row] = await store.listExecutors(runId);
      expect(row).toMatchObject({ ...beat, ...identity(103), heartbeatAt: NOW + 2, threads: 2, slots: 8 });
      const shown = await store.findTask(runId, 'a.1');
      expect(shown).toMatchObject({ step: 'score > model call', stepStartedAt: NOW + 1 });
      expect((await store.findTask(runId, 'b.1'))?.step).toBeNull();
      await store.heartbeat({ ...beat, now: NOW + 3, steps: [] });
      expect((await store.findTask(runId, 'a.1'))?.step).toBeNull();
      const end = { executorId: 'one', now: NOW + 9, exitCode: 3, signal: null } as const;
      await store.endExecutor({ ...end, state: 'ended' });
      const ended = { state: 'ended', endedAt: NOW + 9, exitCode: 3, signal: null, inFlight: 0 };
      expect((await store.listExecutors())[0]).toMatchObject(ended);
    });

    it('keeps the secret of an executor, and shows it to nobody who does not ask for it', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      await register(store, runId, 'one');
      expect(await store.readToken('one')).toBe('secret');
      expect(await store.readToken('another')).toBeUndefined();
      expect(JSON.stringify([await store.listExecutors(), await store.snapshot(runId)])).not.toContain(
        'secret',
      );
    });

    it('keeps evidence', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const evidence = {
        runId,
        executorId: 'one',
        taskId: 1,
        try: 1,
        thread: null,
        verdict: 'cpu-bound',
        now: NOW,
      };
      const before = store.version();
      await store.addEvidence({ ...evidence, data: { stack: 'at loop' } });
      expect(store.version()).toBeGreaterThan(before);
      await store.addEvidence({ ...evidence, taskId: null, try: null, verdict: 'lost', data: {} });
      const rest = { executorId: 'one', pid: null, thread: null, at: NOW };
      expect(await store.listEvidence(runId, 9)).toEqual([
        { ...rest, task: null, try: null, verdict: 'lost', data: {} },
        {
          ...rest,
          task: { taskId: 1, evalIndex: 0, sampleId: 'a', attempt: 1 },
          try: 1,
          verdict: 'cpu-bound',
          data: { stack: 'at loop' },
        },
      ]);
      expect(await store.listEvidence(runId, 1)).toHaveLength(1);
    });

    it('shows every commit in its version, and nothing else', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const executor = await register(store, runId);
      let version = store.version();
      expect(keysOf(await executor.claim(1))).toEqual(['a.1']);
      expect(store.version()).toBeGreaterThan(version);
      version = store.version();
      await store.snapshot(runId);
      await executor.exchange({});
      await store.takeCommands({ runId, now: NOW });
      expect(store.version()).toBe(version);
    });
  });
}
