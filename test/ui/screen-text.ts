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
  executors: [makeExecutor({ logPath: '/logs/executor.log' }), makeExecutor({ pid: 20305 })],
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
      reasons: [],
      stack: ['RegExp.exec <native>', 'extract /evals/scorer.ts:88:21', 'runTry node_modules/x.js:1:2'],
    },
  ],
  longestRunning: [makeTask()],
});
