import type { JsonObject, JsonValue } from './json.ts';

/** The key under which a report that is the eval's own keeps the standard one. */
const STANDARD = 'evaltui';

/**
 * The final report of an eval with a summary of its own.
 *
 * - By default what its `summarize` returned is merged over the standard report.
 * - With `form: 'own'` it comes first and alone, as in the reports of OpenAI Evals; then the tokens under
 *   their names there, `usage_completion_tokens` and so on, when any were counted; then the standard report
 *   under the one key `evaltui`.
 */
export function finalReport(options: {
  readonly standard: JsonObject;
  readonly own: JsonObject;
  readonly form: 'own' | undefined;
}): JsonObject {
  const { standard, own, form } = options;
  if (form === undefined) return { ...standard, ...own };
  return { ...own, ...usageOf(standard['tokens']), [STANDARD]: standard };
}

function usageOf(tokens: JsonValue | undefined): JsonObject {
  const { completion, prompt, total } = objectOf(tokens) ?? {};
  if (typeof total !== 'number' || total === 0) return {};
  return { usage_completion_tokens: completion, usage_prompt_tokens: prompt, usage_total_tokens: total };
}

/** Whether it is the eval's own, as OpenAI Evals' reports are, with the standard report under one key. */
export function isOwnReport(report: JsonObject): boolean {
  return objectOf(report[STANDARD]) !== undefined;
}

/** What an estimate is made of beside its value. */
const ESTIMATE = ['n', 'stderr', 'ci95'] as const;
const ROUNDING = 1e-9;

/**
 * A final report of either form as one object to read: the eval's own numbers, and beside them those of the
 * standard report. An interval stands only beside the number that it belongs to: where the eval computes its
 * accuracy or score in a way of its own, it has none.
 */
export function flatReport(report: JsonObject): JsonObject {
  const standard = objectOf(report[STANDARD]);
  if (standard === undefined) return report;
  const own = Object.fromEntries(
    Object.entries(report).filter(([key]) => key !== STANDARD && !key.startsWith('usage_')),
  );
  const metric = 'accuracy' in standard ? 'accuracy' : 'score';
  const isKept = agree(own[metric], standard[metric]) || (own[metric] === undefined && standard['n'] !== 0);
  const left: readonly string[] = isKept ? [] : [metric, ...ESTIMATE];
  const kept = Object.entries(standard).filter(([key]) => !left.includes(key));
  return { ...Object.fromEntries(kept), ...own };
}

/** Whether two numbers are the same but for rounding in their sums. */
export function agree(own: JsonValue | undefined, standard: JsonValue | undefined): boolean {
  if (own === null) return standard === null;
  if (typeof own !== 'number' || typeof standard !== 'number') return false;
  return Math.abs(own - standard) <= ROUNDING * Math.max(1, Math.abs(standard));
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : undefined;
}
