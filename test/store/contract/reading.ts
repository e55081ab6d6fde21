import { describe, expect, it } from 'vitest';
import type { AttemptRow } from '../../../src/store/task-store.ts';
import type { MakeStore } from '../task-store.contract.ts';
import { completed, failed, keysOf, NOW, register, startRun } from './run-fixture.ts';

export function describeReading(makeStore: MakeStore): void {
  describe('reading', () => {
    it('finds a run by its id, by a beginning that no other has, and the newest', async () => {
      await using store = await makeStore();
      await startRun(store, { runId: '2611AAAA', createdAt: NOW + 2 });
      await startRun(store, { runId: '2611BBBB', createdAt: NOW + 1 });
      await startRun(store, { runId: '2611BB', createdAt: NOW });
      const found = async (given: string): Promise<string> => (await store.findRun(given)).runId;
      expect(await found('2611BBBB')).toBe('2611BBBB');
      expect(await found('2611BB')).toBe('2611BB');
      expect(await found('2611A')).toBe('2611AAAA');
      expect(await found('latest')).toBe('2611AAAA');
      const ambiguous = await store.findRun('2611').catch((error: unknown) => error);
      expect(ambiguous).toMatchObject({ code: 'run-not-found' });
      expect(String(ambiguous)).toContain('2611AAAA, 2611BB, 2611BBBB');
      const missing = await store.findRun('27%').catch((error: unknown) => error);
      expect(missing).toMatchObject({ code: 'run-not-found' });
      expect(String(missing)).toContain('2611AAAA, 2611BBBB, 2611BB');
      const listed = await store.listRuns();
      expect(listed.map((run) => run.runId)).toEqual(['2611AAAA', '2611BBBB', '2611BB']);
    });

    it('pages finished tasks by sample and attempt, done and errored ones only', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['b', 'a', 'c'], attempts: 2, evals: 2 });
      const executor = await register(store, runId);
      const tasks = await executor.run(12);
      const [b1, b2, a1, a2, c1, c2, other] = tasks;
      const usage = { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 };
      const timed = completed(c1!, { startedAt: NOW + 5, endedAt: NOW + 45, usage });
      await executor.finish(timed, failed(a2!, { kind: 'errored' }), failed(a1!, { kind: 'cancelled' }));
      await executor.finish(completed(other!), completed(b2!, { unparsed: true, correct: false, score: 0 }));
      await executor.finish(completed(b1!), failed(c2!, { kind: 'retry', readyAt: NOW + 9 }));
      const pages: (readonly AttemptRow[])[] = [];
      let after: number | undefined;
      do {
        const from = after === undefined ? {} : { after };
        pages.push(await store.readAttempts({ runId, evalIndex: 0, limit: 2, ...from }));
        after = pages.at(-1)?.at(-1)?.cursor;
      } while (after !== undefined);
      expect(pages.map(keysOf)).toEqual([['b.1', 'b.2'], ['a.2', 'c.1'], []]);
      const [first, unparsed, errored, last] = pages.flat();
      expect(first).toMatchObject({ result: { correct: true }, score: 1, correct: true, unparsed: false });
      expect(unparsed).toMatchObject({ score: 0, correct: false, unparsed: true });
      expect(errored).toMatchObject({ errorKind: 'server', score: null, correct: null });
      expect(errored).not.toHaveProperty('result');
      expect(last).toMatchObject({ durationMs: 40, promptTokens: 2, completionTokens: 1 });
    });

    it('adds up the tokens of all tries of a task', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: [{ id: 'a', input: 1, group: 'g' }] });
      const executor = await register(store, runId);
      const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
      const [first] = await executor.run(1);
      await executor.finish(failed(first!, { kind: 'retry', readyAt: 0 }, { usage }));
      const [second] = await executor.run(1);
      await executor.finish(completed(second!, { usage }));
      const tokens = { promptTokens: 20, completionTokens: 8 };
      const [attempt] = await store.readAttempts({ runId, evalIndex: 0, limit: 9 });
      expect(attempt).toMatchObject({ ...tokens, group: 'g' });
      expect((await store.findRun(runId)).evals[0]).toMatchObject(tokens);
    });

    it('groups failed tries by kind and by what their messages have in common', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b', 'c', 'd'] });
      const executor = await register(store, runId);
      const [a, b, c, d] = await executor.run(4);
      const error = (message: string): { error: { name: string; message: string; stack: string } } => ({
        error: { name: 'SystemError', message, stack: `at ${message}` },
      });
      const kept = { kind: 'retry', readyAt: NOW + 1 } as const;
      await executor.finish(
        failed(a!, kept, { ...error('waited 30 s'), endedAt: NOW + 1 }),
        failed(b!, { kind: 'errored' }, { ...error('waited 31 s'), endedAt: NOW + 3 }),
        failed(c!, { kind: 'errored' }, { ...error('waited 29 s'), endedAt: NOW + 2 }),
        failed(d!, { kind: 'errored' }, { ...error('waited 30 s'), kind: 'timeout' }),
      );
      const groups = await store.errorGroups(runId);
      expect(groups).toEqual([
        {
          kind: 'server',
          pattern: 'waited * s',
          place: null,
          tries: 3,
          tasks: 2,
          lastAt: NOW + 3,
          example: { task: 'b.1', message: 'waited 31 s', stack: 'at waited 31 s' },
        },
        expect.objectContaining({ kind: 'timeout', tries: 1, tasks: 1 }),
      ]);
      await store.requeue({ runId, states: ['errored'] });
      expect((await store.errorGroups(runId)).map((group) => [group.tries, group.tasks])).toEqual([
        [3, 0],
        [1, 0],
      ]);
    });

    it('names the example of a failed try with its eval when the run has several', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a'], evals: 2 });
      const executor = await register(store, runId);
      const tasks = await executor.run(2);
      const second = tasks.find(({ evalIndex }) => evalIndex === 1);
      await executor.finish(failed(second!, { kind: 'errored' }));
      const [group] = await store.errorGroups(runId);
      expect(group?.example.task).toBe('eval-1/a.1');
      expect((await store.findTask(runId, 'eval-1/a.1'))?.evalIndex).toBe(1);
    });

    it('counts tries that were sent back to the queue apart from those that failed', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b', 'c', 'd'] });
      const executor = await register(store, runId);
      const [a, b, c, d] = await executor.run(4);
      const message = 'its worker thread was ended';
      await executor.release('returned', { taskIds: [a!.taskId, b!.taskId], message });
      await executor.release('returned', { taskIds: [c!.taskId], fate: 'errored', message });
      await executor.finish(failed(d!, { kind: 'errored' }));
      const failures = async (): Promise<unknown> =>
        (await store.errorGroups(runId)).map(({ kind, tries, tasks }) => [kind, tries, tasks]);
      expect(await failures()).toEqual(
        expect.arrayContaining([
          ['killed', 1, 1],
          ['server', 1, 1],
        ]),
      );
      expect(await store.returnedTries(runId)).toEqual([{ reason: message, tries: 2 }]);
      expect(keysOf((await store.snapshot(runId)).lastErrors).toSorted()).toEqual(['c.1', 'd.1']);
      const again = await executor.run(2);
      await executor.finish(...again.map((task) => completed(task)));
      expect(await store.returnedTries(runId)).toEqual([{ reason: message, tries: 2 }]);
      expect(await failures()).toHaveLength(2);
    });

    it('tells apart what failed of the same in two places, and keeps the place with the try', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b', 'c', 'd'] });
      const executor = await register(store, runId);
      const [a, b, c, d] = await executor.run(4);
      const error = (place: string): { error: { name: string; message: string; place: string } } => ({
        error: { name: 'TypeError', message: 'x is undefined', place },
      });
      const ended = { kind: 'errored' } as const;
      await executor.finish(
        failed(a!, ended, { ...error('ask (/e/a.ts:3)'), endedAt: NOW + 1 }),
        failed(b!, ended, { ...error('score (/e/a.ts:9)'), endedAt: NOW + 2 }),
        failed(c!, ended, { ...error('score (/e/a.ts:9)'), endedAt: NOW + 3 }),
        failed(d!, ended, { ...error(`/e/${'long'.repeat(200)}.ts:1`), endedAt: NOW + 3 }),
      );
      const groups = await store.errorGroups(runId);
      expect(groups.map(({ place, tries, example }) => [place?.slice(0, 20), tries, example.task])).toEqual([
        ['score (/e/a.ts:9)', 2, 'c.1'],
        [`/e/${'long'.repeat(200)}`.slice(0, 20), 1, 'd.1'],
        ['ask (/e/a.ts:3)', 1, 'a.1'],
      ]);
      expect(groups[1]?.place).toHaveLength(500);
      expect((await store.findTask(runId, 'a.1'))?.tries[0]?.place).toBe('ask (/e/a.ts:3)');
    });

    it('shows what runs longest, what waits, what failed and what finished last, each 20 at most', async () => {
      await using store = await makeStore();
      const samples = Array.from({ length: 120 }, (_, index) => `s${index}`);
      const runId = await startRun(store, { samples });
      const executor = await register(store, runId);
      const tasks = await executor.claim(110);
      await executor.start(tasks.slice(0, 25).reverse(), NOW - 50);
      await executor.start(tasks.slice(25, 26), NOW - 99);
      const times = tasks.slice(30).map((task, index) => ({ task, at: NOW + index }));
      const done = times.slice(0, 25).map(({ task, at }) => completed(task, { endedAt: at }));
      const retried = times
        .slice(25, 50)
        .map(({ task, at }) => failed(task, { kind: 'retry', readyAt: at + 500 }, { endedAt: at }));
      const errored = times
        .slice(50, 51)
        .map(({ task, at }) => failed(task, { kind: 'errored' }, { endedAt: at }));
      await executor.finish(...done, ...retried, ...errored);
      const shown = await store.snapshot(runId);
      expect(shown.run).toEqual(await store.findRun(runId));
      expect(shown.counts).toEqual({ queued: 68, running: 26, done: 25, errored: 1, cancelled: 0 });
      expect(shown.executors).toEqual(await store.listExecutors(runId));
      const names = (rows: readonly { sampleId: string }[]): string[] => rows.map((row) => row.sampleId);
      const range = (from: number, to: number): string[] => samples.slice(from, to);
      expect(names(shown.longestRunning)).toEqual(['s25', ...range(0, 19)]);
      expect(names(shown.waiting)).toEqual(range(55, 75));
      expect(names(shown.lastErrors)).toEqual(range(61, 81).reverse());
      expect(names(shown.newestResults)).toEqual(['s80', ...range(36, 55).reverse()]);
      expect(shown.lastErrors[1]).toMatchObject({
        state: 'queued',
        try: 1,
        errorKind: 'server',
        message: '503 from the endpoint',
        executorId: 'one',
        readyAt: NOW + 549,
      });
      expect(shown.longestRunning[0]).toMatchObject({ state: 'running', startedAt: NOW - 99, pid: 103 });
    });

    it('finds the slowest tasks', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const executor = await register(store, runId);
      const [a, b, c] = await executor.run(3);
      const after = (ms: number): { endedAt: number } => ({ endedAt: NOW + ms });
      await executor.finish(completed(a!, after(5)), failed(b!, { kind: 'errored' }, after(50)));
      await executor.finish(completed(c!, after(9)));
      expect(keysOf(await store.slowestTasks(runId, 2))).toEqual(['b.1', 'c.1']);
    });

    it('finds a task by sample and attempt, also when the id has dots', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['v1.2', 'v1', "it's; --"], attempts: 2 });
      const found = async (key: string): Promise<string | undefined> => {
        const task = await store.findTask(runId, key);
        return task && keysOf([task])[0];
      };
      expect(await found('v1.2.2')).toBe('v1.2.2');
      expect(await found('v1.2')).toBe('v1.2');
      expect(await found("it's; --.1")).toBe("it's; --.1");
      expect(await found('v1')).toBe('v1.1');
      expect(await found('v1.3')).toBeUndefined();
      expect(await found('v')).toBeUndefined();
    });
  });
}
