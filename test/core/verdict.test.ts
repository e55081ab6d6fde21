import { describe, expect, it } from 'vitest';
import { loopStands, verdictOfStanding, watchPace } from '../../src/core/verdict.ts';

const BUSY = [1, 1];

describe('a worker stands', () => {
  it.each([
    ['busy over two looks and silent for too long', BUSY, 2500, true],
    ['busy, and still telling', BUSY, 600, false],
    ['silent, with an idle loop', [1, 0.4], 9000, false],
    ['seen only once', [1], 9000, false],
  ])('when %s: %s', (_how, loopUse, silentMs, stands) => {
    expect(loopStands({ loopUse, silentMs, allowedMs: 2000 })).toBe(stands);
  });
});

describe('a thread that was seen twice in the same place', () => {
  const between = (ranMs: number, waitedMs: number, looked = { wallMs: 0, cpuMs: 0 }) => ({
    wallMs: 1000,
    ranMs,
    waitedMs,
    looked,
  });

  it.each([
    ['cpu-bound when it ran', 'in-js', between(990, 5), 'cpu-bound'],
    ['cpu-bound when it had the most of a CPU', 'in-js', between(600, 400), 'cpu-bound'],
    ['not judged when others had the CPU', 'in-js', between(300, 700), undefined],
    ['blocked when it slept', 'in-js', between(0, 0.2), 'blocked'],
    [
      'blocked when only the looks at it woke it',
      'in-js',
      between(60, 90, { wallMs: 200, cpuMs: 150 }),
      'blocked',
    ],
    ['native when no stack could be had, busy', 'native', between(980, 0), 'native'],
    ['native when no stack could be had, asleep', 'native', between(0, 0), 'native'],
    ['not judged when it got no CPU to answer with', 'native', between(10, 990), undefined],
    ['cpu-bound where the system does not tell', 'in-js', undefined, 'cpu-bound'],
  ] as const)('is %s', (_what, state, cpu, verdict) => {
    expect(verdictOfStanding(state, cpu, 1000)).toBe(verdict);
  });
});

describe('the pace of the watch', () => {
  it('is the same from --stuck-after 5s on', () => {
    expect(watchPace(60_000)).toEqual(watchPace(5000));
  });

  it.each([60_000, 5000, 2000, 1000])('notices a loop in time with --stuck-after %s ms', (stuckAfterMs) => {
    const { lookEveryMs, silentMs, stacksApartMs } = watchPace(stuckAfterMs);
    // A sign of life just before the loop, and looks just before each limit.
    const latestMs = silentMs + lookEveryMs + stacksApartMs + lookEveryMs;
    expect(latestMs).toBeLessThanOrEqual(Math.min(3500, Math.max(1000, stuckAfterMs)));
  });

  it('gets no closer than for 1s', () => {
    expect(watchPace(1)).toEqual(watchPace(1000));
  });
});
