import { describe, expect, it } from 'vitest';
import { finalReport } from '../../src/core/final-report.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { eventLineRenderer, renderFinalReportLine } from '../../src/recorder/record-lines.ts';

const RUN = { runId: 'R1', createdBy: 'me' };

function dataOf(type: string, data: JsonObject): string {
  const entry = { type, data, sampleId: 's', attempt: 1, try: 1, createdAt: 0 };
  const [, text] = /"data": (.*), "created_by"/.exec(eventLineRenderer(RUN)(entry, 7)) ?? [];
  return text ?? '';
}

describe('an event line', () => {
  it("has OpenAI Evals' keys in their order, then the attempt and the try", () => {
    const entry = {
      type: 'x',
      data: {},
      sampleId: 's.1',
      attempt: 2,
      try: 3,
      createdAt: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    };
    expect(eventLineRenderer(RUN)(entry, 7)).toBe(
      '{"run_id": "R1", "event_id": 7, "sample_id": "s.1", "type": "x", "data": {}, "created_by": "me", ' +
        '"created_at": "2026-01-02 03:04:05.006000+00:00", "attempt": 2, "try": 3}\n',
    );
  });

  it('writes the numbers of metrics as floats, and an F1 of nothing as the int that it is there', () => {
    expect(dataOf('metrics', { accuracy: 1, f1_score: 0 })).toBe('{"accuracy": 1.0, "f1_score": 0}');
    expect(dataOf('metrics', { accuracy: 0, f1_score: 1 })).toBe('{"accuracy": 0.0, "f1_score": 1.0}');
    expect(dataOf('metrics', { choice: 'A', score: null })).toBe('{"choice": "A", "score": null}');
    expect(dataOf('metrics', { score: -0 })).toBe('{"score": -0.0}');
    expect(dataOf('metrics', { sacrebleu_sentence_score: 1e-9 })).toBe('{"sacrebleu_sentence_score": 1e-09}');
  });

  it('leaves whole numbers of other events whole', () => {
    expect(dataOf('sampling', { usage: { total_tokens: 3 } })).toBe('{"usage": {"total_tokens": 3}}');
    expect(dataOf('mine', { accuracy: 1 })).toBe('{"accuracy": 1}');
  });
});

describe('the line of the final report', () => {
  const standard = { accuracy: null, n: 0, tokens: { prompt: 0, completion: 0, total: 0 } };
  const line = (own: JsonObject): string =>
    renderFinalReportLine('R1', finalReport({ standard, own, form: 'own' }));

  it('writes floats as floats and counts as counts', () => {
    expect(line({ accuracy: 1, boostrap_std: 0, 'counts/A': 2 })).toContain(
      '{"final_report": {"accuracy": 1.0, "boostrap_std": 0.0, "counts/A": 2, "evaltui": ',
    );
  });

  it("says NaN for what is not known in OpenAI Evals' own classes, and null elsewhere", () => {
    expect(line({ accuracy: null, boostrap_std: null })).toBe(
      '{"final_report": {"accuracy": NaN, "boostrap_std": NaN, ' +
        '"evaltui": {"accuracy": null, "n": 0, "tokens": {"prompt": 0, "completion": 0, "total": 0}}}, ' +
        '"run_id": "R1"}\n',
    );
    expect(renderFinalReportLine('R1', { accuracy: null, n: 0 })).toBe(
      '{"final_report": {"accuracy": null, "n": 0}, "run_id": "R1"}\n',
    );
  });
});
