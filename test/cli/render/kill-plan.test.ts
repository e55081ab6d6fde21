import { expect, it } from 'vitest';
import { renderKillPlan } from '../../../src/cli/render/kill-plan.ts';
import type { EndTarget } from '../../../src/inspect/end-target.ts';
import { runRow, START, taskRow } from './rows.ts';

const target = {
  kind: 'task',
  run: runRow(),
  task: {
    ...taskRow({ state: 'running', endedAt: null }),
    standing: 'running',
    group: null,
    evalName: 'capitals',
    verdict: null,
    tokens: 0,
  },
} as const satisfies EndTarget;
const now = START + 4_000;

it('says that a task in an executor whose supervisor is gone goes with all of the executor', () => {
  const holder = { inFlight: 16, isStopped: false };
  expect(renderKillPlan(target, { isSupervised: false, holder, now })).toBe(
    'Would end executor 20314, whose supervisor is gone, by SIGTERM, then SIGKILL, with all that it started: ' +
      'task fr.1 is cancelled, 15 other tasks in flight in it go back to the queue.',
  );
});

it('says that an executor that was stopped is ended for its silence, with its other tasks', () => {
  const holder = { inFlight: 2, isStopped: true };
  expect(renderKillPlan(target, { isSupervised: true, holder, fate: 'retry', now })).toBe(
    'Would end executor 20314, which was stopped (SIGSTOP) and hears nothing, when it has been silent for 15 s, ' +
      'with all that it started: task fr.1 goes back to the queue, 1 other task in flight in it goes back to the queue.',
  );
});

it('signals nothing when the executor of a task has ended with its supervisor', () => {
  expect(renderKillPlan(target, { isSupervised: false, now })).toBe(
    'Would signal nothing: the executor of task fr.1 has ended. The task is cancelled.',
  );
});

it('tells the steps by which a task of an executor that listens is ended', () => {
  const holder = { inFlight: 2, isStopped: false };
  expect(renderKillPlan(target, { isSupervised: true, holder, now })).toMatch(
    /^Would stop task fr\.1 in executor 20314, in flight for 4\.0 s; it is cancelled\. It is told to; /,
  );
});

it('does not promise the end of the process where that is the supervisor', () => {
  const holder = { inFlight: 2, isStopped: false };
  const supervisor = { ...target.run.supervisor, pid: target.task.pid ?? 0 };
  const inside = { ...target, run: { ...target.run, supervisor } };
  const how = { isSupervised: true, holder, now };
  expect(renderKillPlan(inside, how)).toContain('it stays until its process ends, which is the supervisor');
  expect(renderKillPlan(target, how)).toContain('the executor is killed when its other threads are through');
});
