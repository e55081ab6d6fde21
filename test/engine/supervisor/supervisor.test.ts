import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunSpec } from '../../../src/core/run-spec.ts';
import type { ExecutorPlace, StartExecutor } from '../../../src/engine/supervisor/executor-handle.ts';
import { spawnExecutor } from '../../../src/engine/supervisor/spawned-executor.ts';
import { Supervisor } from '../../../src/engine/supervisor/supervisor.ts';
import { thisProcess } from '../../../src/process/identity.ts';
import { createRecordFile } from '../../../src/recorder/record-file.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { FIXTURES, until } from '../../e2e/run-evaltui.ts';
import { stopWhileItWrites } from '../../e2e/run-facts.ts';
import { useTestFolder } from '../../store/test-folder.ts';
import { SPEC as SMALL } from '../spec.ts';

const RUN_ID = 'run';
const files = useTestFolder();

const SPEC: RunSpec = {
  ...SMALL,
  evals: [
    { file: join(FIXTURES, 'counting.eval.ts'), given: 'counting', params: { count: '200', ms: '10' } },
  ],
};

/** Starts real executors and notes their pids. */
function spawning(pids: number[]): StartExecutor {
  return async (place: ExecutorPlace) => {
    const handle = await spawnExecutor(
      { dbPath: files.path, logFolder: files.folder, createId: randomUUID, createToken: randomUUID },
      place,
    );
    pids.push(handle.pid);
    return handle;
  };
}

async function supervise(options: {
  readonly startExecutor: StartExecutor;
  readonly leaseMs?: number;
  readonly spec?: RunSpec;
}) {
  const { spec = SPEC } = options;
  const store = await openSqliteStore({ path: files.path, random: Math.random });
  await store.createRun({ runId: RUN_ID, spec, supervisor: thisProcess(), now: Date.now() });
  const { append } = createRecordFile({ runId: RUN_ID, createdBy: '' });
  const supervisor = new Supervisor({
    ...options,
    store,
    appendRecord: append,
    runId: RUN_ID,
    spec,
    needsPlan: true,
    startRecord: () => null,
    now: Date.now,
  });
  return { store, supervisor };
}

describe('a supervisor', () => {
  it('replaces an executor that stands still when its lease is over, and the run goes on', async () => {
    const pids: number[] = [];
    const startExecutor = spawning(pids);
    const { store, supervisor } = await supervise({ startExecutor, leaseMs: 2500 });
    await using _store = store;
    const running = supervisor.run();
    await until('tasks are done', async () => (await store.counts(RUN_ID)).done > 20);
    const [stopped = 0] = pids;
    process.kill(stopped, 'SIGSTOP');
    expect(await running).toMatchObject({ status: 'completed', counts: { done: 200, errored: 0 } });
    expect(pids).toHaveLength(3);
    const row = (await store.listExecutors(RUN_ID)).find(({ pid }) => pid === stopped);
    expect(row).toMatchObject({ state: 'ended', signal: 'SIGKILL' });
  });

  it('ends an executor that stands while it keeps the db to itself, and not those that wait for the db', async () => {
    const pids: number[] = [];
    const params = { count: '4000', ms: '1' };
    const file = join(FIXTURES, 'counting.eval.ts');
    const spec = { ...SPEC, evals: [{ file, given: 'counting', params }] };
    // Longer than what is awaited before an executor is told to be lost, which needs the db.
    const { store, supervisor } = await supervise({ startExecutor: spawning(pids), spec, leaseMs: 6500 });
    await using _store = store;
    const running = supervisor.run();
    await until('tasks are done', async () => (await store.counts(RUN_ID)).done > 20);
    const [stopped] = pids;
    await stopWhileItWrites(stopped, files.path);
    expect(await running).toMatchObject({ status: 'completed', counts: { done: 4000, errored: 0 } });
    expect(pids).toHaveLength(3);
    const rows = await store.listExecutors(RUN_ID);
    expect(rows.filter(({ signal }) => signal === 'SIGKILL').map(({ pid }) => pid)).toEqual([stopped]);
  });

  it('tells which executor is lost, with the state of its process, until it is heard of again', async () => {
    const pids: number[] = [];
    const params = { count: '60', ms: '500' };
    const spec = {
      ...SPEC,
      evals: [{ file: join(FIXTURES, 'counting.eval.ts'), given: 'counting', params }],
    };
    const { store, supervisor } = await supervise({ startExecutor: spawning(pids), spec });
    await using _store = store;
    const running = supervisor.run();
    await until('tasks are running', async () => (await store.counts(RUN_ID)).running > 2);
    const [stopped = 0] = pids;
    process.kill(stopped, 'SIGSTOP');
    const stuck = await until('it is lost', async () => {
      const found = (await store.snapshot(RUN_ID)).stuck;
      return found.length > 0 && found;
    });
    expect(new Set(stuck.map(({ verdict, pid }) => `${verdict} ${pid}`))).toEqual(
      new Set([`lost ${stopped}`]),
    );
    if (process.platform === 'linux') expect(stuck[0]?.reasons).toContain('its main thread is stopped');
    process.kill(stopped, 'SIGCONT');
    await until('it is heard of', async () => (await store.snapshot(RUN_ID)).stuck.length === 0);
    expect(await running).toMatchObject({ status: 'completed', counts: { done: 60, errored: 0 } });
    expect(pids).toHaveLength(2);
  });

  it('can be stopped while its executors are still being started', async () => {
    const gate = join(files.folder, 'gate');
    writeFileSync(gate, '');
    const startExecutor = async () => {
      await until('the gate is open', () => !existsSync(gate));
      return Promise.reject(new Error('no executor is needed any more'));
    };
    const { store, supervisor } = await supervise({ startExecutor });
    await using _store = store;
    const running = supervisor.run();
    supervisor.stop('drain');
    await new Promise((resolve) => setImmediate(resolve));
    rmSync(gate);
    await expect(running).rejects.toThrow('no executor is needed any more');
  });
});
