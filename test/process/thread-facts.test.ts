import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { machineLoad } from '../../src/process/machine-load.ts';
import { ownThreadId, threadFacts } from '../../src/process/thread-facts.ts';
import { until } from '../e2e/run-evaltui.ts';

const isLinux = process.platform === 'linux';
const MODULE = new URL('../../src/process/thread-facts.ts', import.meta.url).href;

/** A thread that tells its id and then does what it is to do. */
async function threadThat(does: string): Promise<{ readonly id: number } & AsyncDisposable> {
  const code = `import(${JSON.stringify(MODULE)}).then(({ ownThreadId }) => {
    require('node:worker_threads').parentPort.postMessage(ownThreadId());
    ${does}
  });`;
  const worker = new Worker(code, { eval: true });
  const id = await new Promise<number>((resolve) => worker.once('message', resolve));
  return { id, [Symbol.asyncDispose]: async () => void (await worker.terminate()) };
}

it.runIf(isLinux)('tells of a thread that spins how long it ran', async () => {
  await using thread = await threadThat('for (;;);');
  expect(thread.id).not.toBe(process.pid);
  await until('it ran', () => (threadFacts(process.pid, thread.id)?.ranMs ?? 0) > 100);
  const first = threadFacts(process.pid, thread.id);
  await until(
    'it runs on',
    () => (threadFacts(process.pid, thread.id)?.ranMs ?? 0) > (first?.ranMs ?? 0) + 50,
  );
  expect(first?.state).toBe('R');
});

it.runIf(isLinux)('tells of a thread that waits that it sleeps', async () => {
  await using thread = await threadThat('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);');
  await until('it sleeps', () => threadFacts(process.pid, thread.id)?.state === 'S');
  const first = threadFacts(process.pid, thread.id);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const second = threadFacts(process.pid, thread.id);
  const usedMs =
    (second?.ranMs ?? NaN) + (second?.waitedMs ?? NaN) - (first?.ranMs ?? NaN) - (first?.waitedMs ?? NaN);
  expect(usedMs).toBeLessThan(20);
});

it('knows nothing of a thread that is gone', async () => {
  const thread = await threadThat('setTimeout(() => {}, 60_000);');
  await thread[Symbol.asyncDispose]();
  expect(threadFacts(process.pid, thread.id)).toBeUndefined();
});

it.runIf(isLinux)('knows the main thread by the id of the process', () => {
  expect(threadFacts(process.pid, process.pid)?.ranMs).toBeGreaterThan(0);
  expect(ownThreadId()).toBeGreaterThan(0);
});

it('tells how much is asked of the machine', () => {
  const { load, cores, pressure } = machineLoad();
  expect(load).toBeGreaterThanOrEqual(0);
  expect(cores).toBeGreaterThanOrEqual(1);
  for (const share of Object.values(pressure ?? {})) {
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThanOrEqual(1);
  }
});
