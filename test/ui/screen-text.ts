import { expect } from 'vitest';
import { makeExecutor, makeSnapshot, makeTask, NOW } from '../monitor/make-snapshot.ts';
import type { RunSnapshot } from '../../src/store/task-store.ts';
import type { TestScreen } from './terminal.ts';

/** How long the screen may take to show something. */
export const LIMIT: { readonly timeout: number; readonly interval: number } = {
  timeout: 5_000,
  interval: 20,
};
/** Waits until the screen shows it. */
export async function shows({ terminal }: TestScreen, text: string | RegExp): Promise<void> {
  await expect
    .poll(terminal.text, LIMIT)
    .toMatch(typeof text === 'string' ? new RegExp(escaped(text)) : text);
}

/** Waits until the screen shows it no longer. */
export async function hides({ terminal }: TestScreen, text: string): Promise<void> {
  await expect.poll(terminal.text, LIMIT).not.toContain(text);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A run with a stuck task and an executor that keeps a log. */
export const STUCK: RunSnapshot = makeSnapshot({
  executors: [
    makeExecutor({
      logPath: '/logs/executor.log',
      workers: [
        { thread: 1, slots: 4, inFlight: 3, loop: 0.18, cpu: 0.21, restarts: 0 },
        { thread: 3, slots: 4, inFlight: 4, loop: 1, cpu: 0.98, restarts: 1 },
      ],
    }),
    makeExecutor({ pid: 20305 }),
  ],
  stuck: [
    {
      taskId: 1,
      evalIndex: 0,
      sampleId: 'fr',
      attempt: 1,
      try: 2,
      verdict: 'cpu-bound',
      since: NOW - 70_000,
      pid: 20301,
      thread: 3,
      step: 'score',
      reasons: ['its event loop has not turned for 5.0 s', 'in 2.7 s it has not gone on from extract'],
      stack: [
        'RegExp.exec (:0:0)',
        'extract (/evals/scorer.ts:88:21)',
        'async runTry (/opt/node_modules/evaltui/dist/engine/run-try.js:17:38)',
      ],
    },
  ],
  longestRunning: [makeTask()],
});
