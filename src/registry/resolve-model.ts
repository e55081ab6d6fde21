import type { CompletionFnSpec } from '../completion-fns/create-completion-fn.ts';
import { EvaltuiError } from '../core/errors.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import { parseModelSpec, type OpenAISpec } from '../core/model-spec.ts';
import { completionFnsOf, type RunSpec } from '../core/run-spec.ts';
import { readOpenAIArgs } from './openai-args.ts';
import { Registry, type RegistryEntry } from './registry.ts';
import { registryRoots } from './roots.ts';

type ModelChoice = Pick<RunSpec, 'completionFns' | 'grader' | 'registryPaths' | 'completionArgs'>;

/** A completion function by the name that the run has for it. */
export interface NamedModel {
  readonly name: string;
  readonly spec: CompletionFnSpec;
}

/**
 * What the names of a run's completion functions mean, the grader last: an entry of a registry's `completion_fns`
 * of that name, else what the name itself says. Arguments go to each that takes some. Throws `bad-model`,
 * `bad-option` (also for arguments that none takes), `needs-python` or `registry-invalid`.
 */
// oxlint-disable-next-line typescript/require-await -- what it throws is a rejection, as of all that loads
export async function resolveModels(choice: ModelChoice): Promise<readonly NamedModel[]> {
  const { registryPaths, completionArgs } = choice;
  const registry = new Registry(registryRoots(registryPaths));
  const names = completionFnsOf(choice);
  if (!names.some(takesArgs)) refuseArgs(names, completionArgs);
  return names.map((name) => ({
    name,
    spec: resolveCompletionFn(registry, name, takesArgs(name) ? completionArgs : {}),
  }));
}

/** The simulated ones do not: they are there for what is not there. */
function takesArgs(model: string): boolean {
  const { kind } = parseModelSpec(model);
  return kind !== 'mock' && kind !== 'dummy';
}

function refuseArgs(names: readonly string[], args: JsonObject): void {
  if (Object.keys(args).length === 0) return;
  throw new EvaltuiError(
    'bad-option',
    `--completion-args: "${names.join(',')}" takes no arguments of that kind.`,
  );
}

/** The same of one name, within a registry that is loaded already. */
export function resolveCompletionFn(
  registry: Registry,
  model: string,
  completionArgs: JsonObject,
): CompletionFnSpec {
  return resolveNamed({ registry, completionArgs, within: [] }, model);
}

interface Search {
  readonly registry: Registry;
  readonly completionArgs: JsonObject;
  /** Entries that lead here: a chain of thought names other functions. */
  readonly within: readonly string[];
}

function resolveNamed(search: Search, model: string): CompletionFnSpec {
  const { registry, completionArgs, within } = search;
  const spec = parseModelSpec(model);
  if (spec.kind === 'openai') return modelOf(spec.name, readOpenAIArgs(completionArgs, model));
  if (spec.kind !== 'named') return spec;
  const { name } = spec;
  const entry = (registry.follow('completion_fns', name) ?? registry.follow('solvers', name))?.at(-1);
  if (entry === undefined) return modelOf(name, readOpenAIArgs(completionArgs, model));
  if (within.includes(entry.name)) {
    throw new EvaltuiError(
      'registry-invalid',
      `${entry.file}:${entry.line}: the completion function "${entry.name}" is made of itself: ${[...within, entry.name].join(' > ')}.`,
    );
  }
  return resolveEntry({ ...search, within: [...within, entry.name] }, entry);
}

/** Models that OpenAI serves by its completions endpoint only, fine-tuned ones too. All others chat. */
const COMPLETIONS_ONLY =
  /^(?:ft:)?(?:(?:text-|code-)?(?:ada|babbage|curie|davinci)(?:[-:].*)?|gpt-3\.5-turbo-instruct.*|gpt-4-base)$/;

function modelOf(name: string, args: ReturnType<typeof readOpenAIArgs>): OpenAISpec {
  return {
    kind: 'openai',
    name,
    ...(COMPLETIONS_ONLY.test(name) ? { endpoint: 'completions' } : {}),
    ...args,
  };
}

function resolveEntry(search: Search, entry: RegistryEntry): CompletionFnSpec {
  const className = String(entry.spec['class']).trim();
  const args = { ...(entry.spec['args'] as JsonObject | null | undefined), ...search.completionArgs };
  if (className.startsWith('.')) {
    return { kind: 'plug-in', name: entry.name, registryFile: entry.file, class: className, args };
  }
  const resolve = CLASSES.get(className);
  if (resolve !== undefined) return resolve(search, entry, args);
  throw new EvaltuiError(
    'needs-python',
    `needs Python: class ${className} ("${entry.name}" in ${entry.file}).`,
    { details: { class: className } },
  );
}

type ResolveClass = (search: Search, entry: RegistryEntry, args: JsonObject) => CompletionFnSpec;

/** Completion functions of OpenAI Evals that evaltui has, by their Python paths. */
const CLASSES: ReadonlyMap<string, ResolveClass> = new Map([
  ['evals.completion_fns.openai:OpenAIChatCompletionFn', openAI('chat')],
  ['evals.completion_fns.openai:OpenAICompletionFn', openAI('completions')],
  ['evals:OpenAIChatCompletionFn', openAI('chat')],
  ['evals:OpenAICompletionFn', openAI('completions')],
  ['evals.api:DummyCompletionFn', (): CompletionFnSpec => ({ kind: 'dummy' })],
  ['evals.completion_fns.cot:ChainOfThoughtCompletionFn', resolveCot],
]);

function openAI(endpoint: 'chat' | 'completions'): ResolveClass {
  return (_search, entry, { model, ...args }) => {
    if (typeof model !== 'string') throw badArgument(entry, 'model', 'the name of a model');
    return { kind: 'openai', name: model, endpoint, ...readOpenAIArgs(args, entry.name) };
  };
}

/** The defaults of its texts are those of the function itself. Its other arguments are passed over, as there. */
function resolveCot(search: Search, entry: RegistryEntry, args: JsonObject): CompletionFnSpec {
  const inner = { ...search, completionArgs: {} };
  const { cot_completion_fn: cot, extract_completion_fn: extract } = args;
  if (typeof cot !== 'string') {
    throw badArgument(entry, 'cot_completion_fn', 'the name of a completion function');
  }
  const text = (key: string): string | undefined => {
    const value: JsonValue | undefined = args[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw badArgument(entry, key, 'a text');
    return value;
  };
  const [cotTemplate, extractAnswerTemplate] = [text('cot_template'), text('extract_answer_template')];
  return {
    kind: 'cot',
    cot: resolveNamed(inner, cot),
    ...(typeof extract === 'string' ? { extract: resolveNamed(inner, extract) } : {}),
    ...(cotTemplate === undefined ? {} : { cotTemplate }),
    ...(extractAnswerTemplate === undefined ? {} : { extractAnswerTemplate }),
  };
}

function badArgument(entry: RegistryEntry, key: string, expected: string): EvaltuiError {
  return new EvaltuiError(
    'registry-invalid',
    `${entry.file}:${entry.line}: the completion function "${entry.name}" needs "${key}": ${expected}.`,
  );
}
