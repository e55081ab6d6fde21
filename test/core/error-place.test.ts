import { describe, expect, it } from 'vitest';
import { codePlace, shortPlace, stepPlace } from '../../src/core/error-place.ts';

describe('the place of an error', () => {
  it('is a function with its file and line, or these alone', () => {
    const frame = { file: '/my evals/a.eval.ts', line: 12 };
    expect(codePlace({ ...frame, functionName: 'ask' })).toBe('ask (/my evals/a.eval.ts:12)');
    expect(codePlace({ ...frame, functionName: '(anonymous)' })).toBe('/my evals/a.eval.ts:12');
  });

  it('is a step without what differs from task to task', () => {
    expect(stepPlace('fetch page 12')).toBe('step fetch page *');
  });

  it.each([
    ['ask (/my evals/a.eval.ts:12)', 'a.eval.ts:12 ask'],
    ['new Answer (/evals/(old)/a.ts:3)', 'a.ts:3 new Answer'],
    ['/evals/a.eval.ts:12', 'a.eval.ts:12'],
    ['gpt-4o-mini', 'gpt-4o-mini'],
    ['local/llama:8b', 'local/llama:8b'],
    ['step fetch */page', 'step fetch */page'],
  ])('of %s is short as %s', (place, short) => {
    expect(shortPlace(place)).toBe(short);
  });
});
