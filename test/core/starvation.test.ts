import { describe, expect, it } from 'vitest';
import { isInTime, isLate, starvationReasons } from '../../src/core/starvation.ts';

describe('looks', () => {
  it.each([
    ['three of them late', [0, 300, 0, 260, 0, 400], true],
    ['one of them very late', [0, 0, 2500], true],
    ['two of them late', [300, 0, 0, 0, 300], false],
    ['a little late again and again', [90, 90, 90, 90], false],
  ])('are late with %s: %s', (_what, lateMs, expected) => {
    expect(isLate(lateMs)).toBe(expected);
  });

  it('are in time again only when all of the last ten were', () => {
    expect(isInTime(Array<number>(10).fill(3))).toBe(true);
    expect(isInTime([...Array<number>(9).fill(3), 150])).toBe(false);
    expect(isInTime([3, 3])).toBe(false);
  });
});

describe('a machine', () => {
  const calm = { cpu: 0.01, memory: 0, io: 0 };
  const signs = { lateMs: [0, 2600], load: 1, cores: 2, pressure: calm };

  it('is not starved where nothing is short: the process is late for a reason of its own', () => {
    expect(starvationReasons(signs)).toEqual([]);
  });

  it('is starved of what processes wait for', () => {
    const reasons = starvationReasons({ ...signs, pressure: { ...calm, cpu: 0.8, memory: 0.2 } });
    expect(reasons).toEqual([
      "the executor's own timers come up to 2.6 s late",
      'processes wait for cpu 80 % of the time',
      'processes wait for memory 20 % of the time',
    ]);
  });

  it('is starved when more wants to run than there are cores, where that is all that is told', () => {
    const { pressure: _pressure, ...others } = signs;
    expect(starvationReasons({ ...others, load: 9 }).at(-1)).toBe('load 9.0 on 2 cores');
  });
});
