import { describe, expect, it } from 'vitest';
import { isFed, seemsStarved, starvationReasons, type LookSigns } from '../../src/core/starvation.ts';

const late = (...lateMs: readonly number[]): LookSigns[] =>
  lateMs.map((ms) => ({ lateMs: ms, ranMs: 100, waitedMs: 0 }));
const cpu = (count: number, ranMs: number, waitedMs: number): LookSigns[] =>
  Array<LookSigns>(count).fill({ lateMs: 0, ranMs, waitedMs });

describe('a machine', () => {
  it.each([
    ['three looks are late', late(0, 300, 0, 260, 0, 400), true],
    ['one look is very late', late(0, 0, 2500), true],
    ['two looks are late', late(300, 0, 0, 0, 300), false],
    ['looks are a little late again and again', late(90, 90, 90, 90), false],
    ['threads mostly wait for a CPU', cpu(10, 50, 450), true],
    ['threads have half of what they want', cpu(10, 250, 250), false],
    ['threads wait, but hardly at all', cpu(3, 0, 20), false],
  ])('is asked when %s: %s', (_what, looks, expected) => {
    expect(seemsStarved(looks)).toBe(expected);
  });

  it('is fed again only when all of the last ten looks were as they should be', () => {
    expect(isFed(late(...Array<number>(10).fill(3)))).toBe(true);
    expect(isFed(late(...Array<number>(9).fill(3), 150))).toBe(false);
    expect(isFed(late(3, 3))).toBe(false);
    expect(isFed(cpu(10, 200, 300))).toBe(false);
  });

  const calm = { load: 1, cores: 2, pressure: { cpu: 0.01, memory: 0, io: 0 } };

  it('is not starved where nothing is short: the process is late for a reason of its own', () => {
    expect(starvationReasons(late(2600), calm)).toEqual([]);
  });

  it('is starved of what processes wait for', () => {
    const pressed = { ...calm, pressure: { cpu: 0.8, memory: 0.2, io: 0 } };
    expect(starvationReasons(late(0, 2600), pressed)).toEqual([
      "the executor's own timers come up to 2.6 s late",
      'processes wait for cpu 80 % of the time',
      'processes wait for memory 20 % of the time',
    ]);
  });

  it('is starved when more wants to run than there are cores, where that is all that is told', () => {
    expect(starvationReasons(late(2600), { load: 9, cores: 2 }).at(-1)).toBe('load 9.0 on 2 cores');
  });

  it('is starved when the worker threads themselves wait', () => {
    expect(starvationReasons(cpu(10, 50, 450), calm)).toEqual([
      'worker threads wait 90 % of the time in which they could run',
    ]);
  });
});
