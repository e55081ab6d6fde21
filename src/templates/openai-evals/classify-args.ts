import { z } from 'zod';
import type { SamplingOptions } from '../../core/completion.ts';
import { EvaltuiError } from '../../core/errors.ts';
import { ANSWER_PROMPTS } from './answer-prompt.ts';
import { choicesOf, MATCH_FN_NAMES, whyNoScores, type MatchFnName } from './choice-rule.ts';
import { flag, parseArgs } from './class-args.ts';
import type { EvalClassOptions } from './eval-class.ts';
import { parseModelGradedSpec, type ModelGradedSpec } from './model-graded-spec.ts';

/** The args of ModelBasedClassify, checked against its spec and the run's completion functions. */
export interface ClassifyArgs {
  readonly samplesPath: string;
  readonly spec: ModelGradedSpec;
  /** Values for the spec's prompt that are the same for every sample. */
  readonly specArgs: Readonly<Record<string, unknown>>;
  /** The answer prompt that is appended; undefined: none is. */
  readonly answerType: string | undefined;
  /** Which way an answer is read. */
  readonly evalType: string;
  readonly matchFn: MatchFnName;
  readonly choices: readonly string[];
  /** Completions that are graded together. */
  readonly completions: number;
  readonly metaeval: boolean;
  /** Completion functions that answer, from 0 on. */
  readonly policies: number;
  /** The index of the one that grades: the last; with a single one, that. */
  readonly grader: number;
  readonly sampling: SamplingOptions;
  readonly grading: SamplingOptions;
}

const CALL_KWARGS = z.strictObject({
  max_tokens: z.int().default(1024),
  temperature: z.number().default(0),
  n_samples: z.int().nullish(),
  completion_kwargs: z.record(z.string(), z.unknown()).default({}),
});

const ARGS = {
  samples_jsonl: z.string(),
  modelgraded_spec: z.string(),
  modelgraded_spec_args: z.record(z.string(), z.unknown()).nullish(),
  sample_kwargs: CALL_KWARGS.nullish(),
  eval_kwargs: CALL_KWARGS.nullish(),
  multicomp_n: z.union([z.int().min(1), z.literal('from_models')]).default(1),
  eval_type: z.string().nullish(),
  match_fn: z.enum(MATCH_FN_NAMES).nullish(),
  metaeval: flag.default(false),
};

/** Throws `bad-param`, `bad-option` and `registry-invalid`, each with the name of the eval. */
export function parseClassifyArgs(options: EvalClassOptions): ClassifyArgs {
  const args = parseArgs(options, ARGS);
  const { completionFns, evalName } = options;
  const invalid = (what: string): EvaltuiError =>
    new EvaltuiError('registry-invalid', `The eval "${evalName}": ${what}.`, { details: { evalName } });

  const spec = parseModelGradedSpec(args.modelgraded_spec, options.modelGraded(args.modelgraded_spec));
  const evalType = spec.evalType ?? args.eval_type ?? undefined;
  if (evalType === undefined) {
    throw invalid(`neither it nor its spec "${args.modelgraded_spec}" has an eval_type`);
  }
  const answerType = args.eval_type ?? undefined;
  if (answerType !== undefined && !Object.hasOwn(ANSWER_PROMPTS, answerType)) {
    throw invalid(`eval_type "${answerType}" is none of ${Object.keys(ANSWER_PROMPTS).join(', ')}`);
  }
  const policies = Math.max(1, completionFns - 1);
  const completions = countCompletions(args.multicomp_n, { policies, evalName });
  if (completions > 1 && !spec.outputTemplate) {
    throw invalid(
      `multicomp_n is ${completions}, and its spec "${args.modelgraded_spec}" has no output_template`,
    );
  }
  const choices = choicesOf(spec.choiceStrings, completions, args.modelgraded_spec);
  const noScores = whyNoScores(choices, spec.choiceScores);
  if (noScores !== undefined) throw invalid(`its spec "${args.modelgraded_spec}" ${noScores}`);
  return {
    samplesPath: args.samples_jsonl,
    spec,
    specArgs: args.modelgraded_spec_args ?? {},
    answerType,
    evalType,
    matchFn: args.match_fn ?? 'starts_or_endswith',
    choices,
    completions,
    metaeval: args.metaeval,
    policies,
    grader: completionFns - 1,
    sampling: callOptions(CALL_KWARGS.parse(args.sample_kwargs ?? {})),
    grading: callOptions(CALL_KWARGS.parse(args.eval_kwargs ?? {})),
  };
}

function countCompletions(
  given: number | 'from_models',
  { policies, evalName }: { readonly policies: number; readonly evalName: string },
): number {
  if (given === 'from_models' && policies === 1) {
    throw new EvaltuiError(
      'bad-option',
      `The eval "${evalName}" compares models: give two or more completion functions and then the one that grades.`,
    );
  }
  const completions = given === 'from_models' ? policies : given;
  if (policies > 1 && completions !== policies) {
    throw new EvaltuiError(
      'bad-option',
      `The eval "${evalName}" grades ${completions} ${completions === 1 ? 'completion' : 'completions'} of a sample; ` +
        `${policies + 1} completion functions were given, of which the last one grades.`,
    );
  }
  return completions;
}

/** What OpenAI Evals' PromptFn sends with every call. */
function callOptions(kwargs: z.output<typeof CALL_KWARGS>): SamplingOptions {
  return {
    maxTokens: kwargs.max_tokens,
    temperature: kwargs.temperature,
    topP: 1,
    frequencyPenalty: 0,
    presencePenalty: 0,
    extra: { n: kwargs.n_samples ?? 1, ...kwargs.completion_kwargs },
  };
}
