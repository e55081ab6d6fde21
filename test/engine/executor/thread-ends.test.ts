import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Deadlines } from '../../../src/engine/executor/deadlines.ts';
import { TaskFlow } from '../../../src/engine/executor/task-flow.ts';
import { ThreadEnds } from '../../../src/engine/executor/thread-ends.ts';
import { WorkerPool } from '../../../src/engine/executor/worker-pool.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { until } from '../../e2e/run-evaltui.ts';
import { register, startRun } from '../../store/contract/run-fixture.ts';
import { SPEC } from '../spec.ts';

/** An eval whose samples are in native code for longer than a thread is given to end, and say when. */
const nativeEval = (began: string): string => `
import { execFileSync } from 'node:child_process';
export default {
  name: 'native',
  tasks: () => [],
  evaluate: () => { execFileSync('sh', ['-c', 'touch ${began}; sleep 4']); return { correct: true }; },
};`;

/** One that cannot give back what it holds, as when the disk is full. */
class FailingFlow extends TaskFlow {
  override async drain(): Promise<void> {
    throw new Error('the disk is full');
  }
}

it('ends the process of a thread in native code also when the db cannot be told of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evaltui-ends-'));
  const file = join(folder, 'native.eval.mjs');
  const began = join(folder, 'began');
  writeFileSync(file, nativeEval(began));
  await using store = await openSqliteStore({ path: ':memory:', random: Math.random });
  const runId = await startRun(store, { samples: ['a'] });
  await register(store, runId, 'one');
  const place = { store, runId, executorId: 'one', now: Date.now };
  const pool = new WorkerPool({
    setup: { runId, spec: { ...SPEC, evals: [{ file, given: file, params: {} }] } },
    threads: 1,
    events: { onEnded: () => {}, onWorkerDied: () => {} },
  });
  const flow = new FailingFlow({
    ...place,
    appendRecord: (position) => position,
    maxRetries: 0,
    slots: 1,
    start: (tasks) => pool.start(tasks),
    freeSlots: () => pool.freeSlots,
    onExchanged: () => {},
    onFailed: (error) => expect.unreachable(String(error)),
    random: Math.random,
  });
  const deadlines = new Deadlines({
    taskTimeoutMs: 60_000,
    now: Date.now,
    inFlight: () => flow.inFlight,
    cancel: () => {},
    endWorkerOf: () => {},
  });
  const unstoppable = Promise.withResolvers<void>();
  const onUnstoppable = unstoppable.resolve;
  const stackOf = (): Promise<undefined> => Promise.resolve(undefined);
  const ends = new ThreadEnds({ ...place, pool, flow, deadlines, stackOf, onUnstoppable });
  try {
    pool.setSlots(1, 1);
    flow.open();
    const thread = await until(
      'its code runs',
      () =>
        existsSync(began) && pool.stats.find((each) => pool.runningTaskOf(each.thread) !== undefined)?.thread,
    );
    expect(await ends.endWorker(thread, 'retry')).toBe(false);
    await unstoppable.promise;
  } finally {
    deadlines.close();
    flow.close();
    await pool.destroy();
    rmSync(folder, { recursive: true });
  }
}, 10_000);
