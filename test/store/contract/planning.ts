import { describe, expect, it } from 'vitest';
import type { MakeStore } from '../task-store.contract.ts';
import { completed, identity, keysOf, NOW, planRun, register, startRun } from './run-fixture.ts';
import { specOf } from './spec.ts';

export function describePlanning(makeStore: MakeStore): void {
  describe('planning', () => {
    it('keeps a run as it was given', async () => {
      await using store = await makeStore();
      await planRun(store, { evals: 2 });
      const run = await store.findRun('run-1');
      expect(run).toMatchObject({ state: 'planning', status: null, paused: false, concurrency: 16 });
      expect(run.spec).toEqual(specOf(2));
      expect(run.supervisor).toEqual(identity(1));
      expect(run.evals.map((each) => [each.index, each.name, each.file])).toEqual([
        [0, 'evals/0', '/evals/0.eval.ts'],
        [1, 'evals/1', '/evals/1.eval.ts'],
      ]);
    });

    it('makes a task of each sample and attempt, in this order', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['b', 'a'], attempts: 2 });
      const executor = await register(store, runId);
      expect(keysOf(await executor.claim(9))).toEqual(['b.1', 'b.2', 'a.1', 'a.2']);
      expect((await store.findRun(runId)).evals[0]).toMatchObject({ samples: 2, tasks: 4 });
    });

    it('adds up the batches of an eval', async () => {
      await using store = await makeStore();
      const runId = await planRun(store, { samples: ['a', 'b'] });
      const samples = [{ id: 'c', input: 1 }];
      await store.addSamples({ runId, evalIndex: 0, firstPosition: 2, samples, attempts: 1 });
      expect(await store.counts(runId)).toMatchObject({ queued: 3 });
      expect((await store.findRun(runId)).evals[0]).toMatchObject({ samples: 3, tasks: 3 });
    });

    it('refuses a sample id that occurs twice and keeps nothing of its batch', async () => {
      await using store = await makeStore();
      const runId = await planRun(store, { samples: ['a', 'b'] });
      const samples = ['c', 'a'].map((id) => ({ id, input: null }));
      const batch = { runId, evalIndex: 0, firstPosition: 2, samples, attempts: 1 };
      await expect(store.addSamples(batch)).rejects.toMatchObject({
        code: 'duplicate-sample',
        message: expect.stringContaining('"a"') as string,
      });
      expect(await store.counts(runId)).toMatchObject({ queued: 2 });
      expect(await store.findTask(runId, 'c.1')).toBeUndefined();
    });

    it('takes the same sample id in two evals and in two runs', async () => {
      await using store = await makeStore();
      await planRun(store, { runId: 'run-1', evals: 2 });
      await planRun(store, { runId: 'run-2' });
      expect(await store.counts('run-1')).toMatchObject({ queued: 6 });
      expect(await store.counts('run-2')).toMatchObject({ queued: 3 });
    });

    it('finds a task by its name, and says which evals have one when several do', async () => {
      await using store = await makeStore();
      const samples = ['a', 'eval-1/a', 'x/y.2', 'z.1'];
      const runId = await startRun(store, { samples, evals: 2, attempts: 2 });
      const found = async (key: string) => {
        const task = await store.findTask(runId, key);
        return task && [task.evalName, task.sampleId, task.attempt];
      };
      expect(await found('eval-0/a.2')).toEqual(['eval-0', 'a', 2]);
      expect(await found('eval-1/x/y.2')).toEqual(['eval-1', 'x/y.2', 1]);
      expect(await found('eval-0/eval-1/a.1')).toEqual(['eval-0', 'eval-1/a', 1]);
      expect(await found('eval-1/b.1')).toBeUndefined();
      expect(await found('eval-9/a.1')).toBeUndefined();
      await expect(store.findTask(runId, 'a.1')).rejects.toMatchObject({
        code: 'task-ambiguous',
        message: expect.stringContaining('eval-0/a.1, eval-1/a.1') as string,
      });
      const alone = await startRun(store, { runId: 'run-2', samples });
      expect((await store.findTask(alone, 'a'))?.attempt).toBe(1);
      expect((await store.findTask(alone, 'eval-1/a'))?.sampleId).toBe('eval-1/a');
    });

    it('gives no task before planning is ended', async () => {
      await using store = await makeStore();
      const runId = await planRun(store);
      const executor = await register(store, runId);
      expect(await executor.claim(9)).toEqual([]);
      const evals = [{ index: 0, name: 'capitals', params: { level: 'high' }, record: null }];
      await store.startRun({ runId, now: NOW + 5, evals });
      expect(await executor.claim(9)).toHaveLength(3);
      const run = await store.findRun(runId);
      expect(run).toMatchObject({ state: 'running', startedAt: NOW + 5 });
      expect(run.evals[0]).toMatchObject({ name: 'capitals', recordPath: null });
    });

    it('forgets a run and nothing of another', async () => {
      await using store = await makeStore();
      await startRun(store, { runId: 'run-2' });
      await startRun(store, { runId: 'run-1', attempts: 2 });
      const executor = await register(store, 'run-1');
      const [task] = await executor.claim(1);
      await executor.finish(completed(task!));
      await store.discardRun('run-1');
      await expect(store.findRun('run-1')).rejects.toMatchObject({ code: 'run-not-found' });
      expect(await store.listExecutors()).toEqual([]);
      expect(await (await register(store, 'run-2', 'other')).claim(9)).toHaveLength(3);
      await startRun(store, { runId: 'run-1' });
      expect(await store.readAttempts({ runId: 'run-1', evalIndex: 0, limit: 9 })).toEqual([]);
      expect(await (await register(store, 'run-1')).claim(9)).toHaveLength(3);
    });

    it('forgets the samples of an interrupted planning, so that it can be planned again', async () => {
      await using store = await makeStore();
      const runId = await planRun(store);
      await store.resetPlan(runId);
      expect(await store.counts(runId)).toMatchObject({ queued: 0 });
      expect((await store.findRun(runId)).evals[0]).toMatchObject({ samples: 0, tasks: 0 });
      const samples = [{ id: 'a', input: 1 }];
      await store.addSamples({ runId, evalIndex: 0, firstPosition: 0, samples, attempts: 1 });
      expect(await store.counts(runId)).toMatchObject({ queued: 1 });
    });

    it('never forgets the samples of a run that was started', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      await expect(store.resetPlan(runId)).rejects.toMatchObject({ code: 'bug' });
      expect(await store.counts(runId)).toMatchObject({ queued: 3 });
    });
  });
}
