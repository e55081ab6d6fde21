import { AsyncLocalStorage } from 'node:async_hooks';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createRunningStepBoard,
  runningStepIn,
  RunningStepWriter,
  withRunningTask,
  type BoardStep,
} from '../../src/engine/running-step.ts';
import { currentStep, TrySteps } from '../../src/engine/worker/try-steps.ts';

/** What a board is written and read with. */
const ofWords: {
  store: (words: Uint32Array, index: number, value: number) => number;
  load: (words: Uint32Array, index: number) => number;
} = Atomics;
const current = new AsyncLocalStorage<BoardStep>();
const board = createRunningStepBoard();
const writer = new RunningStepWriter(board);
const running = (): number | undefined => runningStepIn(board)?.taskId;
const tryOf = (taskId: number): BoardStep => ({ owner: { taskId }, number: 0 });

describe('a thread that tells whose code it runs', () => {
  let stop: () => void;
  beforeEach(() => {
    stop = writer.tellContinuations(() => current.getStore() ?? currentStep.getStore());
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
    const start = (id: number): Promise<void> => writer.during(tryOf(id), () => current.run(tryOf(id), task));
    const both = [start(7), start(8)];
    expect(running()).toBeUndefined();
    await Promise.all(both);
    expect(seen).toEqual([7, 8, 7, 8, 7, 8]);
  });

  it('tells nobody in a callback that no promise called, rather than who ran before', async () => {
    const { port1, port2 } = new MessageChannel();
    const inCallback = current.run(tryOf(7), async () => {
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
    expect(await current.run(tryOf(7), async () => (await Promise.resolve(), running()))).toBeUndefined();
  });

  describe('in a step', () => {
    const stepsNow = (): readonly string[] | undefined =>
      runningStepIn(board)?.chain?.map(({ name }) => name);
    const tried = async (work: (steps: TrySteps) => unknown, taskId = 7): Promise<void> => {
      const owner = { taskId, key: 's.1', failStray: () => {} };
      const steps = new TrySteps(owner, 'evaluate', { board: writer });
      await writer.during(steps.root, () => currentStep.run(steps.root, () => work(steps)));
    };

    it('tells which one, from its first line on and after any number of awaits', async () => {
      const seen: unknown[] = [];
      const begun = Date.now();
      await tried(async (steps) => {
        seen.push(stepsNow());
        const solving = steps.run('solve', async () => {
          const calling = steps.run('call é', async () => {
            seen.push(stepsNow());
            await new Promise((resolve) => setTimeout(resolve, 1));
            seen.push(stepsNow());
          });
          seen.push(stepsNow());
          await calling;
          seen.push(stepsNow());
        });
        seen.push(stepsNow());
        await solving;
        seen.push(stepsNow());
        await steps.run('score', () => seen.push(stepsNow()));
        const [score] = (await steps.run('score', () => runningStepIn(board)))?.chain ?? [];
        expect(score?.startedAt).toBeGreaterThanOrEqual(begun);
        expect(score?.startedAt).toBeLessThanOrEqual(Date.now());
      });
      const solve = ['solve'];
      const call = ['solve', 'call é'];
      expect(seen).toEqual([[], call, solve, [], call, solve, [], ['score']]);
    });

    it('says nothing of a step rather than of another when more were begun since than it has room for', async () => {
      await tried(async (steps) => {
        await steps.run('long', async () => {
          for (let count = 0; count < 300; count += 1)
            await tried((others) => others.run('short', () => {}), 8);
          expect(runningStepIn(board)).toEqual({ taskId: 7, chain: undefined });
        });
        await steps.run('next', () => expect(stepsNow()).toEqual(['next']));
      });
    });

    it('cuts names that are too long', async () => {
      await tried((steps) =>
        steps.run('x'.repeat(1000), () => expect(stepsNow()).toEqual(['x'.repeat(116)])),
      );
    });

    it('comes back to what ran before when a step throws at once', async () => {
      await tried(async (steps) => {
        const failing = steps.run('fails', () => {
          throw new Error('no');
        });
        expect(stepsNow()).toEqual([]);
        await expect(failing).rejects.toThrow('no');
      });
    });
  });
});

it('can be read while the thread is in native code', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evaltui-board-'));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.module).then(({ RunningStepWriter }) => {
      const writer = new RunningStepWriter(workerData.board);
      const step = { owner: { taskId: 42 }, number: 0 };
      step.number = writer.begin('hash', 1234.5, { ...step });
      writer.tellContinuations(() => step);
      Promise.resolve().then(() => {
        parentPort.postMessage('now');
        // Until somebody opens its other end.
        require('node:fs').readFileSync(workerData.pipe);
        parentPort.close();
      });
    });`;
  const module = new URL('../../src/engine/running-step.ts', import.meta.url).href;
  const shared = createRunningStepBoard();
  const worker = new Worker(source, { eval: true, workerData: { board: shared, module, pipe } });
  await once(worker, 'message');
  expect(runningStepIn(shared)).toEqual({ taskId: 42, chain: [{ name: 'hash', startedAt: 1234.5 }] });
  const ended = once(worker, 'exit');
  await writeFile(pipe, '');
  await ended;
  rmSync(folder, { recursive: true });
});

it('tells ids of tasks that take all 32 bits', () => {
  const owner = { taskId: 2 ** 31 + 5 };
  const number = writer.begin('solve', 1, { owner, number: 0 });
  writer.during({ owner, number }, () =>
    expect(runningStepIn(board)).toEqual({ ...owner, chain: [{ name: 'solve', startedAt: 1 }] }),
  );
});

it('shows no task in a step that it is not in, at whichever moment it is read', () => {
  const [nobody, first, second] = [tryOf(0), tryOf(7), tryOf(8)];
  const inFirst = { ...first, number: writer.begin('solve', 1, first) };
  const inSecond = { ...second, number: writer.begin('score', 1, second) };
  const shown = (): string => {
    const now = runningStepIn(board);
    const names = now?.chain?.map(({ name }) => name).join() ?? 'not known';
    return now === undefined ? 'nobody' : `${now.taskId}: ${names}`;
  };
  let seen: string[] = [];
  const really = ofWords.store;
  // A reader between any two stores.
  const stored = vi.spyOn(ofWords, 'store').mockImplementation((words, index, value) => {
    const result = really(words, index, value);
    seen.push(shown());
    return result;
  });
  const all = [nobody, first, inFirst, second, inSecond];
  for (const from of all)
    for (const to of all)
      writer.during(from, () => {
        const atFrom = shown();
        seen = [];
        const atTo = writer.during(to, shown);
        const wrong = seen.filter((each) => ![atFrom, atTo].includes(each) && !each.endsWith('not known'));
        expect(wrong, `from ${atFrom} to ${atTo}`).toEqual([]);
      });
  stored.mockRestore();
});

it('shows no task in a step of the one that ran next while it was read', () => {
  const first = tryOf(7);
  writer.during({ ...first, number: writer.begin('solve', 1, first) }, () => {
    const really = ofWords.load;
    // The thread goes on right after the first look at its board.
    const loaded = vi.spyOn(ofWords, 'load').mockImplementationOnce((words, index) => {
      const taskId = really(words, index);
      Atomics.store(words, index + 1, 0);
      Atomics.store(words, index, 8);
      return taskId;
    });
    const seen = runningStepIn(board);
    loaded.mockRestore();
    expect(seen).toEqual({ taskId: 7, chain: undefined });
  });
});

describe('a stack', () => {
  it('gets the task that the thread tells of where none was seen, unless the thread is idle', () => {
    expect(withRunningTask({ state: 'native', frames: [] }, 7)).toMatchObject({ taskId: 7 });
    expect(withRunningTask({ state: 'in-js', frames: [], taskId: 1 }, 7)).toMatchObject({ taskId: 1 });
    expect(withRunningTask({ state: 'idle', frames: [] }, 7)).not.toHaveProperty('taskId');
    expect(withRunningTask({ state: 'native', frames: [] }, undefined)).not.toHaveProperty('taskId');
  });
});
