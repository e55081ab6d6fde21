import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { describeRuns, renderRunsTable } from '../../../src/cli/render/runs-table.ts';
import { counts, evalRow, runRow, START } from './rows.ts';

const finished = runRow({
  state: 'finished',
  status: 'completed',
  finishedAt: START + 61_000,
  evals: [
    evalRow({
      counts: counts({ done: 200 }),
      scored: 200,
      scoredSamples: 200,
      correct: 150,
      meanSum: 150,
      meanSquareSum: 150,
    }),
  ],
});

describe('the table of runs', () => {
  it('shows status, progress, score and times in 80 columns', () => {
    const running = runRow({ runId: '261121031500AAAAAAAA', evals: [evalRow({ name: 'a'.repeat(60) })] });
    const lines = renderRunsTable(
      [
        { run: finished, isSupervised: false },
        { run: running, isSupervised: true },
        { run: running, isSupervised: false },
        { run: { ...running, paused: true }, isSupervised: true },
      ],
      { now: START + 5_000, width: 80 },
    );
    expect(lines.slice(0, 2)).toEqual([
      'RUN             STATUS     EVALS            DONE  SCORE  STARTED            TOOK',
      '261121031400HF  completed  capitals      200/200  0.750  2026-11-21 03:14   1:01',
    ]);
    expect(lines.map((line) => line.slice(16, 25).trim())).toEqual([
      'STATUS',
      'completed',
      'running',
      'lost',
      'paused',
    ]);
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
    expect(lines[2]).toMatch(/5\.0 s$/);
  });

  it('says when there is none', () => {
    expect(renderRunsTable([], { now: START, width: 80 })).toEqual(['No run yet.']);
  });

  it('has a plain form with whole ids, ISO times and the score unrounded', () => {
    const evals = [evalRow({ scored: 3, scoredSamples: 3, correct: 1, meanSum: 1, meanSquareSum: 1 })];
    expect(describeRuns([{ run: runRow({ evals }), isSupervised: true }])).toEqual([
      {
        runId: '261121031400HFYRAQFM',
        status: 'running',
        evals: [
          {
            name: 'capitals',
            tasks: 200,
            counts: { queued: 200, running: 0, done: 0, errored: 0, cancelled: 0 },
            score: 1 / 3,
            recordPath: '.evaltui/records/capitals.jsonl',
          },
        ],
        completionFns: ['mock:accuracy=0.8'],
        createdAt: new Date(START).toISOString(),
        startedAt: new Date(START).toISOString(),
        finishedAt: null,
        error: null,
      },
    ]);
  });
});
