import { serializeEvalError } from './eval-error.ts';
import type { Attempt, EvalDefinition } from '../../core/eval.ts';
import { finalReport } from '../../core/final-report.ts';
import { whyNotJson, type JsonObject } from '../../core/json.ts';
import { createSummary, type SummaryEnd, type SummaryInput } from '../../core/summary.ts';
import { SUMMARIZE_ERROR } from '../messages.ts';

/**
 * The default report of an eval's finished tasks, joined with its own `summarize`. Memory: 8 bytes a task; with
 * a `summarize` of its own, which takes all of them at once, also what an `Attempt` says of each.
 */
export async function reportOf(
  definition: EvalDefinition,
  { pages, end }: { readonly pages: AsyncIterable<readonly SummaryInput[]>; readonly end: SummaryEnd },
): Promise<JsonObject> {
  const summary = createSummary();
  const attempts: Attempt[] = [];
  for await (const page of pages) {
    for (const input of page) {
      summary.add(input);
      if (definition.summarize !== undefined) attempts.push(attemptOf(input));
    }
  }
  const standard = summary.finish(end);
  if (definition.summarize === undefined) return standard;
  try {
    const own: unknown = definition.summarize(attempts);
    const why = whyNotJson(own, 'what summarize() returned');
    if (why !== undefined) throw new TypeError(why);
    return finalReport({ standard, own: own as JsonObject, form: definition.report });
  } catch (error) {
    // The default report stands; the run is errored, and says why.
    const { message } = serializeEvalError(error);
    return { ...standard, [SUMMARIZE_ERROR]: `summarize() failed: ${message}` };
  }
}

/** What `summarize` is promised, and no more: there may be a million of them. */
function attemptOf({ sampleId, attempt, group, result, errorKind }: SummaryInput): Attempt {
  return {
    sampleId,
    attempt,
    ...(group === undefined ? {} : { group }),
    ...(result === undefined ? {} : { result }),
    ...(errorKind === undefined ? {} : { errorKind }),
  };
}
