import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { EVAL_CLASSES } from '../../../src/templates/openai-evals/eval-classes.ts';
import { fuzzyMatchClass } from '../../../src/templates/openai-evals/fuzzy-match-class.ts';
import { includesClass } from '../../../src/templates/openai-evals/includes-class.ts';
import { jsonMatchClass } from '../../../src/templates/openai-evals/json-match-class.ts';
import { jsonValidatorClass } from '../../../src/templates/openai-evals/json-validator-class.ts';
import { lambadaClass } from '../../../src/templates/openai-evals/lambada-class.ts';
import { matchClass, testMatchClass } from '../../../src/templates/openai-evals/match-class.ts';
import { multipleChoiceClass } from '../../../src/templates/openai-evals/multiple-choice-class.ts';
import { translateClass } from '../../../src/templates/openai-evals/translate-class.ts';
import { makeEval, oneSample } from './make-eval.ts';
import { runClass, saying, type ClassRun } from './run-class.ts';

/** The events beside `sampling`, as the text of the record has them. */
function recorded(run: ClassRun): readonly string[] {
  return run.events
    .filter(({ type }) => type !== 'sampling')
    .map(({ type, data }) => `${type} ${JSON.stringify(data)}`);
}

function promptsOf(run: ClassRun): readonly JsonValue[] {
  return run.events.flatMap(({ type, data }) => (type === 'sampling' ? [data['prompt'] ?? null] : []));
}

describe('Match', () => {
  it('records its keys in order, the list of one unwrapped, and asks at temperature 0 for no tokens', async () => {
    const args = { samples_jsonl: 'samples.jsonl', max_tokens: 5 };
    const run = await runClass(makeEval(matchClass, oneSample(['Paris']), { args }), [saying('Paris!')]);
    expect(recorded(run)).toEqual([
      'match {"correct":true,"expected":"Paris","picked":"Paris","sampled":"Paris!","options":["Paris"]}',
    ]);
    expect(run.calls).toEqual([{ completionFn: 0, temperature: 0 }]);
    expect(promptsOf(run)).toEqual([[{ role: 'system', content: 'Q' }]]);
  });

  it('puts the first examples before the last message', async () => {
    const message = (content: string): JsonObject => ({ role: 'user', content });
    const example = (content: string): JsonObject => ({ role: 'system', name: 'example_user', content });
    const files = {
      ...oneSample('A', [message('first'), message('last')]),
      'few.jsonl': [1, 2, 3].map((n) => ({ sample: [example(`${n}?`), example(`${n}!`)] })),
    };
    const args = { samples_jsonl: 'samples.jsonl', num_few_shot: 2, few_shot_jsonl: 'few.jsonl' };
    const run = await runClass(makeEval(matchClass, files, { args }), [saying('A')]);
    const contents = (promptsOf(run)[0] as readonly JsonObject[]).map(({ content }) => content);
    expect(contents).toEqual(['first', '1?', '1!', '2?', '2!', 'last']);
  });

  it('refuses examples without a file, and for a prompt that is a text', async () => {
    const args = { samples_jsonl: 'samples.jsonl', num_few_shot: 2 };
    expect(() => makeEval(matchClass, {}, { args })).toThrow(/num_few_shot: 2, which needs few_shot_jsonl/);
    const files = { ...oneSample('A'), 'few.jsonl': [{ sample: [{ role: 'user', content: 'x' }] }] };
    const definition = makeEval(matchClass, files, { args: { ...args, few_shot_jsonl: 'few.jsonl' } });
    const run = await runClass(definition, [saying('A')]);
    expect(String(run.errors.get('some.dev.0'))).toContain('few shot requires chat prompt');
  });

  it('errs on a sample that is none, and on no other', async () => {
    const rows = [
      { input: 'Q', ideal: 'A' },
      'text',
      { input: 'Q' },
      { ideal: 'A' },
      { input: 'Q', ideal: 5 },
    ];
    const run = await runClass(makeEval(matchClass, { 'samples.jsonl': rows }), [saying('A')]);
    const messages = [...run.errors].map(([id, error]) => `${id} ${(error as Error).message}`).toSorted();
    expect(messages).toEqual([
      'some.dev.1 sample must be an object',
      "some.dev.2 sample must have an 'ideal' key",
      "some.dev.3 sample must have an 'input' key",
      "some.dev.4 sample['ideal'] must be a string or list of strings",
    ]);
    expect(run.report).toEqual({ accuracy: 1, boostrap_std: null });
  });

  it('knows no accuracy of no samples', async () => {
    const run = await runClass(makeEval(matchClass, {}), [saying('A')]);
    expect(run.report).toEqual({ accuracy: null, boostrap_std: null });
  });

  it('names the arguments that there are when one is unknown or wrong', () => {
    const made = (args: JsonObject) => () => makeEval(matchClass, {}, { args });
    expect(made({ samples_jsonl: 'x', sead: 3 })).toThrow(/sead.*samples_jsonl, max_tokens, num_few_shot/);
    expect(made({})).toThrow(/argument "samples_jsonl"/);
  });

  it('takes one completion function, and a name of two parts', () => {
    expect(() => makeEval(matchClass, {}, { completionFns: 2 })).toThrow(/takes one completion function; 2/);
    expect(() => makeEval(matchClass, {}, { evalName: 'undotted' })).toThrow(/needs a name of two parts/);
  });
});

describe('TestMatch', () => {
  it('brings three samples in the order of the seed', async () => {
    const run = await runClass(makeEval(testMatchClass, {}, { args: {} }), [saying('time flies')]);
    expect(run.events.filter(({ type }) => type === 'match').map(({ sampleId }) => sampleId)).toEqual([
      'some.dev.2',
      'some.dev.1',
      'some.dev.0',
    ]);
    expect(run.report['accuracy']).toBe(1 / 3);
  });
});

describe('Includes', () => {
  it('finds any of the ideals anywhere, picks the whole answer, and sends no argument', async () => {
    const definition = makeEval(includesClass, oneSample(['Rome', 'Paris']));
    const run = await runClass(definition, [saying('It is Paris.')]);
    expect(recorded(run)).toEqual([
      'match {"correct":true,"expected":["Rome","Paris"],"picked":"It is Paris.","sampled":"It is Paris."}',
    ]);
    expect(run.calls).toEqual([{ completionFn: 0 }]);
  });

  it.each([
    [true, 1],
    [1, 1],
    [false, 0],
    [0, 0],
  ])('with ignore_case %s scores %s', async (flag, accuracy) => {
    const args = { samples_jsonl: 'samples.jsonl', ignore_case: flag };
    const definition = makeEval(includesClass, oneSample('PARIS'), { args });
    expect((await runClass(definition, [saying('paris')])).report['accuracy']).toBe(accuracy);
  });
});

describe('FuzzyMatch', () => {
  it('records a match for each ideal that fits, and then its metrics', async () => {
    const definition = makeEval(fuzzyMatchClass, oneSample(['the cat', 'a cat', 'dog']));
    const run = await runClass(definition, [saying('Cat sat')]);
    expect(recorded(run)).toEqual([
      'match {"correct":true,"expected":["the cat","a cat","dog"],"picked":["Cat sat","Cat sat"]}',
      'metrics {"accuracy":1,"f1_score":0.6666666666666666}',
    ]);
    expect(run.calls).toEqual([{ completionFn: 0, temperature: 0, maxTokens: 100 }]);
    expect(run.report).toEqual({ accuracy: 1, f1_score: 0.6666666666666666 });
  });
});

describe('JsonMatch', () => {
  it('compares with each ideal as Python does', async () => {
    const definition = makeEval(jsonMatchClass, oneSample(['{"a": 2}', '{"a": 1.0}']));
    const run = await runClass(definition, [saying(' {"a": true} ')]);
    expect(recorded(run)).toEqual([
      String.raw`match {"correct":true,"expected":["{\"a\": 2}","{\"a\": 1.0}"],"picked":[" {\"a\": true} "]}`,
      'metrics {"accuracy":1}',
    ]);
    expect(run.calls).toEqual([{ completionFn: 0, temperature: 0, maxTokens: 512 }]);
    expect(run.report).toEqual({ accuracy: 1 });
  });

  it('takes an answer that is no JSON for wrong, and an ideal for an error of its sample', async () => {
    const wrong = await runClass(makeEval(jsonMatchClass, oneSample('1')), [saying('one')]);
    expect(wrong.report).toEqual({ accuracy: 0 });
    const bad = await runClass(makeEval(jsonMatchClass, oneSample('{')), [saying('1')]);
    expect(String(bad.errors.get('some.dev.0'))).toContain("sample['ideal'] is not JSON: {");
  });
});

describe('JsonValidator', () => {
  it('needs no ideal', async () => {
    const files = { 'samples.jsonl': [{ input: 'Q' }] };
    const run = await runClass(makeEval(jsonValidatorClass, files), [saying('NaN')]);
    expect(recorded(run)).toEqual(['match {"correct":true,"expected":null,"picked":"NaN"}']);
  });
});

describe('Translate', () => {
  it('records the score before the match, and scores the corpus against every reference', async () => {
    const text = 'The quick brown fox jumps';
    const files = oneSample(['A quick brown fox leaps', 'The fox jumps']);
    const run = await runClass(makeEval(translateClass, files), [saying(text)]);
    expect(recorded(run)[0]).toBe('metrics {"sacrebleu_sentence_score":49.99999999999999}');
    expect(Object.keys(run.events.at(-1)?.data ?? {})).toEqual([
      'correct',
      'expected',
      'picked',
      'sampled',
      'sacrebleu_sentence_score',
    ]);
    expect(run.report['accuracy']).toBe(1);
    expect(run.report['sacrebleu_score']).toBeCloseTo(50, 0);
    expect(run.calls).toEqual([{ completionFn: 0, maxTokens: 500 }]);
  });
});

describe('MultipleChoice', () => {
  const args = { dataset: 'mmlu.jsonl', instructions: 'Think.' };

  it.each<readonly [string, JsonObject]>([
    ['MMLU', { question: 'Q?', choices: ['w', 'x', 'y', 'z'], answer: 2 }],
    ['MMLU with letters', { question: 'Q?', choices: ['w', 'x', 'y', 'z'], answer: 'C' }],
    ['HellaSwag', { ctx: 'Q?', endings: ['w', 'x', 'y', 'z'], label: '2' }],
  ])('letters the shuffled answers of %s', async (_, row) => {
    const rows = [...Array.from({ length: 7 }, () => row), row];
    const definition = makeEval(
      multipleChoiceClass,
      { 'mmlu.jsonl': rows },
      { args, evalName: 'mmlu-anatomy.val.v1' },
    );
    const run = await runClass(definition, [saying('A')]);
    const sample = run.events.filter(({ sampleId }) => sampleId === 'mmlu-anatomy.val.7');
    expect(sample[0]?.data['prompt']).toEqual([
      {
        role: 'system',
        content: 'Think.\nPlease answer with the letter of the correct answer.\n\nQ?\nA) y\nB) w\nC) z\nD) x',
      },
    ]);
    expect(sample[1]?.data).toMatchObject({ correct: true, expected: 'A', picked: 'A' });
    expect(run.calls[0]).toEqual({ completionFn: 0, temperature: 0, maxTokens: 1 });
    expect(Object.keys(run.report)).toEqual(['accuracy']);
  });

  it('says how to give the data that it does not download', () => {
    const dataset = 'hf://hendrycks_test?name=anatomy';
    expect(() => makeEval(multipleChoiceClass, {}, { args: { dataset } })).toThrow(
      /hf:\/\/hendrycks_test\?name=anatomy .* --extra_eval_params dataset=FILE/,
    );
  });

  it('refuses a row whose label is none of its answers', async () => {
    const rows = [{ question: 'Q?', choices: ['x'], answer: 1 }];
    const definition = makeEval(multipleChoiceClass, { 'mmlu.jsonl': rows }, { args });
    await expect(runClass(definition, [saying('A')])).rejects.toThrow(/label .* none of its answers/);
  });
});

describe('Lambada', () => {
  it('wants the last word, or one that begins with it', async () => {
    const args = { subset: 'en', dataset: 'lambada.jsonl' };
    const rows = [{ text: 'one  two\nthree' }];
    const definition = makeEval(lambadaClass, { 'lambada.jsonl': rows }, { args });
    const right = await runClass(definition, [saying('three.')]);
    expect(promptsOf(right)).toEqual([
      [
        {
          role: 'system',
          content: 'Please answer with the word which is most likely to follow:\n\none two',
        },
      ],
    ]);
    expect(right.report).toEqual({ accuracy: 1 });
    expect(right.calls).toEqual([{ completionFn: 0, temperature: 0, maxTokens: 8 }]);
    expect((await runClass(definition, [saying('threefold')])).report).toEqual({ accuracy: 1 });
    expect((await runClass(definition, [saying('Three')])).report).toEqual({ accuracy: 0 });
    expect(() => makeEval(lambadaClass, {}, { args: { subset: 'en' } })).toThrow(/dataset=FILE/);
  });
});

describe('the classes by their Python path', () => {
  it('are the ten that run here', () => {
    expect(EVAL_CLASSES.size).toBe(10);
    expect(EVAL_CLASSES.get('evals.elsuite.basic.match:Match')).toBe(matchClass);
  });
});
