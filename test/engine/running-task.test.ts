import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createRunningTaskCell,
  runningTaskIn,
  tellContinuations,
  tellRunningTask,
  withRunningTask,
} from '../../src/engine/running-task.ts';

const current = new AsyncLocalStorage<number>();
const cell = createRunningTaskCell();
const running = (): number | undefined => runningTaskIn(cell);

describe('a thread that tells whose code it runs', () => {
  let stop: () => void;
  beforeEach(() => {
    stop = tellContinuations(cell, () => current.getStore());
  });
  afterEach(() => stop());

  it('tells a task in each of its continuations, and nobody between them', async () => {
    const seen: (number | undefined)[] = [];
    const task = async (): Promise<void> => {
      seen.push(running());
      for (let turn = 0; turn < 2; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(running());
      }
    };
    const start = (id: number): Promise<void> => tellRunningTask(cell, id, () => current.run(id, task));
    const both = [start(7), start(8)];
    expect(running()).toBeUndefined();
    await Promise.all(both);
    expect(seen).toEqual([7, 8, 7, 8, 7, 8]);
  });

  it('tells nobody in a callback that no promise called, rather than who ran before', async () => {
    const { port1, port2 } = new MessageChannel();
    const inCallback = current.run(7, async () => {
      await Promise.resolve();
      const seen = new Promise((resolve) => setTimeout(() => resolve(running()), 1));
      const heard = new Promise((resolve) => port1.once('message', () => resolve(running())));
      port2.postMessage('');
      return [await seen, await heard];
    });
    expect(await inCallback).toEqual([undefined, undefined]);
    port1.close();
  });

  it('tells nothing any more when it is told to stop', async () => {
    stop();
    expect(await current.run(7, async () => (await Promise.resolve(), running()))).toBeUndefined();
  });
});

it('can be read while the thread is in native code', async () => {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.module).then(({ tellContinuations }) => {
      tellContinuations(workerData.cell, () => 42);
      Promise.resolve().then(() => {
        parentPort.postMessage('now');
        require('node:child_process').execSync('read line <&3', { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
      });
    });`;
  const module = new URL('../../src/engine/running-task.ts', import.meta.url).href;
  const shared = createRunningTaskCell();
  const worker = new Worker(source, { eval: true, workerData: { cell: shared, module } });
  await once(worker, 'message');
  expect(runningTaskIn(shared)).toBe(42);
  await worker.terminate();
});

describe('a stack', () => {
  it('gets the task that the thread tells of where none was seen, unless the thread is idle', () => {
    expect(withRunningTask({ state: 'native', frames: [] }, 7)).toMatchObject({ taskId: 7 });
    expect(withRunningTask({ state: 'in-js', frames: [], taskId: 1 }, 7)).toMatchObject({ taskId: 1 });
    expect(withRunningTask({ state: 'idle', frames: [] }, 7)).not.toHaveProperty('taskId');
    expect(withRunningTask({ state: 'native', frames: [] }, undefined)).not.toHaveProperty('taskId');
  });
});
