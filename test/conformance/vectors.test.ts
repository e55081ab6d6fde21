import { describe, expect, it } from 'vitest';
import { RANDOM_VECTORS } from './random-vectors.ts';
import { SCORING_VECTORS } from './scoring-vectors.ts';
import { hasSharedData, SHARED_DATA_NOTE } from '../templates/openai-evals/shared-data.ts';

const GROUPS = [...SCORING_VECTORS, ...RANDOM_VECTORS];

describe.skipIf(!hasSharedData)(`the vectors of OpenAI Evals${SHARED_DATA_NOTE}`, () => {
  it('are all here', () => {
    expect(GROUPS.filter(({ vectors }) => vectors.length === 0)).toEqual([]);
  });

  it.for(GROUPS.flatMap(({ name, vectors }) => vectors.map((vector) => ({ name, ...vector }))))(
    '$name: $input',
    ({ actual, expected }) => {
      expect(actual()).toEqual(expected);
    },
  );
});
