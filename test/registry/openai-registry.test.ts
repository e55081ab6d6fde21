import { describe, expect, it } from 'vitest';
import { REGISTRY_KINDS } from '../../src/registry/entry-shapes.ts';
import { checkRegistry } from '../../src/registry/check-registry.ts';
import { Registry } from '../../src/registry/registry.ts';
import { resolveEval, resolveEvalSet } from '../../src/registry/resolve-eval.ts';
import { hasSharedData, OPENAI_REGISTRY, SHARED_DATA_NOTE } from '../templates/openai-evals/shared-data.ts';

const registry = new Registry([OPENAI_REGISTRY]);
const OPTIONS = { folder: '/nowhere', extraArgs: {} };

describe.skipIf(!hasSharedData)(`the registry of openai/evals${SHARED_DATA_NOTE}`, () => {
  it('is read whole, with warnings only', () => {
    expect(REGISTRY_KINDS.map((kind) => registry.entries(kind).size)).toEqual([1542, 19, 9, 21, 165, 0]);
    const evals = [...registry.entries('evals').values()];
    expect(evals.filter(({ spec }) => spec['class'] !== undefined).length).toBe(841);
    expect(evals.filter(({ spec }) => spec['id'] !== undefined).length).toBe(701);
    const { problems } = checkRegistry(registry, '/nowhere');
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(problems.length).toBe(6);
  });

  it('says of every eval whether it runs: most that do not lack their data here', () => {
    const { entries } = checkRegistry(registry, '/nowhere');
    const evals = entries.filter(({ entry }) => entry.kind === 'evals');
    const kinds = Map.groupBy(evals, ({ status, why }) => why?.replace(/ class .*/, '') ?? status);
    expect(kinds.get('needs Python:')?.length).toBe(282);
    expect(kinds.get('hf dataset')?.length).toBe(118);
    expect(kinds.get('runnable')?.length).toBeGreaterThan(180);
    expect(kinds.size).toBe(4);
  });

  it('has sets that stand for the evals that oaievalset would run', () => {
    const mmmu = resolveEvalSet(registry, 'mmmu', OPTIONS);
    expect(mmmu?.evals.length).toBe(30);
    expect(mmmu?.evals.every(({ name }) => /^mmmu-.*\.validation\.v1$/.test(name))).toBe(true);
    expect(resolveEvalSet(registry, 'test-basic', OPTIONS)?.evals.map(({ name }) => name)).toEqual([
      'test-match.s1.simple-v0',
      'test-fuzzy-match.s1.simple-v0',
      'test-includes.s1.simple-v0',
      'test-includes-ignore-case.s1.simple-v0',
    ]);
  });

  it('gives an eval as the record of its run tells it', () => {
    expect(resolveEval(registry, 'coqa-closedqa-correct', OPTIONS)).toMatchObject({
      specName: 'coqa-closedqa-correct.dev.v0',
      baseEval: 'coqa-closedqa-correct',
      split: 'dev',
      group: 'coqa-ex',
      metrics: ['accuracy'],
      modelgraded: { choice_scores: { Y: 1, N: 0 } },
    });
  });
});
