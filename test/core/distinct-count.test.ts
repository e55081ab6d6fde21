import { expect, it } from 'vitest';
import { DistinctCount } from '../../src/core/distinct-count.ts';

it('counts each text once, however many there are', () => {
  const ids = new DistinctCount();
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < 200_000; index++) ids.add(`anagrams.test.${index}`);
  }
  expect(ids.count).toBe(200_000);
  ids.add('');
  ids.add('');
  expect(ids.count).toBe(200_001);
});
