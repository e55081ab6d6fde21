import type { MockAnswer } from '../../core/completion.ts';
import { toChatPrompt } from '../../core/chat-prompt.ts';
import type { Attempt, EvalDefinition, TaskContext } from '../../core/eval.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { pythonStr } from '../../core/python/represent.ts';
import { resultsOf } from './accuracy.ts';
import { answerPrompt, joinCompletions } from './answer-prompt.ts';
import { readChoice, scoreChoice } from './choice-rule.ts';
import { parseClassifyArgs, type ClassifyArgs } from './classify-args.ts';
import type { EvalClassOptions } from './eval-class.ts';
import { formatPrompt, scrubPrompt } from './prompt-format.ts';
import { sampleEval } from './sample-eval.ts';
import { fieldOf } from './sample-fields.ts';

interface ClassifyResult extends JsonObject {
  readonly choice: string;
  /** Whether the line that the choice was read from held nothing else. */
  readonly exact: boolean;
  readonly score: number | null;
  /** Metaeval only: whether the choice is the sample's. */
  readonly metascore?: boolean;
}

type Context = TaskContext<unknown, undefined>;

/**
 * `evals.elsuite.modelgraded.classify:ModelBasedClassify`: one or more completions, graded by the last of the
 * run's completion functions. Its choice and its score are recorded as `metrics`.
 * @see https://github.com/openai/evals/blob/main/evals/elsuite/modelgraded/classify.py
 */
export function classifyClass(options: EvalClassOptions): EvalDefinition {
  const args = parseClassifyArgs(options);
  const graderPrompt = withAnswerPrompt(args);
  return sampleEval<ClassifyResult>(options, {
    openRows: () => options.openRows(args.samplesPath),
    evaluate: async (sample, context) => {
      const completions = await sampleCompletions(sample, args, context);
      const scrubbed = Object.keys(args.spec.inputOutputs).map((key) => [
        key,
        scrubPrompt(fieldOf(sample, key)),
      ]);
      const values = { ...completions, ...sample, ...Object.fromEntries(scrubbed), ...args.specArgs };
      const prompt = formatPrompt(graderPrompt, { ...values, n: args.completions } as Record<
        string,
        JsonValue
      >);
      const { text } = await context.step('score', () =>
        context.complete(prompt, { ...args.grading, completionFn: args.grader, mock: mockChoice(args) }),
      );
      const { choice, exact } = readChoice(text, args);
      const score = scoreChoice(choice, args.choices, args.spec.choiceScores);
      const metascore = args.metaeval ? { metascore: choice === fieldOf(sample, 'choice') } : {};
      context.record({ type: 'metrics', data: { choice, score, ...metascore } });
      return { choice, exact, score, ...metascore };
    },
    summarize,
  });
}

/** The spec's prompt; an eval with an `eval_type` of its own asks for the answer at the end of it. */
function withAnswerPrompt({ spec, answerType, choices }: ClassifyArgs): readonly JsonObject[] {
  const last = spec.prompt.at(-1);
  if (answerType === undefined || last === undefined) return spec.prompt;
  const content = `${pythonStr(last['content'] ?? '')}\n\n${answerPrompt(answerType, choices)}`;
  return [...spec.prompt.slice(0, -1), { ...last, content }];
}

/** The completion of each input that the sample does not bring one for, by their output keys. */
async function sampleCompletions(
  sample: JsonObject,
  args: ClassifyArgs,
  context: Context,
): Promise<Readonly<Record<string, string>>> {
  const completions: Record<string, string> = {};
  for (const [inputKey, outputKey] of Object.entries(args.spec.inputOutputs)) {
    const prompt = toChatPrompt(fieldOf(sample, inputKey));
    if (Object.hasOwn(sample, outputKey)) continue;
    const texts: string[] = [];
    for (let index = 0; index < args.completions; index++) {
      const completionFn = args.policies > 1 ? index : 0;
      const { text } = await context.complete(prompt, { ...args.sampling, completionFn });
      texts.push(text);
    }
    const template = args.completions > 1 ? args.spec.outputTemplate : undefined;
    completions[outputKey] = template === undefined ? (texts[0] ?? '') : joinCompletions(texts, template);
  }
  return completions;
}

/** The mock model as a grader: right is the choice with the highest score, or the first one. */
function mockChoice({ choices, spec }: ClassifyArgs): MockAnswer {
  const worth = (choice: string): number => {
    const { choiceScores } = spec;
    return typeof choiceScores === 'object' ? (choiceScores[choice] ?? 0) : Number(choice) || 0;
  };
  const [right = '', ...wrong] = choices.toSorted((a, b) => worth(b) - worth(a));
  return { right, wrong };
}

/** Counts of the choices in the order in which they came, the mean score and the mean metascore. */
function summarize(attempts: readonly Attempt<ClassifyResult>[]): JsonObject {
  const results = resultsOf(attempts);
  const counts = new Map<string, number>();
  for (const { choice } of results) counts.set(choice, (counts.get(choice) ?? 0) + 1);
  const scores = results.flatMap(({ score }) => (score === null ? [] : [score]));
  const metascores = results.flatMap(({ metascore }) => (metascore === undefined ? [] : [Number(metascore)]));
  return {
    ...Object.fromEntries([...counts].map(([choice, count]) => [`counts/${choice}`, count])),
    ...(scores.length === 0 ? {} : { score: meanInOrder(scores) }),
    ...(metascores.length === 0 ? {} : { metascore: meanInOrder(metascores) }),
  };
}

function meanInOrder(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
