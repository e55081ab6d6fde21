import { describe, expect, it } from 'vitest';
import { EvaltuiError } from '../../src/core/errors.ts';
import { MOCK_OPTIONS } from '../../src/core/mock-spec.ts';
import { parseModelSpec, splitModels } from '../../src/core/model-spec.ts';

function refusal(text: string): EvaltuiError {
  try {
    parseModelSpec(text);
  } catch (error) {
    if (error instanceof EvaltuiError) return error;
    throw error;
  }
  throw new Error(`${text} was not refused`);
}

describe('parseModelSpec', () => {
  it('fills every option of mock in', () => {
    const defaults = {
      kind: 'mock',
      latencyMs: 20,
      jitterMs: 10,
      accuracy: 0.8,
      unparsed: 0,
      errors: {},
      hangs: 0,
    };
    expect(parseModelSpec('mock')).toEqual(defaults);
    expect(parseModelSpec('mock:latency=50ms,accuracy=1')).toEqual({
      ...defaults,
      latencyMs: 50,
      jitterMs: 25,
      accuracy: 1,
    });
    const allDefaults = MOCK_OPTIONS.map((option) => `${option.name}=${option.default}`).join(',');
    expect(parseModelSpec(`mock:${allDefaults}`)).toEqual(defaults);
  });

  it('takes jitter as a share of the latency or as a duration', () => {
    expect(parseModelSpec('mock:latency=1s,jitter=0.1')).toMatchObject({ jitterMs: 100 });
    expect(parseModelSpec('mock:latency=1s,jitter=30ms')).toMatchObject({ jitterMs: 30 });
    expect(parseModelSpec('mock:latency=0')).toMatchObject({ latencyMs: 0, jitterMs: 0 });
  });

  it('shares errors over the kinds that a retry can mend, or takes them by kind', () => {
    expect(parseModelSpec('mock:errors=0.4')).toMatchObject({
      errors: { 'rate-limit': 0.1, server: 0.1, connection: 0.1, timeout: 0.1 },
    });
    const byKind = parseModelSpec('mock:errors=rate-limit:0.01+request:0.02');
    expect(byKind).toMatchObject({ errors: { 'rate-limit': 0.01, request: 0.02 } });
  });

  it('reads the other kinds of model', () => {
    expect(parseModelSpec('dummy')).toEqual({ kind: 'dummy' });
    expect(parseModelSpec('openai/gpt-4o-mini')).toEqual({ kind: 'openai', name: 'gpt-4o-mini' });
    expect(parseModelSpec('openai/meta-llama/Llama-3')).toEqual({
      kind: 'openai',
      name: 'meta-llama/Llama-3',
    });
  });

  it.each(['gpt-4o', 'llama3.1:8b', 'ft:gpt-4o:org::id', 'qwen2.5:latest', 'mocking-bird', 'team/cot'])(
    'takes %s for a name',
    (name) => {
      expect(parseModelSpec(name)).toEqual({ kind: 'named', name });
    },
  );

  it('names the nearest option for a misspelt one, and all that are allowed', () => {
    const { code, message } = refusal('mock:acuracy=1');
    expect(code).toBe('bad-model');
    expect(message).toContain('mock:acuracy=1');
    expect(message).toContain('Did you mean "accuracy"?');
    for (const { name } of MOCK_OPTIONS) expect(message).toContain(name);
  });

  it.each([
    ['mock:latency=50', 'latency=50'],
    ['mock:accuracy=1.5', 'accuracy=1.5'],
    ['mock:accuracy=80%', 'from 0 to 1'],
    ['mock:jitter=fast', 'jitter=fast'],
    ['mock:latency', 'not name=value'],
    ['mock:latency=1s,,', 'not name=value'],
    ['mock:hangs=0.1,hangs=0.2', 'twice'],
    ['mock:errors=0.9,hangs=0.2', 'more than 1'],
    ['mock:errors=rate-limit:0.6+server:0.6', 'more than 1'],
    ['mock:errors=ratelimit:0.1', 'Did you mean "rate-limit"?'],
    ['mock:errors=server', 'kind:share'],
    ['mokc:latency=50ms', 'Did you mean "mock:latency=50ms"?'],
    ['dummy:x', 'dummy has no options'],
    ['openai/', 'missing'],
    ['openai:gpt-4o', 'openai/gpt-4o'],
    ['', 'no model is named'],
    ['gpt 4', 'one word'],
  ])('refuses "%s" and says why', (text, why) => {
    const { code, message } = refusal(text);
    expect(code).toBe('bad-model');
    expect(message).toContain(why);
  });

  it.each(['command:python3 model.py', 'evals.completion_fns.cot:ChainOfThought'])(
    'says that %s needs Python',
    (text) => {
      expect(refusal(text)).toMatchObject({ code: 'needs-python', message: `needs Python: ${text}` });
    },
  );
});

describe('splitModels', () => {
  it('parts a list at its commas, but not the options of a mock model', () => {
    expect(splitModels('gpt-4o')).toEqual(['gpt-4o']);
    expect(splitModels('ref/policy,dummy,gpt-4')).toEqual(['ref/policy', 'dummy', 'gpt-4']);
    expect(splitModels('mock:latency=5ms,errors=rate-limit:0.1,gpt-4,mock,mock:hangs=0')).toEqual([
      'mock:latency=5ms,errors=rate-limit:0.1',
      'gpt-4',
      'mock',
      'mock:hangs=0',
    ]);
    // Left together, so that it is told what is wrong with them.
    expect(splitModels('mock:latency=5ms,acuracy=1')).toHaveLength(1);
    expect(splitModels('mock:latency=5ms,accuracy')).toHaveLength(1);
  });
});
