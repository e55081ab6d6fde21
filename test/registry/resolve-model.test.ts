import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { resolveModels } from '../../src/registry/resolve-model.ts';
import { makeFolder } from './make-registry.ts';

async function resolve(yaml: string, model: string, completionArgs: JsonObject = {}): Promise<unknown> {
  const root = makeFolder({ 'completion_fns/f.yaml': yaml });
  const [found] = await resolveModels({ completionFns: [model], registryPaths: [root], completionArgs });
  return found?.spec;
}

const COT = 'class: evals.completion_fns.cot:ChainOfThoughtCompletionFn';

describe('a completion function of a registry', () => {
  it('is a plug-in, with the arguments of the command line over its own', async () => {
    const root = makeFolder({
      'completion_fns/f.yaml': 'own: {class: "./own.mjs:create", args: {a: 1, b: 2}}\nalias: {id: own}\n',
    });
    const expected = {
      kind: 'plug-in',
      name: 'own',
      registryFile: join(root, 'completion_fns/f.yaml'),
      class: './own.mjs:create',
      args: { a: 1, b: '3' },
    };
    const choice = { registryPaths: [root], completionArgs: { b: '3' } };
    expect(await resolveModels({ ...choice, completionFns: ['own', 'alias'] })).toEqual([
      { name: 'own', spec: expected },
      { name: 'alias', spec: expected },
    ]);
  });

  it("is one of OpenAI's classes, by its arguments", async () => {
    const yaml = `chat: {class: "evals.completion_fns.openai:OpenAIChatCompletionFn", args: {model: m1, api_base: "http://127.0.0.1:1/v1", n_ctx: 10, extra_options: {temperature: 0.5}}}
text: {class: "evals:OpenAICompletionFn", args: {model: m2}}
none: {class: "evals:OpenAICompletionFn"}
`;
    expect(await resolve(yaml, 'chat', { seed: '7' })).toEqual({
      kind: 'openai',
      name: 'm1',
      endpoint: 'chat',
      baseUrl: 'http://127.0.0.1:1/v1',
      extra: { seed: 7, temperature: 0.5 },
    });
    expect(await resolve(yaml, 'text')).toEqual({ kind: 'openai', name: 'm2', endpoint: 'completions' });
    await expect(resolve(yaml, 'none')).rejects.toThrow('"none" needs "model": the name of a model');
  });

  it('is a chain of thought over other functions, never over itself', async () => {
    const yaml = `cot: {${COT}, args: {cot_completion_fn: gpt-x, cot_template: think}}
of-own: {${COT}, args: {cot_completion_fn: own, extract_completion_fn: dummy}}
own: {class: "./own.mjs:create"}
circle: {${COT}, args: {cot_completion_fn: circle2}}
circle2: {${COT}, args: {cot_completion_fn: circle}}
of-python: {${COT}, args: {cot_completion_fn: chain}}
chain: {class: evals.completion_fns.langchain_llm:LangChainLLMCompletionFn}
`;
    expect(await resolve(yaml, 'cot')).toEqual({
      kind: 'cot',
      cot: { kind: 'openai', name: 'gpt-x' },
      cotTemplate: 'think',
    });
    expect(await resolve(yaml, 'cot', { cot_completion_fn: 'mock:accuracy=1' })).toMatchObject({
      cot: { kind: 'mock', accuracy: 1 },
    });
    expect(await resolve(yaml, 'of-own')).toMatchObject({
      cot: { kind: 'plug-in', name: 'own' },
      extract: { kind: 'dummy' },
    });
    await expect(resolve(yaml, 'circle')).rejects.toThrow('made of itself: circle > circle2 > circle');
    await expect(resolve(yaml, 'of-python')).rejects.toMatchObject({
      code: 'needs-python',
      message: expect.stringContaining('langchain_llm:LangChainLLMCompletionFn ("chain" in') as string,
    });
  });

  it('that no registry has is a model of the endpoint, whose requests carry the arguments', async () => {
    expect(await resolve('', 'gpt-x', { temperature: '0.5', user: 'me', api_base: 'http://h/v1' })).toEqual({
      kind: 'openai',
      name: 'gpt-x',
      baseUrl: 'http://h/v1',
      extra: { temperature: 0.5, user: 'me' },
    });
    expect(await resolve('', 'openai/gpt-x', { extra_options: '{"top_p": 1}' })).toMatchObject({
      extra: { top_p: 1 },
    });
  });

  it('takes no key on the command line, and the mock and the dummy no arguments', async () => {
    await expect(resolve('', 'gpt-x', { api_key: 'sk-secret' })).rejects.toThrow(
      'Set OPENAI_API_KEY instead',
    );
    await expect(resolve('', 'gpt-x', { api_key: 'sk-secret' })).rejects.not.toThrow('sk-secret');
    await expect(resolve('', 'dummy', { a: '1' })).rejects.toMatchObject({ code: 'bad-option' });
    await expect(resolve('', 'mock', { a: '1' })).rejects.toMatchObject({ code: 'bad-option' });
  });

  it('is one of several, the grader last; arguments go to each that takes some', async () => {
    const choice = { registryPaths: [], completionArgs: { user: 'me' } };
    const specs = await resolveModels({ ...choice, completionFns: ['dummy', 'mock', 'm1'], grader: 'm2' });
    expect(specs.map(({ name, spec }) => [name, 'extra' in spec ? spec.extra : undefined])).toEqual([
      ['dummy', undefined],
      ['mock', undefined],
      ['m1', { user: 'me' }],
      ['m2', { user: 'me' }],
    ]);
  });
});

describe('a model of an endpoint', () => {
  it.each([
    ['gpt-3.5-turbo-instruct', 'completions'],
    ['gpt-3.5-turbo-instruct-0914', 'completions'],
    ['gpt-4-base', 'completions'],
    ['davinci-002', 'completions'],
    ['text-davinci-003', 'completions'],
    ['text-embedding-ada-002', undefined],
    ['ft:babbage-002:org::id', 'completions'],
    ['openai/davinci-002', 'completions'],
    ['gpt-3.5-turbo', undefined],
    ['gpt-4o', undefined],
    ['mistral-7b-instruct', undefined],
  ])('%s is called by the interface that serves it', async (model, endpoint) => {
    expect(await resolve('{}', model)).toEqual({
      kind: 'openai',
      name: model.replace('openai/', ''),
      ...(endpoint === undefined ? {} : { endpoint }),
    });
  });
});
