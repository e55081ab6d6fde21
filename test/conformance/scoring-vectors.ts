import { chatPromptToText } from '../../src/core/chat-prompt.ts';
import type { JsonObject, JsonValue } from '../../src/core/json.ts';
import { formatTemplate } from '../../src/core/python/format.ts';
import { jsonMatches, parsePythonJson } from '../../src/core/python/json.ts';
import { bootstrapStd } from '../../src/templates/openai-evals/accuracy.ts';
import {
  ANSWER_PROMPTS,
  answerPrompt,
  joinCompletions,
} from '../../src/templates/openai-evals/answer-prompt.ts';
import { bleuCounts, bleuScore, sumBleuCounts } from '../../src/templates/openai-evals/bleu.ts';
import {
  choicesOf,
  readChoice,
  scoreChoice,
  type ChoiceScores,
  type MatchFnName,
} from '../../src/templates/openai-evals/choice-rule.ts';
import { bestF1, fuzzyMatches, normalizeFuzzy } from '../../src/templates/openai-evals/fuzzy-rule.ts';
import { checkMatch, includesReference } from '../../src/templates/openai-evals/match-rule.ts';
import { scrubPrompt } from '../../src/templates/openai-evals/prompt-format.ts';
import { readVectors } from '../templates/openai-evals/shared-data.ts';
import { vectorGroup, type VectorGroup } from './vector-group.ts';

type Texts = string | readonly string[];

interface ScoringVectors {
  readonly 'match(record_and_check_match)': readonly {
    readonly sampled: string;
    readonly ideal: Texts;
    readonly correct: boolean;
    readonly picked: string | null;
    readonly recorded_expected: Texts;
    readonly options: readonly string[];
  }[];
  readonly 'includes(get_answer is not None)': readonly {
    readonly sampled: string;
    readonly ref: string;
    readonly ignore_case: boolean;
    readonly hit: boolean;
  }[];
  readonly fuzzy: readonly Readonly<
    Record<'s1' | 's2' | 'n1' | 'n2', string> & { fuzzy: boolean; f1: number }
  >[];
  readonly f1_multi: readonly {
    readonly prediction: string;
    readonly answers: string[];
    readonly f1: number;
  }[];
  readonly json_match: readonly {
    readonly sampled: string;
    readonly ideal: string;
    readonly match: boolean;
  }[];
  readonly is_valid_json: readonly { readonly s: string; readonly valid: boolean }[];
  readonly get_choice: readonly {
    readonly eval_type: string;
    readonly match_fn: MatchFnName;
    readonly text: string;
    readonly choices: Texts;
    readonly choice: string;
  }[];
  readonly choice_score: readonly {
    readonly choice: string;
    readonly strings: Texts;
    readonly scores: ChoiceScores | null;
    readonly score: number | null;
  }[];
  readonly get_choice_strings: readonly {
    readonly in: Texts;
    readonly n: number | null;
    readonly out: Texts;
  }[];
  readonly choice_to_str: readonly { readonly in: Texts; readonly out: string }[];
  readonly answer_prompts: Readonly<Record<string, string>>;
  readonly append_answer_prompt: readonly {
    readonly eval_type: string;
    readonly out: readonly { readonly content: string }[];
  }[];
  readonly concat_n: readonly {
    readonly completions: string[];
    readonly template: string;
    readonly out: string;
  }[];
  readonly format_necessary: readonly {
    readonly template: string;
    readonly kwargs: Readonly<Record<string, string>>;
    readonly out: string;
  }[];
  readonly scrub: readonly { readonly in: JsonValue; readonly out: JsonValue }[];
  readonly chat_prompt_to_text_prompt: readonly {
    readonly in: readonly JsonObject[];
    readonly for_completion: boolean;
    readonly out: string;
  }[];
  readonly bleu_sentence: readonly {
    readonly hyp: string;
    readonly refs: readonly string[];
    readonly score: number;
    readonly 'match(>30)': boolean;
  }[];
  readonly bleu_corpus: { readonly hyps: string[]; readonly refs: string[]; readonly score: number };
  readonly bootstrap_expected: readonly {
    readonly n: number;
    readonly correct: number;
    readonly analytic: number;
  }[];
}

const found = readVectors<ScoringVectors>('reference/scoring_vectors.json');
const vectors: Partial<ScoringVectors> = found ?? {};

const listOf = (texts: Texts): readonly string[] => (typeof texts === 'string' ? [texts] : texts);
const choicesIn = (texts: Texts): readonly string[] => choicesOf(texts, 1, 'vectors');

/** What evaltui draws without a seed of theirs comes this near. */
const BOOTSTRAP_TOLERANCE = 0.1;

/** Every vector of OpenAI Evals' own scoring functions. */
export const SCORING_VECTORS: readonly VectorGroup[] = [
  vectorGroup('match', vectors['match(record_and_check_match)'], (row) => [
    // As text, so that the order of keys counts.
    JSON.stringify({
      correct: row.correct,
      expected: row.recorded_expected,
      picked: row.picked,
      sampled: row.sampled,
      options: row.options,
    }),
    () => JSON.stringify(checkMatch(row.sampled, listOf(row.ideal))),
  ]),
  vectorGroup('includes', vectors['includes(get_answer is not None)'], (row) => [
    row.hit,
    () => includesReference(row.sampled, row.ref, { ignoreCase: row.ignore_case }),
  ]),
  vectorGroup('fuzzy match', vectors.fuzzy, (row) => [
    [row.n1, row.n2, row.fuzzy, row.f1],
    () => [
      normalizeFuzzy(row.s1),
      normalizeFuzzy(row.s2),
      fuzzyMatches(row.s1, row.s2),
      bestF1(row.s1, [row.s2]),
    ],
  ]),
  vectorGroup('best F1', vectors.f1_multi, (row) => [row.f1, () => bestF1(row.prediction, row.answers)]),
  vectorGroup('JSON match', vectors.json_match, (row) => [
    row.match,
    () => jsonMatches(parsePythonJson(row.sampled) ?? null, parsePythonJson(row.ideal) ?? null),
  ]),
  vectorGroup('JSON validity', vectors.is_valid_json, (row) => [
    row.valid,
    () => parsePythonJson(row.s) !== undefined,
  ]),
  vectorGroup('choice of an answer', vectors.get_choice, (row) => [
    row.choice,
    () =>
      readChoice(row.text, {
        evalType: row.eval_type,
        matchFn: row.match_fn,
        choices: choicesIn(row.choices),
      }).choice,
  ]),
  vectorGroup('score of a choice', vectors.choice_score, (row) => [
    row.score,
    () => scoreChoice(row.choice, choicesIn(row.strings), row.scores ?? undefined),
  ]),
  vectorGroup('choice strings', vectors.get_choice_strings, (row) => [
    Array.from(row.out),
    () => choicesOf(row.in, row.n ?? 1, 'vectors'),
  ]),
  vectorGroup('names of choices', vectors.choice_to_str, (row) => [
    true,
    () => answerPrompt('classify', choicesIn(row.in)).includes(` ${row.out} (`),
  ]),
  vectorGroup('answer prompts', Object.entries(vectors.answer_prompts ?? {}), ([evalType, text]) => [
    text,
    () => ANSWER_PROMPTS[evalType],
  ]),
  vectorGroup('appended answer prompts', vectors.append_answer_prompt, (row) => [
    row.out[0]?.content,
    () => `Q\n\n${answerPrompt(row.eval_type, ['Yes', 'No'])}`,
  ]),
  vectorGroup('joined completions', vectors.concat_n, (row) => [
    row.out,
    () => joinCompletions(row.completions, row.template),
  ]),
  vectorGroup('prompt templates', vectors.format_necessary, (row) => [
    row.out,
    () => formattedOrError(row.template, row.kwargs),
  ]),
  vectorGroup('doubled braces', vectors.scrub, (row) => [row.out, () => scrubPrompt(row.in)]),
  vectorGroup('messages as text', vectors.chat_prompt_to_text_prompt, (row) => [
    row.out,
    () => chatPromptToText(row.in, { forCompletion: row.for_completion }),
  ]),
  vectorGroup('BLEU of a sentence', vectors.bleu_sentence, (row) => [
    row.score,
    () => bleuScore(bleuCounts(row.hyp, row.refs), { effectiveOrder: true }),
  ]),
  vectorGroup('BLEU of a corpus', vectors.bleu_corpus && [vectors.bleu_corpus], (row) => [
    row.score,
    () =>
      bleuScore(sumBleuCounts(row.hyps.map((hyp, index) => bleuCounts(hyp, [row.refs[index] ?? '']))), {
        effectiveOrder: false,
      }),
  ]),
  vectorGroup('bootstrap deviation', vectors.bootstrap_expected, (row) => [
    `within ${BOOTSTRAP_TOLERANCE * 100} % of ${row.analytic}`,
    () => nearness(row),
  ]),
];

/** What Python's `str.format` gives, or the error of the check before it, as the vectors have it. */
function formattedOrError(template: string, values: Readonly<Record<string, string>>): string {
  try {
    return formatTemplate(template, values);
  } catch (error) {
    return `AssertionError: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function nearness({ n, correct, analytic }: ScoringVectors['bootstrap_expected'][number]): string {
  const std = bootstrapStd(Array.from({ length: n }, (_, index) => ({ correct: index < correct })));
  const isNear = std !== null && Math.abs(std - analytic) <= BOOTSTRAP_TOLERANCE * analytic;
  return isNear ? `within ${BOOTSTRAP_TOLERANCE * 100} % of ${analytic}` : String(std);
}
