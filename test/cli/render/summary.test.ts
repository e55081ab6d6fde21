import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { renderSummary } from '../../../src/cli/render/summary.ts';
import { createSummary } from '../../../src/core/summary.ts';
import { finalReport } from '../../../src/core/final-report.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { counts, evalRow, runRow, START } from './rows.ts';

const RESUME = 'evaltui resume 261121031400HFYRAQFM';

/** The default report of 40 samples in two groups: two of three attempts right, one task timed out. */
function defaultReport(attempts: number): JsonObject {
  const summary = createSummary();
  for (let sample = 0; sample < 40; sample += 1) {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const isErrored = sample === 7 && attempt === 1;
      const isRight = (sample + attempt) % 3 !== 0;
      const base = { sampleId: `s${sample}`, attempt, group: sample < 20 ? 'europe' : 'asia' };
      const tokens = { promptTokens: 30, completionTokens: 1_000, durationMs: 50 + sample };
      summary.add(
        isErrored
          ? { ...base, ...tokens, score: null, unparsed: false, errorKind: 'timeout' }
          : { ...base, ...tokens, score: isRight ? 1 : 0, unparsed: sample === 3 },
      );
    }
  }
  return summary.finish({ attempts, startedAt: START, finishedAt: START + 12_300 });
}

function summaryOf(report: JsonObject | null, given: Parameters<typeof runRow>[0] = {}): readonly string[] {
  const row = evalRow({ report, tasks: 40, counts: counts({ done: 39, errored: 1 }), retries: 3 });
  const run = runRow({
    state: 'finished',
    status: 'completed',
    finishedAt: START + 12_300,
    evals: [row],
    ...given,
  });
  return renderSummary({ run, resumeCommand: RESUME, width: 80 });
}

describe('the summary of a run', () => {
  it('lays the default report out, with the errored and the unparsed apart', () => {
    expect(summaryOf(defaultReport(1))).toEqual([
      'capitals  39 of 40 tasks done, 1 errored  model mock:accuracy=0.8',
      '  accuracy   0.667   95 % interval 0.510 – 0.794   stderr 0.076   n 39',
      '  unparsed   1',
      '  errored    1: 1 timeout',
      '             s7.1',
      '  groups     GROUP   ACCURACY  95 % INTERVAL  STDERR   N',
      '             europe     0.684  0.460 – 0.846   0.110  19',
      '             asia       0.650  0.433 – 0.819   0.109  20',
      '  tokens     41,200: 1,200 prompt, 40,000 completion',
      '  latency    p50 70 ms  p90 85 ms  p95 87 ms  p99 88 ms  max 89 ms  mean 69 ms',
      '  time       12.3 s, 3.3 tasks/s',
      '  retries    3',
      '  record     .evaltui/records/capitals.jsonl',
      '',
      'Run 261121031400HFYRAQFM completed after 12.3 s',
    ]);
  });

  it('shows pass@k and its left out samples when there are several attempts', () => {
    const lines = summaryOf(defaultReport(3));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}attempts {3}119 scored/));
    expect(lines).toContain('  pass@k     pass@1 0.662   pass@2 1.000   pass@3 1.000');
    expect(lines).toContain('             samples left out for too few attempts: 1 of pass@3');
  });

  it('fits 80 columns', () => {
    const report = { ...defaultReport(3), 'a very long name of a metric': 'x'.repeat(200) };
    expect(summaryOf(report).filter((line) => stringWidth(line) > 80)).toEqual([]);
  });

  it('prints what an eval adds to its report, nested or not', () => {
    const lines = summaryOf({
      accuracy: 0.5,
      n: 2,
      stderr: 0.5,
      ci95: [0.1, 0.9],
      f1: 0.123456789,
      macro: { precision: 0.25, labels: ['a', 'b'] },
      empty: {},
      note: null,
    });
    expect(lines).toEqual(
      expect.arrayContaining([
        '  f1              0.123457',
        '  macro.precision 0.25',
        '  macro.labels    ["a","b"]',
        '  empty           {}',
        '  note            –',
      ]),
    );
  });

  it('prints fields of the default report that an eval gave another shape as its own', () => {
    const lines = summaryOf({ accuracy: 'good', groups: { a: 1 }, latency_ms: { fast: true }, errored: 3 });
    expect(lines).toEqual(
      expect.arrayContaining([
        '  accuracy        good',
        '  groups.a        1',
        '  latency_ms.fast true',
        '  errored         3',
      ]),
    );
  });

  it("lays out an eval's own report with the interval of the standard one", () => {
    const standard = defaultReport(1);
    const own = { accuracy: standard['accuracy'], boostrap_std: 0.05 };
    const lines = summaryOf(finalReport({ standard, own, form: 'own' }));
    const [score] = summaryOf(standard).filter((line) => line.startsWith('  accuracy'));
    expect(lines).toContain(score);
    expect(lines).toContain('  boostrap_std 0.05');
    expect(lines.join('\n')).not.toMatch(/evaltui\.|usage_/);
  });

  it('says that nothing was scored instead of a number', () => {
    const report = createSummary().finish({ attempts: 1, startedAt: START, finishedAt: START });
    const lines = summaryOf(report);
    expect(lines).toContain('  accuracy   –  nothing was scored');
    expect(lines).toContain('  time       0 ms, – tasks/s');
    expect(lines.join('\n')).not.toMatch(/NaN|null|undefined/);
  });

  it('shows at most 30 groups and counts the others', () => {
    const groups = Object.fromEntries(
      Array.from({ length: 45 }, (_, index) => [
        `g${index}`,
        { accuracy: 1, n: 1, stderr: null, ci95: [0.2, 1] },
      ]),
    );
    const lines = summaryOf({ accuracy: 1, groups });
    expect(lines.filter((line) => /^ +(groups +)?g\d+ /.test(line))).toHaveLength(30);
    expect(lines).toContain('             … 15 more groups in the report');
  });

  it.each([
    ['cancelled', 'was interrupted'],
    ['errored', 'ended with errors'],
  ] as const)('ends a run that is %s with the command that resumes it', (status, words) => {
    const lines = summaryOf(defaultReport(1), { status, error: 'two\nlines' });
    expect(lines.slice(-3)).toEqual([
      `Run 261121031400HFYRAQFM ${words} after 12.3 s`,
      'Error: two lines',
      `Resume: ${RESUME}`,
    ]);
  });

  it('tells what is known of a run that is not finished', () => {
    const lines = summaryOf(null, { state: 'running', status: null, finishedAt: null });
    expect(lines).toContain('  report     none: it is made when the run ends');
    expect(lines.at(-1)).toBe('Run 261121031400HFYRAQFM is not finished: running');
  });

  it('has a part for each eval, with the errored tasks named as a command takes them', () => {
    const evals = [evalRow({ report: defaultReport(1) }), evalRow({ index: 1, name: 'elements' })];
    const lines = summaryOf(null, { evals });
    expect(lines.filter((line) => /^\w+ {2}\d/.test(line))).toHaveLength(2);
    expect(lines).toContain('             capitals/s7.1');
  });

  it('lets no control character of a name, group or value through', () => {
    const evil = 'a\x1b[2Jb\x9b31m\n\u202ec';
    const lines = summaryOf(
      { accuracy: 1, groups: { [evil]: { accuracy: 1, n: 1 } }, [evil]: evil },
      { evals: [evalRow({ name: evil, report: { [evil]: evil }, recordPath: evil })] },
    );
    // oxlint-disable-next-line no-control-regex -- their absence is asserted
    expect(lines.join('')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
  });
});
