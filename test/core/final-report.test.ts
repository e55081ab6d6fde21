import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { finalReport, flatReport, isOwnReport } from '../../src/core/final-report.ts';

const TOKENS = { prompt: 198, completion: 30, total: 228 };
const standard = { accuracy: 0.5, n: 2, tokens: TOKENS };

describe('finalReport', () => {
  it("merges an eval's own keys over the standard ones", () => {
    const own = { accuracy: 0.25, extra: 1 };
    expect(finalReport({ standard, own, form: undefined })).toEqual({ ...standard, ...own });
  });

  it('begins with its own keys alone, then the usage, and keeps the standard ones apart', () => {
    const own = { accuracy: 0.25, boostrap_std: null };
    const report = finalReport({ standard, own, form: 'own' });
    expect(JSON.stringify(report)).toBe(
      '{"accuracy":0.25,"boostrap_std":null,"usage_completion_tokens":30,"usage_prompt_tokens":198,' +
        `"usage_total_tokens":228,"evaltui":${JSON.stringify(standard)}}`,
    );
  });

  it('says nothing of usage that was not counted', () => {
    const uncounted = { tokens: { prompt: 0, completion: 0, total: 0 } };
    expect(Object.keys(finalReport({ standard: uncounted, own: { score: 1 }, form: 'own' }))).toEqual([
      'score',
      'evaltui',
    ]);
  });
});

describe('flatReport', () => {
  const estimate = { accuracy: 0.5, n: 2, stderr: 0.5, ci95: [0, 1] };
  const flat = (own: JsonObject, standard: JsonObject): JsonObject =>
    flatReport(finalReport({ standard: { ...standard, unparsed: 0 }, own, form: 'own' }));

  it("leaves a report that is not the eval's own as it is", () => {
    expect(flatReport(estimate)).toBe(estimate);
    expect(isOwnReport(estimate)).toBe(false);
  });

  it("puts the interval beside the eval's own number when it is the same", () => {
    const tokens = { prompt: 1, completion: 1, total: 2 };
    expect(flat({ accuracy: 0.1 + 0.4, boostrap_std: 0.1 }, { ...estimate, tokens })).toEqual({
      ...estimate,
      unparsed: 0,
      tokens,
      boostrap_std: 0.1,
    });
  });

  it('gives no interval to a number that the eval computes otherwise', () => {
    expect(flat({ accuracy: 0.9 }, estimate)).toEqual({ accuracy: 0.9, unparsed: 0 });
  });

  it('does not speak of a score where the eval has none and nothing was scored', () => {
    const nothing = { accuracy: null, n: 0, stderr: null, ci95: [null, null] };
    expect(flat({ 'counts/A': 6 }, nothing)).toEqual({ 'counts/A': 6, unparsed: 0 });
    expect(flat({ accuracy: null }, nothing)).toEqual({ ...nothing, unparsed: 0 });
  });
});
