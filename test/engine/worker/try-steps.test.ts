import { describe, expect, it } from 'vitest';
import { currentStep, StepTally, TrySteps } from '../../../src/engine/worker/try-steps.ts';

const OWNER = { taskId: 1, key: 's.1', failStray: () => {} };

function stepsOf(tally?: StepTally): TrySteps {
  return new TrySteps(OWNER, 'evaluate', { tally });
}

const namesOf = (steps: TrySteps): readonly string[] => steps.chain().map(({ name }) => name);

const KEY = 'sk-proj-0123456789abcdef';
process.env['STEP_TEST_TOKEN'] = KEY;

describe('the steps of a try', () => {
  it('are named without the values of variables that are named like keys', async () => {
    const steps = stepsOf();
    const name = `ask with ${KEY}`;
    for (const times of [1, 2]) {
      const failing = steps.run(name, () => {
        expect(namesOf(steps)).toEqual(['ask with [STEP_TEST_TOKEN]']);
        throw new Error('no');
      });
      const error: unknown = await failing.catch((thrown: unknown) => thrown);
      expect(steps.failedIn(error)).toBe('ask with [STEP_TEST_TOKEN]');
      expect(steps.past.map((step) => step.name)).toEqual(Array(times).fill('ask with [STEP_TEST_TOKEN]'));
    }
  });

  it('are the try itself while no other is open', async () => {
    const steps = stepsOf();
    expect(steps.chain()).toEqual([{ name: 'evaluate', startedAt: steps.root.startedAt }]);
    await steps.run('score', () => expect(namesOf(steps)).toEqual(['score']));
    expect(namesOf(steps)).toEqual(['evaluate']);
  });

  it('are nested as they were begun, however they overlap', async () => {
    const steps = stepsOf();
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const solving = steps.run('solve', () =>
      Promise.all([steps.run('call a', () => first.promise), steps.run('call b', () => second.promise)]),
    );
    // Of two at a time the one that has gone on for longest.
    expect(namesOf(steps)).toEqual(['solve', 'call a']);
    first.resolve();
    await first.promise;
    await expect.poll(() => namesOf(steps)).toEqual(['solve', 'call b']);
    second.resolve();
    await solving;
    expect(steps.past.map(({ name, depth }) => [name, depth])).toEqual([
      ['call a', 1],
      ['call b', 1],
      ['solve', 0],
    ]);
  });

  it('know what they are part of after any number of awaits', async () => {
    const steps = stepsOf();
    await steps.run('solve', async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await steps.run('call', async () => {
        await Promise.resolve();
        expect(namesOf(steps)).toEqual(['solve', 'call']);
      });
    });
  });

  it('go on in what was not awaited, without what it was begun in', async () => {
    const steps = stepsOf();
    const late = Promise.withResolvers<void>();
    let floating: Promise<void> | undefined;
    await steps.run('solve', () => {
      floating = steps.run('left behind', () => late.promise);
    });
    expect(namesOf(steps)).toEqual(['left behind']);
    late.resolve();
    await floating;
    expect(namesOf(steps)).toEqual(['evaluate']);
  });

  it('end with an error too, thrown at once or later', async () => {
    const steps = stepsOf();
    const fail = (): never => {
      throw new Error('no');
    };
    await expect(steps.run('at once', fail)).rejects.toThrow('no');
    await expect(steps.run('later', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(namesOf(steps)).toEqual(['evaluate']);
    expect(steps.past).toHaveLength(2);
  });

  it('know the innermost one that an error ended', async () => {
    const steps = stepsOf();
    const error = new Error('no');
    const fail = (): Promise<void> => steps.run('call', () => Promise.reject(error));
    await expect(steps.run('solve', fail)).rejects.toBe(error);
    expect(steps.failedIn(error)).toBe('call');
    expect(steps.failedIn(new Error('another'))).toBeUndefined();
  });

  it('do not take the step of another try for what they are part of', async () => {
    const other = new TrySteps({ ...OWNER, taskId: 2 }, 'evaluate');
    const steps = stepsOf();
    await currentStep.run(other.root, () =>
      steps.run('mine', () => expect(currentStep.getStore()?.parent).toBe(steps.root)),
    );
  });

  it('remember the newest that ended, and tell how long all took', async () => {
    const tally = new StepTally();
    const steps = stepsOf(tally);
    for (let number = 0; number < 60; number += 1) await steps.run(`part ${number % 2}`, () => {});
    expect(steps.past).toHaveLength(50);
    expect(steps.progressAt).toBe(steps.past.at(-1)?.endedAt);
    const told = tally.take();
    expect(told.map(({ name }) => name)).toEqual(['part 0', 'part 1']);
    expect(told[0]?.times.every((ms) => ms >= 0 && ms < 1000)).toBe(true);
    expect(tally.take()).toEqual([]);
  });
});
