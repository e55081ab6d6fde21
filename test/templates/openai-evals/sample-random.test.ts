import { expect, it } from 'vitest';
import { sampleRandom } from '../../../src/templates/openai-evals/sample-random.ts';

it('gives a sample its generator, by its id and the seed', () => {
  expect(sampleRandom('test-match.s1.0', 20220722).random()).toBe(0.345573085739732);
});
