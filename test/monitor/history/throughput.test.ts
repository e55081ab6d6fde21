import { expect, test } from 'vitest';
import {
  EMPTY_HISTORY,
  type ProgressHistory,
  rateCurve,
  remainingMs,
  rememberSnapshot,
  tasksPerSecond,
} from '../../../src/monitor/history/throughput.ts';
import { makeCounts, makeEval, makeRun, makeSnapshot, NOW } from '../make-snapshot.ts';
import type { RunSnapshot } from '../../../src/store/task-store.ts';

function withDone(done: number, queued = 100): RunSnapshot {
  return makeSnapshot({ run: makeRun({ evals: [makeEval({ counts: makeCounts({ done, queued }) })] }) });
}

/** `perTick` tasks finish every 100 ms, for so long. */
function runFor(ms: number, perTick: number, history: ProgressHistory = EMPTY_HISTORY): ProgressHistory {
  let next = history;
  for (let at = 0; at <= ms; at += 100)
    next = rememberSnapshot(next, withDone((at / 100) * perTick), NOW + at);
  return next;
}

test('no rate is told before a second has passed', () => {
  expect(tasksPerSecond(EMPTY_HISTORY, NOW, 10_000)).toBeNull();
  expect(tasksPerSecond(runFor(900, 1), NOW + 900, 10_000)).toBeNull();
  expect(remainingMs(runFor(900, 1), withDone(9), NOW + 900)).toBeNull();
});

test('a steady run has a steady rate over any window', () => {
  const history = runFor(30_000, 1);
  for (const windowMs of [10_000, 60_000]) {
    expect(tasksPerSecond(history, NOW + 30_000, windowMs)).toBeCloseTo(10, 0);
  }
});

test('the rate falls to nothing when nothing happens', () => {
  const history = runFor(5_000, 1);
  expect(tasksPerSecond(history, NOW + 10_000, 10_000)).toBeCloseTo(5, 0);
  expect(tasksPerSecond(history, NOW + 20_000, 10_000)).toBe(0);
});

test('what was finished before the screen was opened is not part of the rate', () => {
  let history = rememberSnapshot(EMPTY_HISTORY, withDone(50_000), NOW);
  history = rememberSnapshot(history, withDone(50_020), NOW + 2_000);
  expect(tasksPerSecond(history, NOW + 2_000, 10_000)).toBe(10);
});

test('errored tasks that are queued again do not make a rate below zero', () => {
  let history = rememberSnapshot(EMPTY_HISTORY, withDone(100), NOW);
  history = rememberSnapshot(history, withDone(80), NOW + 2_000);
  expect(tasksPerSecond(history, NOW + 2_000, 10_000)).toBe(0);
  expect(Math.min(...rateCurve(history, NOW + 4_000, 30))).toBe(0);
});

test('keeps about a point a second, and a minute of them', () => {
  const history = runFor(300_000, 1);
  expect(history.length).toBeGreaterThan(55);
  expect(history.length).toBeLessThan(65);
});

test('the curve shows when it was, as shares of the highest', () => {
  let history = rememberSnapshot(EMPTY_HISTORY, withDone(0), NOW - 60_000);
  history = rememberSnapshot(history, withDone(10), NOW - 35_000);
  history = rememberSnapshot(history, withDone(15), NOW - 5_000);
  expect(rateCurve(history, NOW, 6)).toEqual([0, 0, 1, 0, 0, 0.5]);
});

test('a curve of nothing is flat', () => {
  expect(rateCurve(EMPTY_HISTORY, NOW, 3)).toEqual([0, 0, 0]);
});

test('the time left is what is not finished at the rate of the last minute', () => {
  const history = runFor(10_000, 1);
  expect(remainingMs(history, withDone(100, 50), NOW + 10_000)).toBeCloseTo(5_000, -3);
  expect(remainingMs(history, withDone(100, 0), NOW + 10_000)).toBeNull();
  const paused = { ...withDone(100, 50), run: makeRun({ paused: true }) };
  expect(remainingMs(history, paused, NOW + 10_000)).toBeNull();
});
