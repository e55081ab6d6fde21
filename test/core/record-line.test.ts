import { describe, expect, it } from 'vitest';
import { parseRecordLine } from '../../src/core/record-line.ts';

const EVENT =
  '{"run_id": "R1", "event_id": 3, "sample_id": "s.1", "type": "match", "data": {"correct": true}, ' +
  '"created_by": "", "created_at": "2026-11-21 01:35:38.781467+00:00"';

describe('parseRecordLine', () => {
  it('reads an event of OpenAI Evals, and one of ours with its attempt and try', () => {
    const event = { kind: 'event', sampleId: 's.1', type: 'match', data: { correct: true } };
    const createdAt = Date.UTC(2026, 10, 21, 1, 35, 38, 781);
    expect(parseRecordLine(`${EVENT}}`)).toEqual({ ...event, createdAt, attempt: 1, try: 1 });
    const ours = parseRecordLine(`${EVENT}, "attempt": 2, "try": 3}`);
    expect(ours).toEqual({ ...event, createdAt, attempt: 2, try: 3 });
  });

  it('reads the spec and the final report, with NaN and the infinities', () => {
    expect(parseRecordLine('{"spec": {"run_id": "R1"}}')).toEqual({ kind: 'spec', spec: { run_id: 'R1' } });
    expect(parseRecordLine('{"final_report": {"accuracy": NaN, "b": -Infinity}, "run_id": "R1"}')).toEqual({
      kind: 'final-report',
      report: { accuracy: Number.NaN, b: Number.NEGATIVE_INFINITY },
    });
  });

  it.each([
    ['2026-11-21 01:35:38', Date.UTC(2026, 10, 21, 1, 35, 38)],
    ['2026-11-21 01:35:38.712916', Date.UTC(2026, 10, 21, 1, 35, 38, 712)],
    ['2026-11-21T01:35:38+01:00', Date.UTC(2026, 10, 21, 0, 35, 38)],
    ['yesterday', null],
    [7, null],
  ])('reads the time %j', (text, createdAt) => {
    const line = parseRecordLine(JSON.stringify({ type: 'x', created_at: text }));
    expect(line).toMatchObject({ kind: 'event', createdAt, sampleId: null });
  });

  it('says why and where a line is none', () => {
    expect(parseRecordLine('{"a": tru}')).toEqual({
      kind: 'broken',
      why: 'it is not JSON: Expecting value',
      at: 6,
    });
    expect(parseRecordLine('[1]')).toEqual({ kind: 'broken', why: 'it is no JSON object' });
    expect(parseRecordLine('{"input": "a"}')).toMatchObject({ kind: 'broken', why: /no "type"/ });
  });
});
