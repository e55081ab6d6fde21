import { expect, test } from 'vitest';
import {
  isAnswered,
  type TaskPageQuery,
  type ViewData,
  withAnswer,
} from '../../../src/monitor/state/view-query.ts';
import { makeListedTask } from '../make-view-data.ts';

function query(changes: Partial<TaskPageQuery> = {}): TaskPageQuery {
  return {
    part: 'tasks',
    runId: 'r',
    filter: {},
    sort: 'severity',
    descending: false,
    around: { kind: 'index', index: 0 },
    limit: 40,
    ...changes,
  };
}

function known(offset: number, total: number): ViewData {
  const rows = Array.from({ length: Math.min(40, total - offset) }, (_, index) =>
    makeListedTask({ taskId: offset + index }),
  );
  return withAnswer({}, query(), { part: 'tasks', value: { rows, offset, total } });
}

const at = (index: number): TaskPageQuery => query({ around: { kind: 'index', index } });

test('a page answers while there are rows enough around the place that is looked at', () => {
  const data = known(100, 1_000);
  expect([109, 110, 130, 131].map((index) => isAnswered(at(index), data))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test('at the ends of a list nothing more can be read', () => {
  expect(isAnswered(at(0), known(0, 1_000))).toBe(true);
  expect(isAnswered(at(999), known(960, 1_000))).toBe(true);
  expect(isAnswered(at(0), known(0, 0))).toBe(true);
  expect(isAnswered(at(2), known(0, 3))).toBe(true);
});

test('a task is looked for where it is now, not where it was', () => {
  const data = known(100, 1_000);
  const around = (taskId: number): TaskPageQuery => query({ around: { kind: 'task', taskId, index: 5 } });
  expect(isAnswered(around(120), data)).toBe(true);
  expect(isAnswered(around(800), data)).toBe(false);
});

test('another run, filter or order is another list', () => {
  const data = known(0, 1_000);
  expect(isAnswered(query({ runId: 'other' }), data)).toBe(false);
  expect(isAnswered(query({ sort: 'age' }), data)).toBe(false);
  expect(isAnswered(query({ filter: { text: 'x' } }), data)).toBe(false);
  expect(isAnswered({ part: 'runs' }, data)).toBe(false);
  const task = withAnswer(data, { part: 'task', runId: 'r', taskId: 1 }, { part: 'task', value: undefined });
  expect(isAnswered({ part: 'task', runId: 'r', taskId: 1 }, task)).toBe(true);
  expect(isAnswered({ part: 'task', runId: 'r', taskId: 2 }, task)).toBe(false);
});
