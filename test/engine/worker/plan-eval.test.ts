import { describe, expect, it } from 'vitest';
import type { EvalDefinition, Sample } from '../../../src/core/eval.ts';
import type { PlannedBatch } from '../../../src/engine/messages.ts';
import { planEval } from '../../../src/engine/worker/plan-eval.ts';
import { SPEC } from '../spec.ts';

async function batchesOf(samples: Iterable<Sample>): Promise<readonly PlannedBatch[]> {
  const definition: EvalDefinition = { name: 'planned', tasks: () => samples, evaluate: () => ({}) };
  const batches: PlannedBatch[] = [];
  const loaded = { definition, params: {}, paramsRecord: {} };
  await planEval(loaded, { ...SPEC, evals: [] }, async (batch) => void batches.push(batch));
  return batches;
}

const samplesWith = (input: Sample['input'], count: number): readonly Sample[] =>
  Array.from({ length: count }, (_each, number) => ({ id: `s${number}`, input }));

describe('samples are planned in batches', () => {
  it('of 500 when they are small', async () => {
    const batches = await batchesOf(samplesWith({ question: 'short' }, 1200));
    expect(batches.map(({ samples }) => samples.length)).toEqual([500, 500, 200]);
    expect(batches.map(({ firstPosition }) => firstPosition)).toEqual([0, 500, 1000]);
  });

  it('of some megabytes when they are large, wherever their text is', async () => {
    const text = 'x'.repeat(1_000_000);
    for (const input of [text, { pages: [{ text }] }]) {
      const batches = await batchesOf(samplesWith(input, 40));
      const sizes = batches.map(({ samples }) => samples.length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(8);
      expect(sizes.reduce((sum, size) => sum + size)).toBe(40);
      expect(batches.at(1)?.firstPosition).toBe(sizes[0]);
    }
  });
});
