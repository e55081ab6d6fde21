import { expect, it } from 'vitest';
import { defineEval, type Attempt, type EvalDefinition } from '../../../src/core/eval.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import type { SummaryInput } from '../../../src/core/summary.ts';
import { reportOf } from '../../../src/engine/worker/eval-report.ts';

const END = { attempts: 1, startedAt: 0, finishedAt: 1000 };

function evalWith(summarize?: (attempts: readonly Attempt[]) => JsonObject): EvalDefinition {
  return defineEval({
    name: 'any',
    tasks: () => [],
    evaluate: () => ({}),
    ...(summarize === undefined ? {} : { summarize }),
  }) as unknown as EvalDefinition;
}

/** As the store hands them out: with more than an attempt has. */
function row(sampleId: string, more: Partial<SummaryInput> = {}): SummaryInput & { readonly cursor: number } {
  return {
    cursor: 1,
    sampleId,
    attempt: 1,
    result: { correct: true },
    score: 1,
    unparsed: false,
    durationMs: 5,
    promptTokens: 1,
    completionTokens: 2,
    ...more,
  };
}

async function* inPages(
  ...pages: readonly (readonly SummaryInput[])[]
): AsyncGenerator<readonly SummaryInput[]> {
  for (const page of pages) yield await Promise.resolve(page);
}

it('gives the default report of all pages', async () => {
  const pages = inPages([row('a'), row('b', { score: 0 })], [row('c')]);
  expect(await reportOf(evalWith(), { pages, end: END })).toMatchObject({ n: 3, accuracy: 2 / 3 });
});

it("hands an eval's own summarize the attempts of all pages, and of each what an attempt has", async () => {
  let given: readonly Attempt[] = [];
  const definition = evalWith((attempts) => {
    given = attempts;
    return { mine: attempts.length };
  });
  const { result: _none, ...errored } = row('b', { errorKind: 'timeout', score: null, group: 'g' });
  const report = await reportOf(definition, { pages: inPages([row('a')], [errored]), end: END });
  expect(given).toStrictEqual([
    { sampleId: 'a', attempt: 1, result: { correct: true } },
    { sampleId: 'b', attempt: 1, group: 'g', errorKind: 'timeout' },
  ]);
  expect(report).toMatchObject({ mine: 2, n: 1 });
});

it('keeps the default report when summarize fails, and says why', async () => {
  const broken = evalWith(() => {
    throw new Error('no such key');
  });
  expect(await reportOf(broken, { pages: inPages([row('a')]), end: END })).toMatchObject({
    n: 1,
    summarize_error: 'summarize() failed: no such key',
  });
  const notJson = evalWith(() => ({ big: 1n }) as unknown as JsonObject);
  expect(await reportOf(notJson, { pages: inPages([row('a')]), end: END })).toMatchObject({
    n: 1,
    summarize_error: expect.stringContaining('what summarize() returned') as string,
  });
});
