import { expect, it } from 'vitest';
import { taskName } from '../../src/core/task-name.ts';

const TASK = { evalIndex: 1, sampleId: 'x', attempt: 2 };
const [FIRST, SECOND] = [
  { index: 0, name: 'a' },
  { index: 1, name: 'b' },
];

it('names a task by its sample and attempt, with the eval before it when the run has several', () => {
  expect(taskName(TASK, [SECOND])).toBe('x.2');
  expect(taskName(TASK, [FIRST, SECOND])).toBe('b/x.2');
});

it('names a task of an eval that is not known by its sample and attempt', () => {
  expect(taskName(TASK, [])).toBe('x.2');
});
