import { EvaltuiError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { MOCK_OPTIONS, parseMockSpec, type MockSpec } from './mock-spec.ts';
import { nearestMatch } from './nearest-match.ts';

/** The fixed sentence of OpenAI Evals' dummy completion function, see `completion-fns/dummy.ts`. */
export interface DummySpec {
  readonly kind: 'dummy';
}

/** A model of an OpenAI-compatible endpoint, by the endpoint's own name for it. */
export interface OpenAISpec {
  readonly kind: 'openai';
  readonly name: string;
  /** Which of its interfaces is called. Default `chat`. */
  readonly endpoint?: 'chat' | 'completions';
  /** Default: `OPENAI_BASE_URL`, else OpenAI's own. */
  readonly baseUrl?: string;
  /** Sent with each request, over what the eval asks for. */
  readonly extra?: JsonObject;
}

/** A bare name: a registry entry when a registry has it, otherwise a model of the endpoint. */
interface NamedSpec {
  readonly kind: 'named';
  readonly name: string;
}

export type ModelSpec = MockSpec | DummySpec | OpenAISpec | NamedSpec;

/** What may be typed as a model, for help and messages. */
export const MODEL_FORMS: readonly string[] = [
  'a model name or openai/<name>',
  'mock or mock:name=value,…',
  'dummy',
  "a registry's completion function",
];

/** `package.module:Class`; a tag such as `llama3.1:8b` is not one, nor is `ft:gpt-4o:org::id`. */
const PYTHON_CLASS = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+:[A-Z]\w*$/;

/**
 * Reads the text of `--model`. Throws `bad-model` that names what was given, what is allowed and the nearest
 * match; `needs-python` for `command:…` and Python class paths, which evaltui does not pretend to run.
 */
export function parseModelSpec(text: string): ModelSpec {
  const model = text.trim();
  if (model.startsWith('command:') || PYTHON_CLASS.test(model)) {
    throw new EvaltuiError('needs-python', `needs Python: ${model}`, { details: { model } });
  }
  if (model === '') throw badModel(text, 'no model is named');
  if (/[\s\p{Cc}]/u.test(model)) {
    throw badModel(text, 'a model is one word without spaces');
  }
  const colon = model.indexOf(':');
  const head = colon === -1 ? model : model.slice(0, colon);
  const tail = colon === -1 ? undefined : model.slice(colon + 1);
  switch (head) {
    case 'mock':
      return parseMockSpec(model, tail ?? '');
    case 'dummy':
      if (tail !== undefined) throw badModel(model, 'dummy has no options');
      return { kind: 'dummy' };
    case 'openai':
      throw badModel(model, `write openai/<name>${tail === undefined ? '' : `: openai/${tail}`}`);
  }
  if (model.startsWith('openai/')) {
    const name = model.slice('openai/'.length);
    if (name === '') throw badModel(model, 'the name after openai/ is missing');
    return { kind: 'openai', name };
  }
  // Only mock takes name=value, so this is a misspelt mock and not a model's name with a tag.
  if (tail?.includes('=') === true) {
    const nearest = nearestMatch(head, ['mock']);
    throw badModel(
      model,
      `"${head}" takes no options.${nearest === undefined ? '' : ` Did you mean "${nearest}:${tail}"?`}`,
    );
  }
  return { kind: 'named', name: model };
}

/**
 * The models of a list with commas. The options of a mock model are parted by commas too: what follows one and
 * is `name=value`, or the name of such an option, belongs to it.
 */
export function splitModels(text: string): readonly string[] {
  const models: string[] = [];
  for (const part of text.split(',')) {
    const last = models.at(-1);
    const isOption = part.includes('=') || MOCK_OPTIONS.some(({ name }) => name === part.trim());
    if (last?.startsWith('mock:') === true && isOption) models[models.length - 1] = `${last},${part}`;
    else models.push(part);
  }
  return models;
}

function badModel(model: string, why: string): EvaltuiError {
  const sentence = /[.?]$/.test(why) ? why : `${why}.`;
  return new EvaltuiError(
    'bad-model',
    `Model ${JSON.stringify(model)}: ${sentence} Allowed: ${MODEL_FORMS.join('; ')}.`,
    {
      details: { model },
    },
  );
}
