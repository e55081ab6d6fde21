import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { describeSuspended, renderSuspended } from '../../../src/cli/render/inflight-deep.ts';
import { describeInFlight, renderInFlight } from '../../../src/cli/render/inflight-table.ts';
import type { SuspendedFunctions } from '../../../src/core/inspection.ts';
import type { TaskInFlight } from '../../../src/inspect/tasks-in-flight.ts';
import type { ListedTask } from '../../../src/store/task-store.ts';
import { runRow, START, taskRow } from './rows.ts';

const inFlight = (given: Partial<ListedTask> = {}, runId = '261121031400HFYRAQFM'): TaskInFlight => ({
  run: runRow({ runId }),
  task: {
    ...taskRow({ state: 'running', startedAt: START - 90_000, endedAt: null, score: null }),
    standing: 'running',
    group: null,
    evalName: 'capitals',
    verdict: null,
    tokens: 0,
    step: 'score > model call (gpt-x, try 1)',
    stepStartedAt: START - 12_400,
    progressAt: START - 7_000,
    ...given,
  },
});

const RETRIES: Partial<ListedTask> = {
  sampleId: 'de',
  standing: 'retrying',
  state: 'queued',
  try: 2,
  startedAt: null,
  readyAt: START + 4_200,
  errorKind: 'rate-limit',
  message: '429 slow \u001b[31mdown',
  step: 'retry wait',
  stepStartedAt: START - 3_000,
  progressAt: null,
};

it('lists tasks with their step, their age, and what those that wait are waiting for', () => {
  const tasks = [inFlight({ standing: 'stuck', verdict: 'awaiting' }), inFlight(RETRIES)];
  const lines = renderInFlight(tasks, { now: START, width: Number.POSITIVE_INFINITY });
  expect(lines).toEqual([
    'TASK  STATE            TRY    PID   AGE  IN STEP  IDLE  STEP',
    'fr.1  stuck: awaiting    1  20314  1:30     12 s   7 s  score > model call (gpt-x, try 1)',
    'de.1  retrying           2      –     –      3 s     –  retry wait after rate-limit, 4.2 s left: 429 slow down',
  ]);
});

it('names the run of each task when there are several, and says so when there is none', () => {
  const lines = renderInFlight([inFlight(), inFlight({}, '261121031500AAAAAAAA')], {
    now: START,
    width: Number.POSITIVE_INFINITY,
  });
  expect(lines.map((line) => /2611210315?\d+\w/.exec(line)?.[0] !== undefined)).toEqual([false, true, true]);
  expect(renderInFlight([], { now: START, width: 80 })).toEqual(['No task is in flight.']);
});

it('keeps to the width of the terminal by cutting the step', () => {
  const lines = renderInFlight([inFlight({ step: 'x'.repeat(200) })], { now: START, width: 80 });
  expect(lines.map((line) => stringWidth(line) <= 80)).toEqual([true, true]);
});

it('describes a task with all its steps as plain data', () => {
  const steps = [
    { name: 'score', startedAt: START - 60_000 },
    { name: 'model call', startedAt: START - 12_400 },
  ];
  expect(describeInFlight([{ ...inFlight(), steps }], START)).toMatchObject([
    {
      task: 'fr.1',
      eval: 'capitals',
      state: 'running',
      pid: 20_314,
      ageMs: 90_000,
      idleMs: 7_000,
      steps: [
        { name: 'score', ageMs: 60_000 },
        { name: 'model call', ageMs: 12_400 },
      ],
      retry: null,
    },
  ]);
  expect(describeInFlight([{ ...inFlight(RETRIES), steps: [] }], START)).toMatchObject([
    { state: 'retrying', pid: null, idleMs: null, retry: { inMs: 4_200, cause: 'rate-limit' } },
  ]);
});

const group = (count: number, ...names: readonly string[]): SuspendedFunctions => ({
  threadId: 3,
  count,
  frames: names.map((functionName, index) => ({
    functionName,
    file: '/work/evals/x.eval.ts',
    line: 10 + index,
    column: 5,
    isYours: true,
    isAwaiting: true,
  })),
});

it('lists suspended functions by their number, with those that await them', () => {
  const groups = [group(1, 'planned'), group(1_200, 'callModel', 'evaluate')];
  const executors = [{ pid: 7, groups, unseen: [4] }];
  expect(renderSuspended(executors, { width: Number.POSITIVE_INFINITY, folder: '/work' })).toEqual([
    'Executor 7 · 1,201 suspended async functions',
    '  1,200 ×  callModel  evals/x.eval.ts:10:5 · thread 3  ◀ yours',
    '           ↑ awaited by evaluate  evals/x.eval.ts:11:5  ◀ yours',
    '      1 ×  planned  evals/x.eval.ts:10:5 · thread 3  ◀ yours',
    'Thread 4 does not come back to its event loop: evaltui stack 7 tells where it is.',
  ]);
  expect(describeSuspended(executors)).toMatchObject([
    { pid: 7, threadId: 3, count: 1 },
    { count: 1_200, frames: [{ functionName: 'callModel', line: 10 }, { functionName: 'evaluate' }] },
    { pid: 7, threadId: 4, unseen: true },
  ]);
});
