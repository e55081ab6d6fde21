import { describe, expect, it } from 'vitest';
import { blameTasks } from '../../../src/engine/executor/blame.ts';

const timeout = (taskId: number, at = 1000) => ({ taskId, told: { at, reason: 'timeout' } as const });
const aborted = (taskId: number, at = 1000) => ({ taskId, told: { at, reason: 'aborted' } as const });

describe('blameTasks', () => {
  it('blames what did not stop although its thread turned since it was told', () => {
    expect(blameTasks([timeout(1), { taskId: 2 }], 1500, undefined)).toEqual({ blamed: [1], unclear: [] });
  });

  it('blames the task in whose code the thread stands, and none of its neighbours', () => {
    const tasks = [timeout(1), timeout(2), timeout(3), { taskId: 4 }];
    expect(blameTasks(tasks, 500, { taskId: 2 })).toEqual({ blamed: [2], unclear: [] });
  });

  it('blames nobody for a thread that stands in a task that still had time', () => {
    expect(blameTasks([timeout(1), { taskId: 2 }], 500, { taskId: 2 })).toEqual({ blamed: [], unclear: [] });
  });

  it('leaves open which of several it was when that cannot be seen', () => {
    expect(blameTasks([timeout(1), timeout(2)], 500, {})).toEqual({ blamed: [], unclear: [1, 2] });
  });

  it('takes the only one whose time is over', () => {
    expect(blameTasks([timeout(1), { taskId: 2 }], 500, {})).toEqual({ blamed: [1], unclear: [] });
  });

  it('stops what somebody asked to be stopped, whoever holds the thread', () => {
    const tasks = [timeout(1), aborted(2), aborted(3)];
    expect(blameTasks(tasks, 500, { taskId: 1 })).toEqual({ blamed: [1, 2, 3], unclear: [] });
    expect(blameTasks(tasks, 500, {})).toEqual({ blamed: [1, 2, 3], unclear: [] });
  });
});
