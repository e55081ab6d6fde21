import { describe, expect, it } from 'vitest';
import type { MakeStore } from '../task-store.contract.ts';
import { completed, failed, NOW, register, startRun } from './run-fixture.ts';

export function describeActs(makeStore: MakeStore): void {
  describe('acts', () => {
    it('keeps with each command who gave it, when, and what became of it, newest first', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const command = { runId, createdBy: 'monitor 7', now: NOW } as const;
      const first = await store.addCommand({ ...command, kind: 'limit', args: { concurrency: 3 } });
      await store.addCommand({ ...command, kind: 'pause', args: {}, now: NOW + 5 });
      await store.takeCommands({ runId, now: NOW + 10 });
      const result = { done: true, old: 64, new: 3, message: 'At most 3 tasks are in flight.' };
      await store.finishCommand({ id: first, now: NOW + 11, result });
      const taken = { createdBy: 'monitor 7', takenAt: NOW + 10 };
      expect(await store.listCommands(runId, 10)).toMatchObject([
        { ...taken, kind: 'pause', args: {}, createdAt: NOW + 5, finishedAt: null, result: null },
        { ...taken, id: first, args: { concurrency: 3 }, createdAt: NOW, finishedAt: NOW + 11, result },
      ]);
      expect(await store.listCommands(runId, 1)).toHaveLength(1);
      expect(await store.readCommand(first)).toMatchObject({ ...taken, id: first, result });
      expect(await store.readCommand(4711)).toBeUndefined();
    });

    it('refuses what is left when the run ends, and what comes later', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const { record } = await register(store, runId);
      await store.addCommand({ runId, createdBy: 'me', now: NOW, kind: 'pause', args: {} });
      const finish = { runId, status: 'completed', now: NOW + 9, reports: [], final: true } as const;
      await store.finishRun(finish, record.append);
      const [command] = await store.listCommands(runId, 1);
      expect(command).toMatchObject({ finishedAt: NOW + 9, result: { done: false } });
      await store.addCommand({ runId, createdBy: 'me', now: NOW + 50, kind: 'pause', args: {} });
      const [late] = await store.listCommands(runId, 1);
      expect(late).toMatchObject({ finishedAt: NOW + 50, result: { done: false } });
    });

    it('pauses and limits without touching how far the run is', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      await store.setRunState({ runId, state: 'draining' });
      await store.setRunState({ runId, paused: true });
      await store.setRunState({ runId, concurrency: 9 });
      expect(await store.findRun(runId)).toMatchObject({ state: 'draining', paused: true, concurrency: 9 });
    });

    it('cancels a task that waits, also for a retry, and none that an executor holds or that has ended', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b', 'c', 'd', 'e'] });
      const executor = await register(store, runId);
      const [a, b, c] = await executor.claim(4);
      await executor.start([b!]);
      await executor.finish(completed(a!), failed(c!, { kind: 'retry', readyAt: NOW + 9 }));
      const states: unknown[] = [];
      for (const id of ['a', 'b', 'c', 'd', 'e']) {
        const task = await store.findTask(runId, `${id}.1`);
        states.push(await store.cancelTask({ runId, taskId: task!.taskId, now: NOW + 20 }));
      }
      expect(states).toEqual(['done', 'running', 'queued', 'claimed', 'queued']);
      expect(await store.cancelTask({ runId, taskId: 4711, now: NOW })).toBeUndefined();
      expect(await store.counts(runId)).toEqual({ queued: 1, running: 1, done: 1, errored: 0, cancelled: 2 });
      expect(await store.findTask(runId, 'c.1')).toMatchObject({ state: 'cancelled', endedAt: NOW + 20 });
      expect(await executor.claim(9, { now: NOW + 99 })).toEqual([]);
      expect(await store.requeue({ runId, states: ['cancelled'] })).toBe(2);
      expect(await executor.claim(9, { now: NOW + 99 })).toHaveLength(2);
    });
  });
}
