import { describe, expect, it } from 'vitest';
import { makeFolder, MATCH } from '../registry/make-registry.ts';
import { createWorkplace, type Workplace } from './run-evaltui.ts';

const CLASSIFY = 'evals.elsuite.modelgraded.classify:ModelBasedClassify';

/** Functions that answer with their own name, or with a choice; two evals graded by a model, and one that is not. */
function makeRegistry(): string {
  return makeFolder({
    'completion_fns/f.yaml': [
      ...['a', 'b'].map((name) => `${name}: {class: "./say.ts:say", args: {text: ${name}}}`),
      'judge: {class: "./say.ts:say", args: {text: "Yes"}}',
      'strict: {class: "./say.ts:say", args: {text: "No"}}',
    ].join('\n'),
    // Alone in its folder: the package is found all the same.
    'completion_fns/say.ts':
      "import { z } from 'zod';\nexport const say = (args: unknown) => {\n  const { text } = z.object({ text: z.string() }).parse(args);\n  return () => ({ text, model: text });\n};\n",
    'evals/e.yaml': `graded.dev.v0: {class: "${CLASSIFY}", args: {samples_jsonl: s.jsonl, modelgraded_spec: yes-no, eval_type: classify}}
best.dev.v0: {class: "${CLASSIFY}", args: {samples_jsonl: s.jsonl, modelgraded_spec: which, eval_type: classify, multicomp_n: from_models}}
plain.dev.v0: {class: "${MATCH}", args: {samples_jsonl: s.jsonl}}
own.dev.v0: {class: "./own.ts:Own", args: {samples_jsonl: s.jsonl}}
`,
    'evals/own.ts': `import { defineEval } from 'evaltui';
export function Own({ evalName }: { evalName: string }) {
  return defineEval({
    name: evalName,
    tasks: () => [{ id: 'one', input: 'q' }],
    evaluate: async (_task, { complete }) => {
      const texts: string[] = [];
      for (const completionFn of [0, 1, 'grader'] as const) texts.push((await complete('q', { completionFn })).text);
      return { score: 1, texts };
    },
  });
}
`,
    'modelgraded/m.yaml': `yes-no: {prompt: "{input} {completion}?", choice_strings: ["Yes", "No"], choice_scores: {"Yes": 1.0, "No": 0.0}, input_outputs: {input: completion}}
which: {prompt: "{input} {completion}", choice_strings: from_n, output_template: "{i}. {output}", input_outputs: {input: completion}}
`,
    'data/s.jsonl': '{"input":"q","ideal":"a"}\n',
  });
}

async function recordOf(place: Workplace, args: readonly string[]): Promise<readonly unknown[][]> {
  const places = ['--registry-path', makeRegistry(), '--record-path', 'out.jsonl'];
  const { code, stderr } = await place.run(['run', ...args, ...places, '--display', 'none']);
  expect([code, stderr]).toEqual([0, '']);
  const [spec, ...lines] = place.lines('out.jsonl') as [
    { spec: { completion_fns: string[] } },
    ...{ type?: string; data: { model?: string; choice?: string; correct?: boolean; prompt?: unknown } }[],
  ];
  return [
    spec.spec.completion_fns,
    ...lines.flatMap(({ type, data }) =>
      type === undefined ? [] : [[type, data.model ?? data.choice ?? data.correct]],
    ),
  ];
}

describe('the completion functions of a run', () => {
  it('are the model and, last, the one that grades it', async () => {
    using place = createWorkplace();
    expect(await recordOf(place, ['graded.dev.v0', '-m', 'a,judge'])).toEqual([
      ['a', 'judge'],
      ['sampling', 'a'],
      ['sampling', 'Yes'],
      ['metrics', 'Yes'],
    ]);
  });

  it('are compared with each other in the order given, graded by the last', async () => {
    using place = createWorkplace();
    const [fns, ...events] = await recordOf(place, ['best.dev.v0', '-m', 'a', '-m', 'b', '-m', 'strict']);
    expect(fns).toEqual(['a', 'b', 'strict']);
    expect(events.map(([, told]) => told)).toEqual(['a', 'b', 'No', '__invalid__']);
  });

  it('have a grader apart, which evals that grade by no model do not see', async () => {
    using place = createWorkplace();
    const root = makeRegistry();
    const args = ['graded.dev.v0', 'plain.dev.v0', '-m', 'a', '--grader', 'strict', '--registry-path', root];
    const { code, stdout, stderr } = await place.run(['run', ...args, '--display', 'json']);
    expect([code, stderr]).toEqual([0, '']);
    const end = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as { report: unknown };
    expect(end.report).toMatchObject({
      'graded.dev.v0': { 'counts/No': 1, score: 0 },
      'plain.dev.v0': { accuracy: 1 },
    });
    const refused = await place.run(['run', 'plain.dev.v0', '-m', 'a,b', '--registry-path', root]);
    expect(refused).toMatchObject({
      code: 2,
      stderr: 'evaltui: The eval "plain.dev.v0" takes one completion function; 2 were given.\n',
    });
  });

  it("are all there for a class of the user's own, in TypeScript", async () => {
    using place = createWorkplace();
    const [fns, ...events] = await recordOf(place, ['own.dev.v0', '-m', 'a,b', '--grader', 'judge']);
    expect(fns).toEqual(['a', 'b', 'judge']);
    expect(events.slice(0, 3).map(([, told]) => told)).toEqual(['a', 'b', 'Yes']);
  });
});
