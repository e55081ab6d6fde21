import { PythonRandom } from '../../src/core/python/random.ts';
import { letterAnswers } from '../../src/templates/openai-evals/multiple-choice-class.ts';
import { pythonRandomOf } from '../../src/templates/openai-evals/sample-random.ts';
import { shuffledIndexes } from '../../src/templates/openai-evals/shuffled-indexes.ts';
import { readVectors } from '../templates/openai-evals/shared-data.ts';
import { vectorGroup, type VectorGroup } from './vector-group.ts';

interface RandomVectors {
  readonly shuffle: Readonly<
    Record<
      string,
      readonly number[] | { readonly first50: readonly number[]; readonly last5: readonly number[] }
    >
  >;
  readonly sample_rng: readonly {
    readonly seed_bytes: string;
    readonly random5: readonly number[];
    readonly shuffle4: readonly number[];
    readonly 'make_abc(wxyz,correct_idx=2)': readonly [string, string];
    readonly getrandbits32: readonly number[];
  }[];
  readonly int123_getrandbits32: readonly number[];
}

const vectors = readVectors<RandomVectors>('reference/rng_vectors.json');

/** Every vector of Python's generator, as OpenAI Evals seeds it. */
export const RANDOM_VECTORS: readonly VectorGroup[] = [
  vectorGroup('order of samples', Object.entries(vectors?.shuffle ?? {}), ([n, order]) => [
    order,
    () => {
      const indexes = [...shuffledIndexes(Number(n))];
      return 'first50' in order ? { first50: indexes.slice(0, 50), last5: indexes.slice(-5) } : indexes;
    },
  ]),
  vectorGroup('generator of a sample', vectors?.sample_rng, (row) => [
    [row.random5, row.getrandbits32, row.shuffle4, row['make_abc(wxyz,correct_idx=2)']],
    () => {
      const seeded = (): PythonRandom => pythonRandomOf(Buffer.from(row.seed_bytes));
      const [floats, bits, order] = [seeded(), seeded(), [0, 1, 2, 3]];
      seeded().shuffle(order);
      const { text, correct } = letterAnswers({ answers: ['w', 'x', 'y', 'z'], label: 2 }, seeded());
      return [
        row.random5.map(() => floats.random()),
        row.getrandbits32.map(() => bits.getRandomBits(32)),
        order,
        [text, correct],
      ];
    },
  ]),
  vectorGroup('generator of an int', vectors && [vectors.int123_getrandbits32], (bits) => [
    bits,
    () => {
      const random = new PythonRandom(123);
      return bits.map(() => random.getRandomBits(32));
    },
  ]),
];
