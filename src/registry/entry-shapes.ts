import { nearestMatch } from '../core/nearest-match.ts';
import { hasPunctuation } from '../core/python/text.ts';

/** The resources of a registry, each a folder of YAML files or one file. `eval_classes` is evaltui's own. */
export const REGISTRY_KINDS = [
  'evals',
  'eval_sets',
  'completion_fns',
  'modelgraded',
  'solvers',
  'eval_classes',
] as const;
export type RegistryKind = (typeof REGISTRY_KINDS)[number];

/** Says what was expected when a value is of another type. */
type Check = (value: unknown) => string | undefined;

const isMapping = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === 'string';

const text: Check = (value) => (isText(value) ? undefined : 'a text');
const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');
const mapping: Check = (value) => (isMapping(value) ? undefined : 'a mapping');
const texts: Check = (value) => (Array.isArray(value) && value.every(isText) ? undefined : 'a list of texts');
const promptCheck: Check = (value) =>
  isText(value) || (Array.isArray(value) && value.every(isMapping)) ? undefined : 'a text or chat messages';
const choices: Check = (value) =>
  isText(value) || texts(value) === undefined ? undefined : 'a list of texts, or a text';
const scores: Check = (value) =>
  value === 'from_strings' ||
  (isMapping(value) && Object.values(value as object).every((score) => typeof score === 'number'))
    ? undefined
    : 'a mapping from choices to numbers, or from_strings';
const textMapping: Check = (value) =>
  isMapping(value) && Object.values(value as object).every(isText) ? undefined : 'a mapping of texts';

interface Shape {
  readonly keys: Readonly<Record<string, Check>>;
  /** What an entry without an `id` must have. */
  readonly required: readonly string[];
}

const FUNCTION: Shape = { keys: { id: text, class: text, args: mapping }, required: ['class'] };

const SHAPES: Readonly<Record<RegistryKind, Shape>> = {
  evals: {
    keys: {
      id: text,
      class: text,
      args: mapping,
      metrics: texts,
      description: text,
      disclaimer: text,
      higher_is_better: flag,
    },
    required: ['class'],
  },
  eval_sets: { keys: { id: text, evals: texts }, required: ['evals'] },
  completion_fns: FUNCTION,
  solvers: FUNCTION,
  modelgraded: {
    keys: {
      id: text,
      prompt: promptCheck,
      choice_strings: choices,
      input_outputs: textMapping,
      eval_type: text,
      choice_scores: scores,
      output_template: text,
    },
    required: ['prompt', 'choice_strings', 'input_outputs'],
  },
  eval_classes: { keys: { class: text }, required: ['class'] },
};

/** What OpenAI Evals sets by itself in every entry. */
const RESERVED = ['key', 'group', 'cls'] as const;

export interface ShapeProblem {
  readonly severity: 'error' | 'warning';
  /** The key that is meant; absent for the entry as a whole. */
  readonly key?: string;
  readonly message: string;
}

/** What is wrong with an entry: errors keep it from being used, warnings are for keys that nothing reads. */
export function checkShape(kind: RegistryKind, value: unknown): readonly ShapeProblem[] {
  if (!isMapping(value)) {
    const advice = isText(value) ? `; for an alias write "id: ${String(value)}" below the name` : '';
    return [{ severity: 'error', message: `is ${nameOf(value)} and not a mapping${advice}` }];
  }
  const entry = value as Readonly<Record<string, unknown>>;
  const { keys, required } = SHAPES[kind];
  const problems: ShapeProblem[] = [];
  for (const [key, item] of Object.entries(entry)) {
    if ((RESERVED as readonly string[]).includes(key)) {
      problems.push({ severity: 'error', key, message: `has the reserved key "${key}"; rename it` });
      continue;
    }
    const check = keys[key];
    if (check === undefined) {
      const nearest = nearestMatch(key, Object.keys(keys));
      const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
      problems.push({
        severity: 'warning',
        key,
        message: `has the key "${key}", which nothing reads${hint}`,
      });
      continue;
    }
    const expected = item === null ? undefined : check(item);
    if (expected !== undefined) {
      problems.push({ severity: 'error', key, message: `"${key}" is ${nameOf(item)} and not ${expected}` });
    }
  }
  const choice = kind === 'modelgraded' ? choiceWithPunctuation(entry['choice_strings']) : undefined;
  if (choice !== undefined) {
    problems.push({
      severity: 'error',
      key: 'choice_strings',
      message: `has the choice "${choice}", which contains punctuation; answers are read without it`,
    });
  }
  const missing =
    typeof entry['id'] === 'string' ? [] : required.filter((key) => (entry[key] ?? null) === null);
  if (missing.length > 0) {
    problems.push({
      severity: 'error',
      message: `has no ${missing.map((key) => `"${key}"`).join(' and no ')}`,
    });
  }
  return problems;
}

/** No answer could ever match it. A text stands for its characters, unless it names choices made from n. */
function choiceWithPunctuation(choiceStrings: unknown): string | undefined {
  if (typeof choiceStrings === 'string' && choiceStrings.startsWith('from_n')) return undefined;
  const listed: readonly unknown[] =
    typeof choiceStrings === 'string'
      ? Array.from(choiceStrings)
      : Array.isArray(choiceStrings)
        ? choiceStrings
        : [];
  return listed.find((each): each is string => typeof each === 'string' && hasPunctuation(each));
}

function nameOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    default:
      return 'a mapping';
  }
}
