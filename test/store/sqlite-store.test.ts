import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openConnection } from '../../src/store/sqlite/connection.ts';
import { createRun } from '../../src/store/sqlite/planning.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { TaskStore } from '../../src/store/task-store.ts';
import { completed, identity, NOW, register, startRun } from './contract/run-fixture.ts';
import { specOf } from './contract/spec.ts';
import { describeTaskStore } from './task-store.contract.ts';
import { useTestFolder, withDb } from './test-folder.ts';

const random = Math.random;
const given = useTestFolder();
const paths = new WeakMap<TaskStore, string>();
let made = 0;

describeTaskStore('SQLite', async (sameAs) => {
  made += 1;
  const file = (sameAs && paths.get(sameAs)) ?? join(given.folder, `contract-${made}.db`);
  const store = await openSqliteStore({ path: file, random });
  paths.set(store, file);
  return store;
});

describe('the SQLite store', () => {
  it('works in memory', async () => {
    await using store = await openSqliteStore({ path: ':memory:', random });
    const runId = await startRun(store);
    expect(await (await register(store, runId)).claim(9)).toHaveLength(3);
  });

  it('leaves not a row of a run that is forgotten', async () => {
    await using store = await openSqliteStore({ path: given.path, random });
    const runId = await startRun(store, { attempts: 2 });
    const executor = await register(store, runId);
    const [task, other] = await executor.run(2);
    await executor.finish(completed(task!));
    const steps = [{ taskId: other!.taskId, try: 1, name: 'score', startedAt: NOW }];
    const stats = { inFlight: 1, limit: 1, cpu: 1, rssBytes: 1, workers: [], steps };
    await store.heartbeat({ executorId: 'one', now: NOW, state: 'running', ...stats });
    await store.addCommand({ runId, kind: 'pause', args: {}, createdBy: 'me', now: NOW });
    const about = { executorId: null, taskId: null, try: null, thread: null };
    await store.addEvidence({ runId, ...about, verdict: 'lost', data: {}, now: NOW });
    const counted = (): readonly (readonly [string, number])[] => {
      const found: [string, number][] = [];
      withDb(given.path, (db) => {
        const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
        for (const table of tables as string[]) {
          found.push([table, db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number]);
        }
      });
      return found;
    };
    expect(counted().filter(([, rows]) => rows === 0)).toEqual([]);
    await store.discardRun(runId);
    expect(counted().filter(([, rows]) => rows > 0)).toEqual([]);
  });

  it('reads the one model that runs of older versions have', async () => {
    await using store = await openSqliteStore({ path: given.path, random });
    const runId = await startRun(store);
    withDb(given.path, (db) => {
      db.prepare(
        `UPDATE run SET spec = json_remove(json_set(spec, '$.model', 'm'), '$.completionFns')`,
      ).run();
    });
    expect((await store.findRun(runId)).spec.completionFns).toEqual(['m']);
  });

  it('reads while another store writes, and refuses to write', async () => {
    await using writing = await openSqliteStore({ path: given.path, random });
    const runId = await startRun(writing);
    await using reading = await openSqliteStore({ path: given.path, readonly: true, random });
    const version = reading.version();
    const executor = await register(writing, runId);
    const [task] = await executor.run(1);
    await executor.finish(completed(task!));
    expect((await reading.snapshot(runId)).counts).toMatchObject({ queued: 2, done: 1 });
    expect(reading.version()).toBeGreaterThan(version);
    const change = reading.setRunState({ runId, state: 'draining' });
    await expect(change).rejects.toMatchObject({ code: 'db-unwritable' });
  });

  it('waits while another process holds the lock, without stopping this one', async () => {
    await using store = await openSqliteStore({ path: given.path, random });
    const runId = await startRun(store);
    const holder = given.start('hold-lock.mjs', given.path);
    await holder.said('held');
    let isDone = false;
    const change = store.setRunState({ runId, state: 'draining' }).then(() => (isDone = true));
    // Reads go on, and so does everything else of this process.
    for (let turn = 0; turn < 20; turn += 1) {
      expect((await store.findRun(runId)).state).toBe('running');
      await new Promise(setImmediate);
    }
    expect(isDone).toBe(false);
    await holder.end();
    await change;
    expect((await store.findRun(runId)).state).toBe('draining');
  });

  it('says that the db stayed locked, once 30 s have passed', async () => {
    await (await openSqliteStore({ path: given.path, random }))[Symbol.asyncDispose]();
    let looks = 0;
    const now = (): number => (looks += 1) * 1_000;
    await using store = await openSqliteStore({ path: given.path, random, now });
    const holder = given.start('hold-lock.mjs', given.path);
    await holder.said('held');
    const run = { runId: 'r', spec: specOf(1), supervisor: identity(1), now: NOW };
    const locked = { code: 'db-locked', message: expect.stringContaining(given.path) as string };
    await expect(store.createRun(run)).rejects.toMatchObject(locked);
    expect(looks).toBeGreaterThanOrEqual(31);
    await holder.end();
    await store.createRun(run);
    expect(await store.listRuns()).toHaveLength(1);
  });

  it('says that the disk is full, keeps nothing of the change, and goes on when there is room', async () => {
    const connection = await openConnection({ path: given.path, readonly: false, random, now: () => 0 });
    connection.pragma('max_page_count = 60');
    const spec = { ...specOf(1), command: 'x'.repeat(200_000) };
    const run = { runId: 'run-1', spec, supervisor: identity(1), now: NOW };
    const full = connection.write(() => createRun(connection, run));
    await expect(full).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining(given.path) as string,
    });
    connection.pragma('max_page_count = 1000');
    await connection.write(() => createRun(connection, run));
    connection.close();
    await using store = await openSqliteStore({ path: given.path, random });
    expect(await store.listRuns()).toHaveLength(1);
  });

  it('loses nothing that was committed when its process is killed', async () => {
    await using store = await openSqliteStore({ path: given.path, random });
    const samples = Array.from({ length: 5_000 }, (_, index) => `s${index}`);
    await startRun(store, { samples });
    const child = given.start('finish-tasks.ts', given.path);
    await child.said('350');
    await child.end('SIGKILL');
    const told = Number(child.output().trim().split('\n').at(-1));
    const { done } = await store.counts('run-1');
    expect(done).toBeGreaterThanOrEqual(told);
    expect(done).toBeLessThan(5_000);
    expect(await store.readAttempts({ runId: 'run-1', evalIndex: 0, limit: 5_000 })).toHaveLength(done);
    const release = { executorId: 'child', runId: 'run-1', now: NOW, message: 'killed', maxDeaths: 3 };
    expect(await store.release({ ...release, cause: 'died' })).toEqual({ requeued: 7, errored: 0 });
    expect(await store.counts('run-1')).toMatchObject({ queued: 5_000 - done, running: 0 });
  });
});
