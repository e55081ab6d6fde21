import { expect, it } from 'vitest';
import { whyNotJson } from '../../src/core/json.ts';

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

it('refuses what is nested so deeply that no message of a worker would carry it', () => {
  expect(whyNotJson(nested(1000), 'input')).toBeUndefined();
  expect(whyNotJson(nested(1001), 'input')).toMatch(/^input\[0\].*… is nested more than 1000 levels deep$/);
  expect(whyNotJson(nested(5000), 'input')).toContain('levels deep');
});
