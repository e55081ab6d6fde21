import { describe, expect, it } from 'vitest';
import type { StepRow, TaskStore } from '../../../src/store/task-store.ts';
import type { MakeStore } from '../task-store.contract.ts';
import { failed, NOW, register, startRun, type TestExecutor } from './run-fixture.ts';

function beat(store: TaskStore, steps: readonly StepRow[], now = NOW): Promise<void> {
  const stats = { inFlight: 1, limit: 1, cpu: 1, rssBytes: 1, workers: [], steps };
  return store.heartbeat({ executorId: 'one', now, state: 'running', ...stats });
}

/** A run with one task in flight. */
async function runOne(store: TaskStore): Promise<{ runId: string; executor: TestExecutor; taskId: number }> {
  const runId = await startRun(store, { samples: ['a', 'b'] });
  const executor = await register(store, runId);
  const [task] = await executor.run(1);
  return { runId, executor, taskId: task!.taskId };
}

export function describeStuck(makeStore: MakeStore): void {
  describe('what is stuck', () => {
    it('is the newest verdict on a try, with where it stands and since when', async () => {
      await using store = await makeStore();
      const { runId, taskId } = await runOne(store);
      await beat(store, [{ taskId, try: 1, name: 'score', startedAt: NOW + 1 }]);
      const evidence = { runId, executorId: 'one', taskId, try: 1, thread: null };
      await store.addEvidence({ ...evidence, verdict: 'awaiting', data: { ageMs: 5 }, now: NOW + 10 });
      const stack = ['loop (a.ts:1:1)', 'evaluate (a.ts:9:2)'];
      const data = { silentMs: 3000, stack, reasons: ['it does not turn'] };
      await store.addEvidence({ ...evidence, thread: 7, verdict: 'cpu-bound', data, now: NOW + 4000 });
      expect((await store.snapshot(runId)).stuck).toEqual([
        {
          taskId,
          evalIndex: 0,
          sampleId: 'a',
          attempt: 1,
          try: 1,
          verdict: 'cpu-bound',
          since: NOW + 1000,
          pid: 103,
          thread: 7,
          step: 'score',
          stack: data.stack,
          reasons: ['it does not turn'],
        },
      ]);
      const detail = await store.findTask(runId, 'a.1');
      expect(detail).toMatchObject({ standing: 'stuck', verdict: 'cpu-bound' });
      expect(detail?.evidence.map(({ verdict, at, try: number, pid }) => [verdict, at, number, pid])).toEqual(
        [
          ['awaiting', NOW + 10, 1, 103],
          ['cpu-bound', NOW + 4000, 1, 103],
        ],
      );
    });

    it('is all there is, however much', async () => {
      await using store = await makeStore();
      const samples = Array.from({ length: 150 }, (_, index) => `s${index}`);
      const runId = await startRun(store, { samples });
      const executor = await register(store, runId);
      const tasks = await executor.run(samples.length);
      const evidence = { runId, executorId: 'one', try: 1, thread: null, verdict: 'awaiting', data: {} };
      for (const { taskId } of tasks) await store.addEvidence({ ...evidence, taskId, now: NOW + 10 });
      expect((await store.snapshot(runId)).stuck).toHaveLength(150);
    });

    it('is stuck no more when it has come to another step', async () => {
      await using store = await makeStore();
      const { runId, taskId } = await runOne(store);
      const evidence = { runId, executorId: 'one', taskId, try: 1, thread: null, verdict: 'awaiting' };
      await store.addEvidence({ ...evidence, data: { ageMs: 5 }, now: NOW + 10 });
      expect((await store.snapshot(runId)).stuck).toHaveLength(1);
      await beat(store, [{ taskId, try: 1, name: 'score', startedAt: NOW + 20 }]);
      expect((await store.snapshot(runId)).stuck).toEqual([]);
    });

    it('is stuck no more when its thread moves again', async () => {
      await using store = await makeStore();
      const { runId, taskId } = await runOne(store);
      const evidence = { runId, executorId: 'one', taskId, try: 1, thread: 3, data: {} };
      await store.addEvidence({ ...evidence, verdict: 'cpu-bound', now: NOW + 10 });
      await store.addEvidence({ ...evidence, verdict: 'recovered', now: NOW + 20 });
      expect((await store.snapshot(runId)).stuck).toEqual([]);
      await store.addEvidence({ ...evidence, verdict: 'cpu-bound', now: NOW + 30 });
      expect((await store.snapshot(runId)).stuck).toMatchObject([{ taskId, since: NOW + 30 }]);
    });

    it('is stuck no more in the next try', async () => {
      await using store = await makeStore();
      const { runId, executor, taskId } = await runOne(store);
      const evidence = { runId, executorId: 'one', taskId, try: 1, thread: null, verdict: 'awaiting' };
      await store.addEvidence({ ...evidence, data: {}, now: NOW + 10 });
      const task = { taskId, try: 1 } as Parameters<typeof failed>[0];
      await executor.finish(failed(task, { kind: 'retry', readyAt: NOW }));
      expect((await store.snapshot(runId)).stuck).toEqual([]);
      await executor.run(1, NOW + 30);
      expect(await store.findTask(runId, 'a.1')).toMatchObject({ standing: 'running', verdict: null });
      expect((await store.snapshot(runId)).stuck).toEqual([]);
    });

    it('is stuck no more when anything has happened in its try', async () => {
      await using store = await makeStore();
      const { runId, taskId } = await runOne(store);
      const step = { taskId, try: 1, name: 'solve', startedAt: NOW + 1, progressAt: NOW + 5 };
      await beat(store, [step]);
      const evidence = { runId, executorId: 'one', taskId, try: 1, thread: null, data: {} };
      await store.addEvidence({ ...evidence, verdict: 'awaiting', now: NOW + 10 });
      expect(await store.findTask(runId, 'a.1')).toMatchObject({ standing: 'stuck', progressAt: NOW + 5 });
      await beat(store, [{ ...step, progressAt: NOW + 11 }]);
      expect(await store.findTask(runId, 'a.1')).toMatchObject({ standing: 'running', progressAt: NOW + 11 });
      expect((await store.snapshot(runId)).stuck).toEqual([]);
    });

    it('is told with the thread that its step runs in, where the verdict knows none', async () => {
      await using store = await makeStore();
      const { runId, executor, taskId } = await runOne(store);
      const threadOf = async (): Promise<number | null | undefined> =>
        (await store.findTask(runId, 'a.1'))?.thread;
      expect(await threadOf()).toBeNull();
      await beat(store, [{ taskId, try: 1, name: 'solve', startedAt: NOW + 1 }]);
      expect(await threadOf()).toBeNull();
      await beat(store, [{ taskId, try: 1, name: 'solve', startedAt: NOW + 1, thread: 5 }]);
      expect(await threadOf()).toBe(5);
      const evidence = { runId, executorId: 'one', taskId, try: 1, thread: null, data: {} };
      await store.addEvidence({ ...evidence, verdict: 'awaiting', now: NOW + 10 });
      const { stuck, longestRunning } = await store.snapshot(runId);
      expect(stuck).toMatchObject([{ verdict: 'awaiting', thread: 5 }]);
      expect(longestRunning).toMatchObject([{ taskId, thread: 5 }]);
      const task = { taskId, try: 1 } as Parameters<typeof failed>[0];
      await executor.finish(failed(task, { kind: 'retry', readyAt: NOW + 1 }, { thread: 5 }));
      expect(await threadOf()).toBeNull();
      await executor.run(1, NOW + 2);
      await executor.finish(failed({ ...task, try: 2 }, { kind: 'errored' }, { thread: 6 }));
      expect(await threadOf()).toBe(6);
      expect((await store.snapshot(runId)).lastErrors.map(({ thread }) => thread)).toEqual([6, 5]);
    });

    it('is every running task of an executor that is lost, until its next heartbeat', async () => {
      await using store = await makeStore();
      const { runId, taskId } = await runOne(store);
      await beat(store, []);
      const whole = { runId, executorId: 'one', taskId: null, try: null, thread: null };
      const data = { silentMs: 6000, reasons: ['no heartbeat'] };
      await store.addEvidence({ ...whole, verdict: 'lost', data, now: NOW + 6000 });
      const lost = { taskId, verdict: 'lost', since: NOW, pid: 103, thread: null, reasons: ['no heartbeat'] };
      expect((await store.snapshot(runId)).stuck).toMatchObject([lost]);
      await beat(store, [], NOW + 6001);
      expect((await store.snapshot(runId)).stuck).toEqual([]);
    });

    it('is every running task of an orphan, once, whatever was found of the task itself', async () => {
      await using store = await makeStore();
      const { runId, taskId } = await runOne(store);
      const whole = { runId, executorId: 'one', taskId: null, try: null, thread: null, data: {} };
      await store.addEvidence({ ...whole, verdict: 'orphaned', now: NOW + 10 });
      await beat(store, [], NOW + 20);
      expect((await store.snapshot(runId)).stuck).toMatchObject([{ taskId, verdict: 'orphaned' }]);
      const own = { ...whole, taskId, try: 1, verdict: 'awaiting' };
      await store.addEvidence({ ...own, now: NOW + 30 });
      expect((await store.snapshot(runId)).stuck).toMatchObject([{ taskId, verdict: 'awaiting' }]);
      const end = { now: NOW + 40, state: 'ended', exitCode: 0, signal: null } as const;
      await store.addEvidence({ ...own, verdict: 'recovered', now: NOW + 35 });
      await store.endExecutor({ executorId: 'one', ...end });
      expect((await store.snapshot(runId)).stuck).toEqual([]);
    });

    it('is nothing where the machine is starved, which is said apart', async () => {
      await using store = await makeStore();
      const { runId, taskId } = await runOne(store);
      expect((await store.snapshot(runId)).starved).toBeNull();
      const whole = { runId, executorId: 'one', taskId: null, try: null, thread: null };
      const reasons = ['load 40 on 2 cores'];
      await store.addEvidence({ ...whole, verdict: 'starved', data: { reasons }, now: NOW + 10 });
      await store.addEvidence({
        ...whole,
        taskId,
        try: 1,
        verdict: 'starved',
        data: { reasons },
        now: NOW + 11,
      });
      const { starved, stuck } = await store.snapshot(runId);
      expect(starved).toEqual({ pid: 103, since: NOW + 10, reasons });
      expect(stuck).toEqual([]);
      await store.addEvidence({ ...whole, verdict: 'recovered', data: {}, now: NOW + 20 });
      expect((await store.snapshot(runId)).starved).toBeNull();
    });

    it('keeps where the time of a try went, while it runs and when it has ended', async () => {
      await using store = await makeStore();
      const { runId, executor, taskId } = await runOne(store);
      const asked = { name: 'model call', startedAt: NOW + 1, endedAt: NOW + 900, depth: 1 };
      const solved = { name: 'solve', startedAt: NOW, endedAt: NOW + 950, depth: 0 };
      const step = { taskId, try: 1, name: 'score', startedAt: NOW + 950, progressAt: NOW + 950 };
      await beat(store, [{ ...step, past: [asked, solved] }]);
      expect((await store.findTask(runId, 'a.1'))?.pastSteps).toEqual([asked, solved]);
      const task = { taskId, try: 1 } as Parameters<typeof failed>[0];
      await executor.finish({ ...failed(task, { kind: 'retry', readyAt: NOW }), steps: [asked] });
      expect((await store.findTask(runId, 'a.1'))?.pastSteps).toEqual([asked]);
      await executor.run(1, NOW + 2000);
      expect((await store.findTask(runId, 'a.1'))?.pastSteps).toEqual([]);
    });

    it('writes nothing of a step in which nothing happens', async () => {
      await using store = await makeStore();
      const { runId, taskId } = await runOne(store);
      const past = { name: 'solve', startedAt: NOW, endedAt: NOW + 950, depth: 0 };
      const step = { taskId, try: 1, name: 'score', startedAt: NOW, progressAt: NOW, past: [past] };
      await beat(store, [step]);
      await beat(store, [{ ...step, past: [] }]);
      expect((await store.findTask(runId, 'a.1'))?.pastSteps).toEqual([past]);
      await beat(store, [{ ...step, past: [], progressAt: NOW + 1 }]);
      expect((await store.findTask(runId, 'a.1'))?.pastSteps).toEqual([]);
    });

    it('shows every step that a try is in, each with its start', async () => {
      await using store = await makeStore();
      const { runId, taskId } = await runOne(store);
      const chain = [
        { name: 'solve', startedAt: NOW + 1 },
        { name: 'model call', startedAt: NOW + 5 },
      ];
      const step = { taskId, try: 1, name: 'solve > model call', startedAt: NOW + 5 };
      await beat(store, [{ ...step, chain }]);
      expect((await store.findTask(runId, 'a.1'))?.steps).toEqual(chain);
      await beat(store, [{ ...step, name: 'solve', startedAt: NOW + 1 }]);
      expect((await store.findTask(runId, 'a.1'))?.steps).toEqual(chain.slice(0, 1));
      await beat(store, []);
      expect((await store.findTask(runId, 'a.1'))?.steps).toEqual([]);
    });
  });
}
