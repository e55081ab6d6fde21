import { expect, it, vi } from 'vitest';
import { Deadlines } from '../../../src/engine/executor/deadlines.ts';

it('times the next try of a task anew, also when it follows the last one at once', async () => {
  let now = 1000;
  const flights = new Map([[7, { startedAt: now }]]);
  const second = Promise.withResolvers<void>();
  let told = 0;
  const deadlines = new Deadlines({
    taskTimeoutMs: 100,
    now: () => now,
    inFlight: () => flights,
    cancel: (taskId, reason) => {
      expect({ taskId, reason }).toEqual({ taskId: 7, reason: 'timeout' });
      told += 1;
      if (told === 2) return second.resolve();
      // It ends, and its retry is in flight before anything is checked again.
      flights.set(7, { startedAt: now });
      expect(deadlines.toldOf(7)).toBeUndefined();
      now += 200;
    },
    endWorkerOf: () => second.reject(new Error('the retry was ended for its predecessor')),
  });
  now += 200;
  await second.promise.finally(() => deadlines.close());
});

it('does not count the time in which the process did not run', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let now = 0;
  const told: number[] = [];
  const flights = new Map([[7, { startedAt: 0 }]]);
  const deadlines = new Deadlines({
    taskTimeoutMs: 10_000,
    now: () => now,
    inFlight: () => flights,
    cancel: () => told.push(now),
    endWorkerOf: () => {},
  });
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 250) {
      now += 250;
      vi.advanceTimersByTime(250);
    }
  };
  try {
    pass(4000);
    // A closed laptop, for an hour.
    now += 3_600_000;
    pass(5750);
    expect(told).toEqual([]);
    pass(1000);
    expect(told).toHaveLength(1);
  } finally {
    deadlines.close();
    vi.useRealTimers();
  }
});

it('asks again for the end of a thread as long as the try is in flight', () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  const flights = new Map([7, 8].map((taskId) => [taskId, { startedAt: Date.now() }]));
  const ended: number[] = [];
  const deadlines = new Deadlines({
    taskTimeoutMs: 60_000,
    now: Date.now,
    inFlight: () => flights,
    cancel: () => {},
    endWorkerOf: (taskId) => ended.push(taskId),
  });
  try {
    deadlines.cancelAll('aborted');
    vi.advanceTimersByTime(2250);
    expect(ended).toEqual([7, 8]);
    // The first one stopped while its thread was being looked at, so that was not ended.
    flights.delete(7);
    vi.advanceTimersByTime(250);
    expect(ended).toEqual([7, 8, 8]);
    flights.delete(8);
    vi.advanceTimersByTime(1000);
    expect(ended).toHaveLength(3);
  } finally {
    deadlines.close();
    vi.useRealTimers();
  }
});
