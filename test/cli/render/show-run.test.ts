import { describe, expect, it } from 'vitest';
import { describeShow, renderShow } from '../../../src/cli/render/show-run.ts';
import { errorGroup, evalRow, finishedRun, runRow, taskRow } from './rows.ts';

describe('one run shown', () => {
  const shown = {
    run: finishedRun(),
    isSupervised: false,
    errorGroups: [errorGroup({ tries: 12, tasks: 3 })],
    returned: [{ reason: 'its worker thread was ended', tries: 23 }],
    slowest: [
      taskRow(),
      taskRow({ sampleId: 'de', state: 'errored', errorKind: 'timeout', score: null, try: 4 }),
    ],
  };

  it('has the summary, the groups of errors and the slowest tasks', () => {
    const lines = renderShow(shown, { resumeCommand: 'evaltui resume x', width: 80 });
    expect(lines.slice(lines.indexOf('Failed tries') - 2)).toEqual([
      'Run 261121031400HFYRAQFM completed after 12.3 s',
      '',
      'Failed tries',
      '  timeout: no answer in * s',
      '    12 tries, 3 tasks errored',
      '    fr.1: no answer in 60 s',
      '',
      'Sent back to the queue, which counts as no failure',
      '  23 tries: its worker thread was ended',
      '',
      'Slowest tasks',
      '  TASK  STATE     TIME  TRIES  SCORE  ERROR',
      '  fr.1  done     4.2 s      1  1.000',
      '  de.1  errored  4.2 s      4      –  timeout',
    ]);
  });

  it('says of a run that is not finished and that nobody supervises that it is lost, and what goes on with it', () => {
    const run = runRow({ state: 'running' });
    const options = { resumeCommand: 'evaltui resume x', width: 80 };
    const linesOf = (isSupervised: boolean): readonly string[] =>
      renderShow({ ...shown, run, isSupervised, errorGroups: [], returned: [], slowest: [] }, options);
    expect(linesOf(false).slice(-2)).toEqual([
      'Run 261121031400HFYRAQFM is lost: no process supervises it',
      'Resume: evaltui resume x',
    ]);
    expect(linesOf(true).at(-1)).toBe('Run 261121031400HFYRAQFM is not finished: running');
  });

  it('names the tasks of several evals as a command takes them', () => {
    const evals = [evalRow(), evalRow({ index: 1, name: 'elements' })];
    const run = finishedRun({ evals });
    const slowest = [taskRow({ evalIndex: 1 })];
    const lines = renderShow({ ...shown, run, slowest }, { resumeCommand: 'evaltui resume x', width: 80 });
    expect(lines.slice(-2)).toEqual([
      '  TASK           STATE   TIME  TRIES  SCORE  ERROR',
      '  elements/fr.1  done   4.2 s      1  1.000',
    ]);
  });

  it('has a plain form with the reports and the whole of each error', () => {
    expect(describeShow(shown)).toMatchObject({
      runId: '261121031400HFYRAQFM',
      status: 'completed',
      reports: [{ eval: 'capitals', report: { accuracy: 0.75, n: 200 } }],
      errorGroups: [
        { kind: 'timeout', pattern: 'no answer in * s', tries: 12, tasks: 3, example: { task: 'fr.1' } },
      ],
      returned: [{ reason: 'its worker thread was ended', tries: 23 }],
      slowest: [
        { task: 'fr.1', eval: 'capitals', durationMs: 4_200, tries: 1, score: 1 },
        { task: 'de.1', errorKind: 'timeout', tries: 4 },
      ],
    });
  });
});
