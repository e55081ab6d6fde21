import { afterAll, describe, expect, it } from 'vitest';
import { createWorkplace } from '../e2e/run-evaltui.ts';
import { runAllSpecs } from './run-all-specs.ts';
import { hasSharedData, SHARED_DATA_NOTE } from '../templates/openai-evals/shared-data.ts';

describe.skipIf(!hasSharedData)(`the registry of OpenAI Evals${SHARED_DATA_NOTE}`, () => {
  const workplace = createWorkplace();
  afterAll(() => workplace[Symbol.dispose]());

  it('runs every eval that has its data, over all samples, with not one error', async () => {
    const { specs, runs, done, errored } = await runAllSpecs(workplace);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect(specs.length).toBeGreaterThanOrEqual(94);
    expect([done >= 20_000, errored]).toEqual([true, 0]);
  }, 180_000);
});
