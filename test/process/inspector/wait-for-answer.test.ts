import { describe, expect, it } from 'vitest';
import { NoAnswer } from '../../../src/process/inspector/inspected-session.ts';
import { isStarved, waitForAnswer } from '../../../src/process/inspector/wait-for-answer.ts';
import type { ThreadFacts } from '../../../src/process/thread-facts.ts';

type Times = readonly [ranMs: number, waitedMs: number];

const looks = (...threads: readonly Times[]): ReadonlyMap<number, ThreadFacts> =>
  new Map(threads.map(([ranMs, waitedMs], id) => [id, { state: 'S', ranMs, waitedMs }]));

const AT_FIRST = looks([5000, 900], [40, 10]);

describe('a process that is silent', () => {
  it('is starved when one of its threads wants to run and hardly can', () => {
    expect(isStarved(AT_FIRST, looks([5050, 1350], [40, 10]), 500)).toBe(true);
    expect(isStarved(AT_FIRST, looks([5000, 900], [40, 300]), 500)).toBe(true);
  });

  it('is not when its threads sleep, or had enough of a CPU, however long they waited', () => {
    expect(isStarved(AT_FIRST, looks([5002, 960], [41, 12]), 500)).toBe(false);
    expect(isStarved(AT_FIRST, looks([5260, 3100], [40, 10]), 2500)).toBe(false);
  });

  it('is not because of a thread that is new', () => {
    expect(isStarved(AT_FIRST, looks([5400, 1000], [40, 10], [1, 400]), 500)).toBe(false);
  });
});

describe('an answer', () => {
  it('is given as it comes, in time', async () => {
    expect(await waitForAnswer(Promise.resolve(3), 'asked', process.pid)).toBe(3);
  });

  it('is waited for a second, and not for ever', async () => {
    const from = performance.now();
    const never = new Promise(() => {});
    await expect(waitForAnswer(never, 'asked', process.pid)).rejects.toThrow(NoAnswer);
    expect(performance.now() - from).toBeGreaterThan(990);
  });
});
