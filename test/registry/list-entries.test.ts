import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkEval, checkRegistry } from '../../src/registry/check-registry.ts';
import { BUILT_IN_CLASSES } from '../../src/registry/eval-classes.ts';
import { findEntries, listEntries } from '../../src/registry/list-entries.ts';
import { Registry } from '../../src/registry/registry.ts';
import { EVAL_CLASSES } from '../../src/templates/openai-evals/eval-classes.ts';
import { evalYaml, LFS_POINTER, makeFolder, MATCH } from './make-registry.ts';

const FOLDER = '/nowhere';

function whyNot(registry: Registry, name: string): string | undefined {
  const [found] = findEntries(registry, name, FOLDER);
  return found?.status === 'runnable' ? 'yes' : found?.why;
}

it('knows by name the classes that there are', () => {
  expect([...BUILT_IN_CLASSES].toSorted()).toEqual([...EVAL_CLASSES.keys()].toSorted());
});

describe('an entry of a registry', () => {
  it('runs, or says in a few words why it does not', () => {
    const multiple = 'evals.elsuite.multiple_choice:MultipleChoice';
    const root = makeFolder({
      'evals/e.yaml': [
        evalYaml('good', 'good.jsonl'),
        evalYaml('pointer', 'pointer.jsonl'),
        evalYaml('gone', 'gone.jsonl'),
        evalYaml('bucket', 'gs://bucket/x.jsonl'),
        `shots.dev.v0: {class: ${MATCH}, args: {samples_jsonl: good.jsonl, num_few_shot: 1, few_shot_jsonl: no.jsonl}}`,
        `no-shots.dev.v0: {class: ${MATCH}, args: {samples_jsonl: good.jsonl, few_shot_jsonl: no.jsonl}}`,
        'python.dev.v0: {class: evals.elsuite.ballots.eval:BallotsEval}',
        `hub.dev.v0: {class: ${multiple}, args: {dataset: "hf://mmlu?name=law"}}`,
        `local.dev.v0: {class: ${multiple}, args: {dataset: good.jsonl}}`,
        'lambada.dev.v0: {class: evals.elsuite.lambada:Lambada, args: {subset: en}}',
        'own.dev.v0: {class: "./own.mjs:Own"}',
      ].join('\n'),
      'data/good.jsonl': '{}\n',
      'data/pointer.jsonl': LFS_POINTER,
    });
    const registry = new Registry([root]);
    const why = (name: string): string | undefined => whyNot(registry, name);
    expect(why('good')).toBe('yes');
    expect(why('pointer')).toBe('data missing: LFS pointer, 823 kB');
    expect(why('gone.dev.v0')).toBe('data missing: no such file');
    expect(why('bucket')).toBe('remote data');
    expect(why('shots.dev.v0')).toBe('data missing: no such file');
    expect(why('no-shots.dev.v0')).toBe('yes');
    expect(why('python.dev.v0')).toBe('needs Python: class evals.elsuite.ballots.eval:BallotsEval');
    expect(why('hub.dev.v0')).toBe('hf dataset');
    expect(why('local.dev.v0')).toBe('yes');
    expect(why('lambada.dev.v0')).toBe('hf dataset');
    expect(why('own.dev.v0')).toBe(`no file ${join(root, 'evals/own.mjs')}`);
  });

  it('is listed with its kind, what it leads to, and its place', () => {
    const root = makeFolder({
      'evals/e.yaml': evalYaml('good', 'good.jsonl') + evalYaml('gone', 'gone.jsonl'),
      'eval_sets/s.yaml': 'all: {evals: ["*"]}\nsome: {evals: [good, oops]}\n',
      'completion_fns/f.yaml':
        'chain: {class: langchain.x:Y}\nown: {class: "./own.mjs:create"}\ngone: {class: "./no.mjs:create"}\n',
      'completion_fns/own.mjs': 'export const create = () => () => ({ text: "" });\n',
      'data/good.jsonl': '{}\n',
    });
    const listed = listEntries(new Registry([root]), FOLDER);
    expect(listed.map(({ entry, status, why }) => [entry.kind, entry.name, status, why])).toEqual([
      ['evals', 'good', 'runnable', undefined],
      ['evals', 'good.dev.v0', 'runnable', undefined],
      ['evals', 'gone', 'not-runnable', 'data missing: no such file'],
      ['evals', 'gone.dev.v0', 'not-runnable', 'data missing: no such file'],
      ['eval_sets', 'all', 'not-runnable', '1 of 2 evals cannot run'],
      ['eval_sets', 'some', 'runnable', undefined],
      ['completion_fns', 'chain', 'not-runnable', 'needs Python: class langchain.x:Y'],
      ['completion_fns', 'own', 'runnable', undefined],
      ['completion_fns', 'gone', 'invalid', expect.stringContaining('there is no file') as string],
    ]);
    expect(listed[0]).toMatchObject({ leadsTo: 'good.dev.v0', class: MATCH });
    expect(listed[5]?.unmatched).toEqual(['oops']);
  });
});

describe('the check of a registry', () => {
  it('tells all that is wrong, each thing once, and what can run', () => {
    const root = makeFolder({
      'evals/e.yaml': `${evalYaml('good', 'good.jsonl')}lost: {id: nothing}\nbad.dev.v0: {class: 1}\nalias: {id: bad.dev.v0}\nodd: {id: good.dev.v0, metric: [x]}\n`,
      'eval_sets/s.yaml': 'some: {evals: [oops]}\n',
      'data/good.jsonl': '{}\n',
    });
    const { problems, entries } = checkRegistry(new Registry([root]), FOLDER);
    expect(problems.map(({ severity, place, message }) => `${severity} ${place}: ${message}`)).toEqual([
      `error ${join(root, 'evals/e.yaml')}:9: "bad.dev.v0" "class" is the number 1 and not a text`,
      `warning ${join(root, 'evals/e.yaml')}:11: "odd" has the key "metric", which nothing reads; did you mean "metrics"?`,
      `error ${join(root, 'evals/e.yaml')}:8: no entry of evals is named "nothing": lost > nothing`,
      `warning ${join(root, 'eval_sets/s.yaml')}:1: the eval set "some" names "oops", which no eval matches`,
    ]);
    expect(entries.filter(({ status }) => status === 'runnable').map(({ entry }) => entry.name)).toEqual([
      'good',
      'good.dev.v0',
      'odd',
    ]);
  });

  it('tells a choice with punctuation, and each place once, also in a folder with spaces', () => {
    const root = makeFolder({
      'my registry/evals/e.yaml': `graded.dev.v0: {class: "evals.elsuite.modelgraded.classify:ModelBasedClassify", args: {modelgraded_spec: dotted}}\nlost: {id: good.dev.v1}\ngood.dev.v0: {class: ${MATCH}}\n`,
      'my registry/modelgraded/m.yaml':
        'dotted: {prompt: x, choice_strings: ["A.", B], input_outputs: {}}\ncharacters: {prompt: x, choice_strings: "A,B", input_outputs: {}}\nmade: {prompt: x, choice_strings: from_n_abc, input_outputs: {}}\n',
    });
    const { problems, entries } = checkRegistry(new Registry([join(root, 'my registry')]), FOLDER);
    const file = (name: string): string => join(root, 'my registry', name);
    expect(problems.map(({ place, message }) => `${place}: ${message}`)).toEqual([
      `${file('modelgraded/m.yaml')}:1: "dotted" has the choice "A.", which contains punctuation; answers are read without it`,
      `${file('modelgraded/m.yaml')}:2: "characters" has the choice ",", which contains punctuation; answers are read without it`,
      `${file('evals/e.yaml')}:2: no entry of evals is named "good.dev.v1": lost > good.dev.v1. Did you mean "good.dev.v0"?`,
    ]);
    const usable = entries.filter(({ status }) => status === 'runnable').map(({ entry }) => entry.name);
    expect(usable).not.toContain('graded.dev.v0');
    expect(usable).toContain('made');
  });

  it('says nothing of entries when a file is broken', () => {
    const root = makeFolder({ 'evals/e.yaml': evalYaml('good', 'x'), 'evals/bad.yaml': '{' });
    const { problems, entries } = checkRegistry(new Registry([root]), FOLDER);
    expect(problems.map(({ severity }) => severity)).toEqual(['error']);
    expect(entries).toEqual([]);
  });

  it('of one eval reads every row of its data, and takes its arguments to its class', async () => {
    const root = makeFolder({
      'evals/e.yaml': `${evalYaml('good', 'good.jsonl')}${evalYaml('bad', 'bad.jsonl')}typo.dev.v0: {class: ${MATCH}, args: {samples_jsonl: good.jsonl, num_few_shots: 1}}\n`,
      'data/good.jsonl': '{}\n{}\n',
      'data/bad.jsonl': '{}\n{"a" 1}\n',
    });
    const registry = new Registry([root]);
    expect(await checkEval(registry, 'good', FOLDER)).toEqual({
      name: 'good',
      specName: 'good.dev.v0',
      samples: 2,
    });
    expect((await checkEval(registry, 'bad', FOLDER))?.why).toContain('bad.jsonl:2:6 is not JSON');
    expect((await checkEval(registry, 'typo.dev.v0', FOLDER))?.why).toContain('num_few_shots');
    expect(await checkEval(registry, 'nothing', FOLDER)).toBeUndefined();
  });
});
