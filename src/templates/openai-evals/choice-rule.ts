import { hasPunctuation, strip, withoutPunctuation } from '../../core/python/text.ts';
import { EvaltuiError } from '../../core/errors.ts';

/** The choice of an answer in which none can be read. */
const INVALID_CHOICE = '__invalid__';

export const MATCH_FN_NAMES = ['include', 'exact', 'endswith', 'starts_or_endswith'] as const;

export type MatchFnName = (typeof MATCH_FN_NAMES)[number];

/** How a line of the answer is compared with a choice. */
const MATCH_FNS: Readonly<Record<MatchFnName, (line: string, choice: string) => boolean>> = {
  include: (line, choice) => choice.includes(line),
  exact: (line, choice) => line === choice,
  endswith: (line, choice) => line.endsWith(choice),
  starts_or_endswith: (line, choice) => line.startsWith(choice) || line.endsWith(choice),
};

/**
 * The choices of a spec: a list as it is, a text by its characters, or made from n: `from_n` 1, 2, 3 …,
 * `from_n_abc` a, b, c … and `from_n_ABC`, which start again after 26. Throws `registry-invalid` for a choice
 * with ASCII punctuation, which no answer could ever match.
 *
 * @param spec the name of the spec, for messages
 */
export function choicesOf(
  choiceStrings: string | readonly string[],
  n: number,
  spec: string,
): readonly string[] {
  const choices = listChoices(choiceStrings, n);
  const bad = choices.find(hasPunctuation);
  if (bad === undefined) return choices;
  throw new EvaltuiError(
    'registry-invalid',
    `The model-graded spec "${spec}" has the choice "${bad}", which contains punctuation; answers are read without it.`,
  );
}

function listChoices(choiceStrings: string | readonly string[], n: number): readonly string[] {
  if (typeof choiceStrings !== 'string') return choiceStrings;
  const from = (nth: (index: number) => string): string[] => Array.from({ length: n }, (_, i) => nth(i));
  switch (choiceStrings) {
    case 'from_n':
      return from((index) => String(index + 1));
    case 'from_n_abc':
      return from((index) => letter(index).toLowerCase());
    case 'from_n_ABC':
      return from(letter);
    default:
      return Array.from(choiceStrings);
  }
}

/** A, B, C …, and A again after Z. */
export function letter(index: number): string {
  return String.fromCharCode(65 + (index % 26));
}

export interface ChoiceReading {
  /** One of the choices, or `INVALID_CHOICE`. */
  readonly choice: string;
  /** Whether the line was the choice and nothing else. `Based on …` is read as the choice B, and is not exact. */
  readonly exact: boolean;
}

/**
 * Reads the choice out of a grader's answer: the first line, without ASCII punctuation, that fits a choice,
 * and of that line the first choice in the order of the spec. Where reasoning comes first (`cot_classify…`)
 * the last line is looked at first. Case counts.
 * @see https://github.com/openai/evals/blob/main/evals/elsuite/modelgraded/classify_utils.py, get_choice
 */
export function readChoice(
  text: string,
  rule: { readonly evalType: string; readonly matchFn: MatchFnName; readonly choices: readonly string[] },
): ChoiceReading {
  const fits = MATCH_FNS[rule.matchFn];
  const lines = strip(text).split('\n');
  if (rule.evalType.startsWith('cot_classify')) lines.reverse();
  for (const given of lines) {
    const line = withoutPunctuation(strip(given));
    if (line === '') continue;
    const choice = rule.choices.find((candidate) => fits(line, candidate));
    if (choice !== undefined) return { choice, exact: line === choice };
  }
  return { choice: INVALID_CHOICE, exact: false };
}

/** The score of each choice, or `from_strings`: the number that the choice spells. */
export type ChoiceScores = Readonly<Record<string, number>> | 'from_strings';

/**
 * What a choice is worth: its score, the lowest of all for an answer that could not be read, null without
 * scores. Throws for a choice that has none.
 */
export function scoreChoice(
  choice: string,
  choices: readonly string[],
  scores: ChoiceScores | undefined,
): number | null {
  if (scores === undefined) return null;
  const table = scoreTable(choices, scores);
  if (choice === INVALID_CHOICE) return Math.min(...Object.values(table));
  const score = Object.hasOwn(table, choice) ? table[choice] : undefined;
  if (score === undefined) throw new Error(`choice_scores has no score for "${choice}"`);
  return score;
}

function scoreTable(choices: readonly string[], scores: ChoiceScores): Readonly<Record<string, number>> {
  return scores === 'from_strings' ? Object.fromEntries(choices.map((text) => [text, Number(text)])) : scores;
}

/** Why no answer could be scored, as the end of a sentence about the spec; undefined when some could. */
export function whyNoScores(
  choices: readonly string[],
  scores: ChoiceScores | undefined,
): string | undefined {
  if (scores === undefined) return undefined;
  if (scores !== 'from_strings') {
    const scored = Object.keys(scores);
    if (scored.length === 0) return 'has choice_scores without a score';
    if (scored.some((choice) => choices.includes(choice))) return undefined;
    const advice =
      scored.includes('true') || scored.includes('false') ? ' (YAML reads Yes as true: quote it)' : '';
    return `has choice_scores for ${scored.join(', ')}, and its choices are ${choices.join(', ')}${advice}`;
  }
  const bad = choices.find((choice) => !/^\d+$/.test(choice));
  return bad === undefined
    ? undefined
    : `takes its scores from_strings, and the choice "${bad}" is no number`;
}
