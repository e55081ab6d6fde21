import { EvaltuiError } from '../../core/errors.ts';
import { defineEval, type Attempt, type EvalDefinition, type TaskContext } from '../../core/eval.ts';
import type { DataRows } from '../../core/data-rows.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { EvalClassOptions } from './eval-class.ts';
import { shuffledIndexes } from './shuffled-indexes.ts';

/** What a class adds to what all of them share: the order of samples, their ids, the form of the report. */
export interface SampleEval<Result extends JsonValue, Resources> {
  readonly openRows: () => Promise<DataRows>;
  /** What a task holds of a row. Default: the row. */
  readonly inputOf?: (row: JsonValue, sampleId: string) => JsonValue;
  /** The right answer or a list of them, for screens and the mock model. Default: the row's `ideal`. */
  readonly expectedOf?: (input: JsonValue) => JsonValue | undefined;
  /** Run once in each worker; its value is `context.resources`. */
  readonly setup?: () => Promise<Resources>;
  /** One sample; records its events. Errors are of this sample alone. */
  readonly evaluate: (input: JsonObject, context: TaskContext<unknown, Resources>) => Promise<Result>;
  /** OpenAI Evals' final report, its keys in order; null stands where Python has NaN. */
  readonly summarize: (attempts: readonly Attempt<Result>[]) => JsonObject;
}

/**
 * The eval of a spec of OpenAI Evals. Sample ids are `base.split.index`, with the row's index in the data;
 * they come in the order of `random.Random(123).shuffle`.
 */
export function sampleEval<Result extends JsonValue, Resources = undefined>(
  options: EvalClassOptions,
  parts: SampleEval<Result, Resources>,
): EvalDefinition {
  const idPrefix = idPrefixOf(options.evalName);
  const { inputOf = (row) => row, expectedOf = idealOf, setup } = parts;
  const definition = defineEval({
    name: options.evalName,
    report: 'own',
    tasks: async function* () {
      // What every task would fail at ends the planning.
      await setup?.();
      await using rows = await parts.openRows();
      for (const index of shuffledIndexes(rows.count).subarray(0, options.maxSamples ?? rows.count)) {
        const row = rows.row(index).value;
        const id = `${idPrefix}.${index}`;
        const input = inputOf(row, id);
        const expected = expectedOf(input);
        yield { id, input, ...(expected === undefined ? {} : { expected }) };
      }
    },
    ...(setup === undefined ? {} : { setup }),
    evaluate: (task, context) =>
      parts.evaluate(rowOf(task.input), context as unknown as TaskContext<unknown, Resources>),
    summarize: parts.summarize,
  });
  return definition as unknown as EvalDefinition;
}

function idPrefixOf(evalName: string): string {
  const [base, split] = evalName.split('.');
  if (base !== undefined && split !== undefined) return `${base}.${split}`;
  throw new EvaltuiError(
    'registry-invalid',
    `The eval "${evalName}" needs a name of two parts or more: base.split.version.`,
  );
}

function idealOf(input: JsonValue): JsonValue | undefined {
  return isObject(input) ? input['ideal'] : undefined;
}

function rowOf(input: JsonValue): JsonObject {
  if (!isObject(input)) throw new TypeError('sample must be an object');
  return input;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
