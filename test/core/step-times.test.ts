import { expect, it } from 'vitest';
import { StepTimes } from '../../src/core/step-times.ts';

const HOUR = 3_600_000;

function learnt(name: string, count: number, ms: (index: number) => number): StepTimes {
  const times = new StepTimes();
  times.add(
    name,
    Array.from({ length: count }, (_, index) => ms(index)),
  );
  return times;
}

it('holds a step to ten times what is usual for its kind', () => {
  const times = learnt('model call (gpt-4, try 1)', 50, () => 3000);
  expect(times.limitOf('model call (gpt-4, try 2)', HOUR)).toEqual({ limitMs: 30_000, usualMs: 3000 });
  expect(times.limitOf('score', HOUR)).toEqual({ limitMs: HOUR });
});

it('learns nothing from a few steps', () => {
  const times = learnt('solve', 49, () => 3000);
  expect(times.limitOf('solve', HOUR)).toEqual({ limitMs: HOUR });
  times.add('solve', [3000]);
  expect(times.limitOf('solve', HOUR)).toEqual({ limitMs: 30_000, usualMs: 3000 });
});

it('gives quick steps ten seconds, and none more than --stuck-after', () => {
  const times = learnt('solve', 100, () => 20);
  expect(times.limitOf('solve', 60_000)).toEqual({ limitMs: 10_000, usualMs: 20 });
  expect(times.limitOf('solve', 10_000)).toEqual({ limitMs: 10_000 });
  expect(times.limitOf('solve', 5000)).toEqual({ limitMs: 5000 });
});

it('forgets what was usual long ago', () => {
  const times = learnt('solve', 100, () => 2000);
  times.add('solve', Array<number>(200).fill(4000));
  expect(times.limitOf('solve', HOUR)).toEqual({ limitMs: 40_000, usualMs: 4000 });
});
