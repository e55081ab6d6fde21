import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { classifyClass } from '../../../src/templates/openai-evals/classify-class.ts';
import { makeEval } from './make-eval.ts';
import { runClass, saying, type ClassRun } from './run-class.ts';

const SPEC: JsonObject = {
  prompt: 'Judge {input}: {completion}',
  choice_strings: ['Yes', 'No'],
  choice_scores: { Yes: 1, No: 0.25 },
  input_outputs: { input: 'completion' },
};

interface Given {
  readonly rows?: readonly JsonValue[];
  readonly spec?: JsonObject;
  readonly args?: JsonObject;
  readonly answers?: readonly string[];
}

function classify(given: Given): Promise<ClassRun> {
  const { rows = [{ input: 'Q' }], spec = {}, args = {}, answers = ['an answer', 'Yes'] } = given;
  const definition = makeEval(
    classifyClass,
    { 'samples.jsonl': rows },
    {
      args: { samples_jsonl: 'samples.jsonl', modelgraded_spec: 'x', eval_type: 'classify', ...args },
      spec: { ...SPEC, ...spec },
      completionFns: answers.length,
    },
  );
  return runClass(definition, answers.map(saying));
}

/** The content of the grader's last message, up to the answer prompt. */
function judged(run: ClassRun): string {
  return gradersText(run).split('\n\nAnswer the question')[0] ?? '';
}

function gradersText(run: ClassRun): string {
  const event = run.events.findLast(({ type }) => type === 'sampling');
  const messages = event?.data['prompt'] as readonly { readonly content: string }[];
  return messages.at(-1)?.content ?? '';
}

describe('ModelBasedClassify', () => {
  it('asks the first function and has the last one grade, with the same arguments', async () => {
    const run = await classify({});
    const call = {
      maxTokens: 1024,
      temperature: 0,
      topP: 1,
      frequencyPenalty: 0,
      presencePenalty: 0,
      extra: { n: 1 },
    };
    expect(run.calls).toEqual([
      { completionFn: 0, ...call },
      { completionFn: 1, ...call },
    ]);
    expect(run.events.map(({ type }) => type)).toEqual(['sampling', 'sampling', 'metrics']);
    expect(JSON.stringify(run.events.at(-1)?.data)).toBe('{"choice":"Yes","score":1}');
    expect(run.report).toEqual({ 'counts/Yes': 1, score: 1 });
  });

  it('lets the kwargs of an eval say otherwise', async () => {
    const run = await classify({
      args: {
        sample_kwargs: { temperature: 0.4, completion_kwargs: { seed: 1 } },
        eval_kwargs: { max_tokens: 5, n_samples: 2 },
      },
    });
    expect(run.calls[0]).toMatchObject({ temperature: 0.4, maxTokens: 1024, extra: { n: 1, seed: 1 } });
    expect(run.calls[1]).toMatchObject({ temperature: 0, maxTokens: 5, extra: { n: 2 } });
  });

  it('shows the policy the braces of an input as they are, and the grader doubled', async () => {
    const run = await classify({ rows: [{ input: 'a {b}' }], answers: ['c {d}', 'No'] });
    expect(run.events[0]?.data['prompt']).toEqual([{ role: 'system', content: 'a {b}' }]);
    expect(judged(run)).toBe('Judge a {{b}}: c {d}');
  });

  it('puts chat prompts, lists and arguments of the spec into the prompt as text', async () => {
    const messages = [
      { role: 'system', content: 'S' },
      { role: 'user', content: 'U' },
    ];
    const run = await classify({
      rows: [{ input: messages, ideal: ['a', 'b'] }],
      spec: { prompt: '{input}|{ideal}|{criteria}|{n}' },
      args: { modelgraded_spec_args: { criteria: 'short' } },
    });
    expect(judged(run)).toBe("S\nUser: U\n|['a', 'b']|short|1");
  });

  it('joins several completions of one function, and one of each of several', async () => {
    const spec = { choice_strings: 'from_n', choice_scores: null, output_template: '{i}. {output}\n' };
    const one = await classify({ spec, args: { multicomp_n: 3 }, answers: ['x', '2'] });
    expect(judged(one)).toBe('Judge Q: 1. x\n2. x\n3. x');
    const several = await classify({ spec, args: { multicomp_n: 'from_models' }, answers: ['x', 'y', '2'] });
    expect(judged(several)).toBe('Judge Q: 1. x\n2. y');
    expect(several.calls.map(({ completionFn }) => completionFn)).toEqual([0, 1, 2]);
    expect(several.report).toEqual({ 'counts/2': 1 });
  });

  it('grades completions that the data brings, against the label when it is a meta-eval', async () => {
    const rows = [
      { input: 'Q', completion: 'given', choice: 'Yes' },
      { input: 'Q', completion: 'given', choice: 'No' },
    ];
    const run = await classify({ rows, args: { metaeval: true }, answers: ['Yes'] });
    expect(run.calls.length).toBe(2);
    expect(JSON.stringify(run.events[1]?.data)).toBe('{"choice":"Yes","score":1,"metascore":false}');
    expect(run.report).toEqual({ 'counts/Yes': 2, score: 1, metascore: 0.5 });
  });

  it('counts an answer that it cannot read with the lowest score', async () => {
    const run = await classify({ answers: ['x', 'who knows'] });
    expect(run.report).toEqual({ 'counts/__invalid__': 1, score: 0.25 });
  });

  it('does not append the answer prompt twice to a spec that is a list of messages', async () => {
    const prompt = [
      { role: 'system', content: 'Be fair.' },
      { role: 'user', content: '{completion}' },
    ];
    const run = await classify({ rows: [{ input: '1' }, { input: '2' }], spec: { prompt } });
    expect(gradersText(run).match(/Answer the question/g)?.length).toBe(1);
  });

  it('appends nothing when only the spec has an eval_type', async () => {
    const run = await classify({ spec: { eval_type: 'cot_classify' }, args: { eval_type: null } });
    const grading = run.events[1]?.data['prompt'] as readonly JsonObject[];
    expect(grading).toEqual([{ role: 'user', content: 'Judge Q: an answer' }]);
  });

  it('reports nothing of no samples', async () => {
    expect((await classify({ rows: [] })).report).toEqual({});
  });

  it.each<readonly [string, Given, RegExp]>([
    [
      'a choice with punctuation',
      { spec: { choice_strings: ['Yes!', 'No'] } },
      /spec "x" has the choice "Yes!", which contains punctuation/,
    ],
    [
      'scores from choices that are no numbers',
      { spec: { choice_scores: 'from_strings' } },
      /the choice "Yes" is no number/,
    ],
    [
      'scores of other choices, as YAML makes them of Yes and No without quotes',
      { spec: { choice_scores: { true: 1, false: 0 } } },
      /choice_scores for true, false, and its choices are Yes, No \(YAML reads Yes as true: quote it\)/,
    ],
    ['scores without a score', { spec: { choice_scores: {} } }, /has choice_scores without a score/],
    ['no eval_type', { args: { eval_type: null } }, /neither it nor its spec "x" has an eval_type/],
    ['an unknown eval_type', { args: { eval_type: 'guess' } }, /"guess" is none of classify, classify_cot/],
    ['an unknown match_fn', { args: { match_fn: 'near' } }, /match_fn/],
    ['no prompt', { spec: { prompt: null } }, /The model-graded spec "x": prompt/],
    ['several completions without a template', { args: { multicomp_n: 2 } }, /has no output_template/],
    ['a comparison of one model', { args: { multicomp_n: 'from_models' } }, /give two or more/],
    ['more models than completions', { answers: ['a', 'b', 'Yes'] }, /3 completion functions were given/],
  ])('refuses %s at once', async (_, given, message) => {
    await expect((async () => classify(given))()).rejects.toThrow(message);
  });

  it.each<readonly [string, Given, string]>([
    ['has no input', { rows: [{ question: 'Q' }] }, "sample must have an 'input' key"],
    ['lacks a field of the prompt', { spec: { prompt: '{other}' } }, "Required: ['other']"],
    ['has no label for a meta-eval', { args: { metaeval: true } }, "sample must have an 'choice' key"],
    ['is given a choice without a score', { spec: { choice_scores: { No: 0 } } }, 'no score for "Yes"'],
  ])('errs on a sample that %s', async (_, given, message) => {
    const run = await classify(given);
    expect(String(run.errors.get('some.dev.0'))).toContain(message);
    expect(run.report).toEqual({});
  });
});
