import { expect, it } from 'vitest';
import { renderTask } from '../../../src/cli/render/task-detail.ts';
import type { TaskDetail } from '../../../src/store/task-store.ts';
import { runRow, START, taskRow } from './rows.ts';

const NOW = START + 20_000;

function detail(given: Partial<TaskDetail> = {}): TaskDetail {
  return {
    ...taskRow({ state: 'running', endedAt: null, score: null, thread: 3 }),
    standing: 'running',
    group: null,
    evalName: 'capitals',
    verdict: null,
    tokens: 0,
    input: 'Q',
    expected: null,
    result: null,
    steps: [],
    pastSteps: [],
    tries: [],
    evidence: [],
    events: [],
    ...given,
  };
}

const READ = { name: 'read', startedAt: START, endedAt: START + 40, depth: 1 };
const SOLVE = { name: 'so\u001b[31mlve', startedAt: START, endedAt: START + 1_500, depth: 0 };

const sectionOf = (lines: readonly string[], title: string): readonly string[] => {
  const from = lines.indexOf(title) + 1;
  const to = lines.indexOf('', from);
  return from === 0 ? [] : lines.slice(from, to === -1 ? undefined : to);
};

it('shows what a task does now, what it did before, and why it is held to be stuck', () => {
  const task = detail({
    verdict: 'cpu-bound',
    standing: 'stuck',
    steps: [
      { name: 'score', startedAt: NOW - 9_000 },
      { name: 'compare', startedAt: NOW - 4_000 },
    ],
    progressAt: NOW - 4_000,
    pastSteps: [READ, SOLVE],
    evidence: [
      {
        try: 1,
        executorId: 'executor-1',
        pid: 20_314,
        thread: 3,
        verdict: 'cpu-bound',
        at: NOW - 1_000,
        data: { reasons: ['it has not gone on'], stack: ['loop (/e/a.ts:3:1)'], loop: 1 },
      },
    ],
  });
  const lines = renderTask(task, runRow(), NOW);
  expect(lines[0]).toBe('Task fr.1 · running, held to be stuck: cpu-bound · pid 20314 · thread 3');
  expect(sectionOf(lines, 'Now in')).toEqual([
    '      9 s  score',
    '      4 s    compare',
    '  nothing has happened in it for 4 s',
  ]);
  expect(sectionOf(lines, 'Steps that have ended in this try')).toEqual([
    '    1.5 s  solve',
    '    40 ms    read',
  ]);
  expect(sectionOf(lines, 'Evidence')).toEqual([
    `  cpu-bound · ${new Date(NOW - 1_000).toISOString()} · try 1 · pid 20314 · thread 3`,
    '     it has not gone on',
    '       at loop (/e/a.ts:3:1)',
    '     loop: 1',
  ]);
});

it('shows of a task that waits for another try since when, until when and why, and each try with its steps', () => {
  const task = detail({
    state: 'queued',
    standing: 'retrying',
    pid: null,
    thread: null,
    readyAt: NOW + 4_200,
    errorKind: 'rate-limit',
    message: '429 slow down',
    steps: [{ name: 'retry wait', startedAt: NOW - 2_000 }],
    tries: [
      {
        round: 0,
        try: 1,
        executorId: 'executor-1',
        pid: 20_314,
        thread: 3,
        startedAt: START,
        endedAt: START + 1_500,
        outcome: 'rate-limit',
        message: '429 slow down',
        stack: null,
        place: 'gpt-x',
        steps: [READ, SOLVE],
      },
    ],
  });
  const lines = renderTask(task, runRow(), NOW);
  expect(lines[0]).toBe('Task fr.1 · queued');
  expect(sectionOf(lines, 'Now in')).toEqual([
    '      2 s  retry wait',
    '  tried again in 4.2 s, after rate-limit: 429 slow down',
  ]);
  expect(sectionOf(lines, 'Tries')).toEqual([
    '  1  rate-limit after 1.5 s, from gpt-x: 429 slow down',
    '       1.5 s  solve',
    '       40 ms    read',
  ]);
});

it('calls a try that was sent back to the queue no failure, and one that ended its task killed', () => {
  const ended = {
    round: 0,
    executorId: 'executor-1',
    pid: 20_314,
    thread: 3,
    startedAt: START,
    endedAt: START + 1_500,
    outcome: 'killed',
    message: 'its thread was ended',
    stack: null,
    place: null,
    steps: [],
  } as const;
  const task = detail({
    state: 'cancelled',
    try: 2,
    tries: [1, 2].map((number) => ({ ...ended, try: number })),
  });
  expect(sectionOf(renderTask(task, runRow(), NOW), 'Tries')).toEqual([
    '  1  sent back to the queue after 1.5 s: its thread was ended',
    '  2  killed after 1.5 s: its thread was ended',
  ]);
});
