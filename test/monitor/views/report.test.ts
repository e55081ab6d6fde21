import { expect, test } from 'vitest';
import { describeReport } from '../../../src/monitor/views/report.ts';
import { REPORT } from '../make-snapshot.ts';

test('says all that the default report holds', () => {
  expect(describeReport({ ...REPORT, 'pass@1': 0.8, 'pass@2': 0.91 })).toEqual({
    headline: 'accuracy 0.812  95 % [0.786, 0.835]  n 989',
    details: [
      'pass@1 0.800  pass@2 0.910',
      '11 errored (rate-limit 7, timeout 4) · 3 unparsed',
      'tokens 141.2k in, 29.0k out · took 3:20 · 5.0 tasks/s',
      'latency p50 2.1 s  p90 7.0 s  p95 9.4 s  p99 30.0 s  max 1:11',
    ],
    groups: [
      { name: 'europe', text: 'accuracy 0.900  95 % [0.770, 0.960]  n 40' },
      { name: 'asia', text: 'accuracy 0.700  95 % [0.550, 0.820]  n 40' },
    ],
  });
});

test('leaves out what is not known, and what has another shape than the default', () => {
  expect(
    describeReport({ accuracy: null, score: 3.25, n: 1, ci95: [null, null], tokens: 'many', groups: [1] }),
  ).toEqual({
    headline: 'score 3.250  n 1',
    details: [],
    groups: [],
  });
  expect(describeReport({})).toEqual({ headline: '', details: [], groups: [] });
});

test("lists what the eval's own summary added, without its control characters", () => {
  const { details } = describeReport({ f1: 0.5, judged: 12, note: '\u001B[31mred', curve: [1, 2] });
  expect(details).toEqual(['f1 0.500 · judged 12 · note red']);
});
