import { afterAll, describe, expect, it } from 'vitest';
import { createWorkplace } from '../e2e/run-evaltui.ts';
import { compareRun } from './compare-run.ts';
import { REFERENCE_RUNS } from './reference-runs.ts';
import { COMMANDS, reproduceRun } from './reproduce-run.ts';
import { hasSharedData, SHARED_DATA_NOTE } from '../templates/openai-evals/shared-data.ts';

const RUNS = COMMANDS.flatMap((command) => REFERENCE_RUNS.map((run) => ({ command, name: run.name, run })));

describe.skipIf(!hasSharedData)(`the runs of OpenAI Evals${SHARED_DATA_NOTE}`, () => {
  const workplace = createWorkplace();
  afterAll(() => workplace[Symbol.dispose]());

  it('are all here', () => {
    expect(REFERENCE_RUNS.length).toBeGreaterThanOrEqual(16);
  });

  it.for(RUNS)(
    '$name by evaltui $command: the same report, the same events in the same order',
    async (each) => {
      const { exitCode, stderr, record } = await reproduceRun(each.run, { ...each, workplace });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expect(compareRun(each.run, record)).toEqual([]);
    },
  );
});
