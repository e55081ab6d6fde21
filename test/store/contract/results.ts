import { describe, expect, it } from 'vitest';
import { MAX_JSON_BYTES } from '../../../src/core/json.ts';
import type { MakeStore } from '../task-store.contract.ts';
import { completed, failed, NOW, register, RecordLog, scored, startRun } from './run-fixture.ts';

const SAMPLING = { type: 'sampling', data: { prompt: 'Q', sampled: 'A' }, createdAt: NOW + 5 };
const MATCH = { type: 'match', data: { correct: false }, createdAt: NOW + 6 };

export function describeResults(makeStore: MakeStore): void {
  describe('results', () => {
    it('keeps a result with its try, its events and its tokens', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: [{ id: 'a', input: [1], expected: 2, group: 'g' }] });
      const executor = await register(store, runId);
      const [task] = await executor.run(1);
      const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
      await executor.finish(completed(task!, { usage, events: [SAMPLING, MATCH], unparsed: true }));
      expect(await store.findTask(runId, 'a.1')).toMatchObject({
        state: 'done',
        input: [1],
        expected: 2,
        group: 'g',
        result: { correct: true },
        score: 1,
        errorKind: null,
        tries: [{ try: 1, executorId: 'one', outcome: 'completed', message: null, endedAt: NOW + 10 }],
        events: [
          { ...SAMPLING, try: 1 },
          { ...MATCH, try: 1 },
        ],
      });
      const expected = { promptTokens: 12, completionTokens: 3, correct: 1, unparsed: 1, scored: 1 };
      expect((await store.findRun(runId)).evals[0]).toMatchObject(expected);
    });

    it('keeps each failed try with its cause', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a'] });
      const executor = await register(store, runId);
      const [first] = await executor.run(1);
      await executor.finish(failed(first!, { kind: 'retry', readyAt: NOW + 1 }));
      expect(await store.findTask(runId, 'a.1')).toMatchObject({
        state: 'queued',
        try: 2,
        readyAt: NOW + 1,
        executorId: null,
        message: '503 from the endpoint',
        errorKind: 'server',
        // Until its next try it waits.
        step: 'retry wait',
        stepStartedAt: NOW + 10,
        steps: [{ name: 'retry wait', startedAt: NOW + 10 }],
      });
      const [second] = await executor.run(1, NOW + 1);
      const error = { name: 'RequestError', message: '401 from the endpoint' };
      await executor.finish(failed(second!, { kind: 'errored' }, { kind: 'request', error }));
      const task = await store.findTask(runId, 'a.1');
      expect(task).toMatchObject({
        state: 'errored',
        errorKind: 'request',
        message: error.message,
        result: null,
      });
      expect(task?.tries.map((each) => [each.try, each.outcome, each.message])).toEqual([
        [1, 'server', '503 from the endpoint'],
        [2, 'request', '401 from the endpoint'],
      ]);
      expect(await store.counts(runId)).toEqual({ queued: 0, running: 0, done: 0, errored: 1, cancelled: 0 });
    });

    it('records all events of a completed try; of a failed one what was sampled, and the error', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b'], isRecorded: true });
      const executor = await register(store, runId);
      const [a, b] = await executor.run(2);
      const retried = failed(b!, { kind: 'retry', readyAt: 0 }, { events: [SAMPLING, MATCH] });
      await executor.finish(completed(a!, { events: [SAMPLING, MATCH] }), retried);
      expect(executor.record.events).toEqual([
        'sampling a.1/1',
        'match a.1/1',
        'sampling b.1/1',
        'error b.1/1',
      ]);
      expect(executor.record.appends).toHaveLength(1);
      const error = {
        type: 'SystemError',
        message: '503 from the endpoint',
        kind: 'server',
        will_retry: true,
      };
      expect(executor.record.appends[0]?.entries).toMatchObject({ events: [{}, {}, {}, { data: error }] });
      const kept = await store.findTask(runId, 'b.1');
      expect(kept?.events.map((event) => event.type)).toEqual(['sampling', 'match', 'error']);
    });

    it('goes on in each record where the last append ended', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b'], evals: 2, isRecorded: true });
      const executor = await register(store, runId);
      const tasks = await executor.run(4);
      await executor.finish(...tasks.slice(0, 3).map((task) => completed(task)));
      await executor.finish(completed(tasks[3]!));
      expect(executor.record.appends.map((each) => each.position)).toEqual([
        { path: '/records/0.jsonl', bytes: 50, nextEventId: 0 },
        { path: '/records/1.jsonl', bytes: 50, nextEventId: 0 },
        { path: '/records/1.jsonl', bytes: 150, nextEventId: 1 },
      ]);
      expect(await store.recordPositions(runId)).toEqual([
        { evalIndex: 0, path: '/records/0.jsonl', bytes: 150, nextEventId: 2 },
        { evalIndex: 1, path: '/records/1.jsonl', bytes: 250, nextEventId: 2 },
      ]);
    });

    it('has no position for an eval that keeps no record', async () => {
      await using store = await makeStore();
      expect(await store.recordPositions(await startRun(store, { samples: ['a'] }))).toEqual([]);
    });

    it('keeps nothing of an exchange whose record cannot be written, and passes the error on', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b'], isRecorded: true });
      const executor = await register(store, runId);
      const [task] = await executor.run(1);
      const before = await store.snapshot(runId);
      const full = Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' });
      const exchange = executor.exchange({ finished: [completed(task!)], claim: 1 }, () => {
        throw full;
      });
      await expect(exchange).rejects.toBe(full);
      expect(await store.snapshot(runId)).toEqual(before);
      expect((await store.findTask(runId, 'a.1'))?.tries).toEqual([]);
      expect((await executor.finish(completed(task!))).counts.done).toBe(1);
      expect(executor.record.appends[0]?.position).toMatchObject({ bytes: 50, nextEventId: 0 });
    });

    it('keeps the sums over samples exact while attempts come in', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a', 'b'], attempts: 3 });
      const executor = await register(store, runId);
      const [a1, a2, a3, b1] = await executor.run(6);
      const sums = async (): Promise<unknown[]> => {
        const row = (await store.findRun(runId)).evals[0]!;
        return [row.scored, row.scoredSamples, row.meanSum, row.meanSquareSum, row.isBinary];
      };
      await executor.finish(scored(a1!, 1));
      expect(await sums()).toEqual([1, 1, 1, 1, true]);
      await executor.finish(scored(a2!, 0), scored(b1!, 1));
      expect(await sums()).toEqual([3, 2, 1.5, 1.25, true]);
      await executor.finish(scored(a3!, 0.25));
      const mean = 1.25 / 3;
      const [count, samples, sum, squares, isBinary] = await sums();
      expect([count, samples, isBinary]).toEqual([4, 2, false]);
      expect(sum).toBeCloseTo(1 + mean, 12);
      expect(squares).toBeCloseTo(1 + mean * mean, 12);
    });

    it('counts what has no score apart from what has one', async () => {
      await using store = await makeStore();
      const runId = await startRun(store);
      const executor = await register(store, runId);
      const [a, b, c] = await executor.run(3);
      const unscored = completed(b!, { score: null, correct: null });
      await executor.finish(scored(a!, 0), unscored, failed(c!, { kind: 'cancelled' }, { kind: 'killed' }));
      const expected = { scored: 1, scoredSamples: 1, meanSum: 0, correct: 0 };
      expect((await store.findRun(runId)).evals[0]).toMatchObject(expected);
      expect(await store.counts(runId)).toMatchObject({ done: 2, cancelled: 1 });
    });

    it('gives JSON back as it was, whatever is in its strings', async () => {
      await using store = await makeStore();
      const input = { text: 'naïve 😀 \u0000 \u2028', half: '\ud800', deep: [null, -0.5, 1e300, { '': [] }] };
      const runId = await startRun(store, { samples: [{ id: 'ünï/…', input, expected: '\udfff' }] });
      const executor = await register(store, runId);
      const [task] = await executor.run(1);
      expect(task).toMatchObject({ sampleId: 'ünï/…', input, expected: '\udfff' });
      const events = [{ type: 'own', data: { input }, createdAt: NOW }];
      await executor.finish(completed(task!, { outcome: { kind: 'completed', result: input }, events }));
      expect(await store.findTask(runId, 'ünï/….1')).toMatchObject({
        result: input,
        events: [{ data: { input } }],
      });
    });

    it('survives half a surrogate pair in an id, a group and a message', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: [{ id: 'x\ud800', input: 1, group: '\udc00g' }] });
      const executor = await register(store, runId);
      const [task] = await executor.run(1);
      expect(task).toMatchObject({ sampleId: 'x\ufffd', group: '\ufffdg' });
      const error = { name: 'Error', message: 'bad \ud800 text' };
      await executor.finish(failed(task!, { kind: 'errored' }, { error }));
      expect(await store.findTask(runId, 'x\ud800.1')).toMatchObject({ message: 'bad \ufffd text' });
    });

    it('keeps a result as large as one may be', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { samples: ['a'] });
      const executor = await register(store, runId);
      const [task] = await executor.run(1);
      const result = 'é'.repeat((MAX_JSON_BYTES - 2) / 2);
      await executor.finish(completed(task!, { outcome: { kind: 'completed', result } }));
      const [attempt] = await store.readAttempts({ runId, evalIndex: 0, limit: 1 });
      expect(attempt?.result === result).toBe(true);
    });

    it('writes the final report into the record, but not that of an interrupted run', async () => {
      await using store = await makeStore();
      const runId = await startRun(store, { isRecorded: true });
      const record = new RecordLog();
      const reports = [{ evalIndex: 0, report: { accuracy: 0.5 } }];
      const finish = { runId, now: NOW + 50, reports };
      await store.finishRun(
        { ...finish, status: 'cancelled', final: false, error: 'stopped' },
        record.append,
      );
      expect(record.events).toEqual([]);
      const interrupted = await store.findRun(runId);
      expect(interrupted).toMatchObject({ state: 'finished', status: 'cancelled', error: 'stopped' });
      expect(interrupted.evals[0]?.report).toEqual({ accuracy: 0.5 });
      const isAlive = (): boolean => false;
      await store.adoptRun({ runId, supervisor: interrupted.supervisor, isAlive, now: NOW + 60 });
      await store.finishRun({ ...finish, status: 'completed', final: true }, record.append);
      expect(record.events).toEqual(['final-report']);
      expect(await store.findRun(runId)).toMatchObject({
        status: 'completed',
        finishedAt: NOW + 50,
        error: null,
      });
      const again = store.finishRun({ ...finish, status: 'completed', final: true }, record.append);
      await expect(again).rejects.toMatchObject({ code: 'run-finished' });
      expect(record.events).toEqual(['final-report']);
    });
  });
}
