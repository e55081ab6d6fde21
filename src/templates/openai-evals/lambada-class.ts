import { z } from 'zod';
import type { Attempt, EvalDefinition } from '../../core/eval.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { splitWords } from '../../core/python/text.ts';
import { accuracyOf, resultsOf } from './accuracy.ts';
import { parseArgs, requireOneCompletionFn } from './class-args.ts';
import type { EvalClassOptions } from './eval-class.ts';
import { localDataset } from './local-dataset.ts';
import { checkMatch } from './match-rule.ts';
import { sampleEval } from './sample-eval.ts';

interface LambadaResult extends JsonObject {
  readonly correct: boolean;
}

const QUESTION = 'Please answer with the word which is most likely to follow:';

/**
 * `evals.elsuite.lambada:Lambada`: the last word of a text, from the others. A longer word that begins with it
 * counts as right, too, as there. OpenAI Evals downloads the data; here `dataset` names a local file of rows
 * with a `text`.
 * @see https://github.com/openai/evals/blob/main/evals/elsuite/lambada.py
 */
export function lambadaClass(options: EvalClassOptions): EvalDefinition {
  requireOneCompletionFn(options);
  const args = parseArgs(options, { subset: z.string().optional(), dataset: z.string().optional() });
  const hub = `EleutherAI/lambada_openai${args.subset === undefined ? '' : ` (${args.subset}, test)`}`;
  const path = localDataset(options, { dataset: args.dataset, hub });
  return sampleEval<LambadaResult>(options, {
    openRows: () => options.openRows(path),
    expectedOf: (input) => wordsOf(input)?.at(-1),
    evaluate: async (sample, context) => {
      const words = wordsOf(sample);
      const last = words?.at(-1);
      if (words === undefined || last === undefined) throw new TypeError("sample['text'] must hold words");
      const content = `${QUESTION}\n\n${words.slice(0, -1).join(' ')}`;
      const { text } = await context.complete([{ role: 'system', content }], {
        temperature: 0,
        maxTokens: 8,
      });
      const data = checkMatch(text, [last]);
      context.record({ type: 'match', data });
      return { correct: data.correct, expected: last, picked: data['picked'] ?? null };
    },
    summarize: (attempts: readonly Attempt<LambadaResult>[]) => ({
      accuracy: accuracyOf(resultsOf(attempts)),
    }),
  });
}

function wordsOf(input: JsonValue): readonly string[] | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const text = (input as JsonObject)['text'];
  return typeof text === 'string' ? splitWords(text) : undefined;
}
