import { EvaltuiError, serializeError, type ErrorCode } from '../../core/errors.ts';
import type { Sample } from '../../core/eval.ts';
import { whyNotJson, type JsonValue } from '../../core/json.ts';
import { seededRandom, shuffled } from '../../core/random.ts';
import type { RunSpec } from '../../core/run-spec.ts';
import { placeOf } from './error-place.ts';
import type { LoadedEval } from './eval-host.ts';
import type { PlannedBatch } from '../messages.ts';

/** Tasks that are planned in one transaction; a sample's attempts are not parted. */
const BATCH_TASKS = 500;
/** Characters of text after which a transaction is closed all the same: more holds up the executor for seconds. */
const BATCH_TEXT = 8_000_000;

/**
 * Reads an eval's samples as a stream and hands them on in batches, with `--ids`, `--shuffle` and `--limit`
 * applied in this order. Memory is that of one batch, but for `--shuffle`, which needs all samples at once.
 * Returns their number. Throws `eval-tasks-failed` when tasks() throws, `bad-sample` for what is no sample,
 * `no-tasks` for none.
 */
export async function planEval(
  { definition, params }: LoadedEval,
  spec: RunSpec,
  handOn: (batch: PlannedBatch) => Promise<void>,
): Promise<number> {
  const name = definition.name;
  let samples = checkedSamples(definition, params, spec);
  if (spec.ids !== undefined) samples = withIds(samples, spec.ids, name);
  if (spec.shuffle) samples = inRandomOrder(samples, spec.seed);
  const batchSamples = Math.max(1, Math.floor(BATCH_TASKS / spec.attempts));
  let batch: Sample[] = [];
  let batchText = 0;
  let count = 0;
  for await (const sample of samples) {
    if (spec.limit !== undefined && count >= spec.limit) break;
    count += 1;
    batch.push(sample);
    batchText += textIn(sample.input) + textIn(sample.expected ?? null);
    if (batch.length === batchSamples || batchText >= BATCH_TEXT) {
      await handOn({ firstPosition: count - batch.length, samples: batch });
      batch = [];
      batchText = 0;
    }
  }
  if (batch.length > 0) await handOn({ firstPosition: count - batch.length, samples: batch });
  // None were asked for: OpenAI Evals' `--max_samples 0`.
  if (count === 0 && spec.limit !== 0) {
    throw new EvaltuiError(
      'no-tasks',
      `The eval "${name}" has no samples to run: its data is empty, or its tasks() yields none.`,
    );
  }
  return count;
}

/** Most of the characters that its JSON has, and far cheaper than that. */
function textIn(value: JsonValue): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + textIn(each as JsonValue), 0);
}

/** Errors of data, which name the file and the line that are meant. */
const TELLS_ITS_PLACE: ReadonlySet<ErrorCode> = new Set([
  'data-missing',
  'eval-tasks-failed',
  'registry-invalid',
]);

async function* checkedSamples(
  definition: LoadedEval['definition'],
  params: unknown,
  spec: RunSpec,
): AsyncGenerator<Sample> {
  const random = seededRandom(spec.seed, definition.name, 'tasks');
  let position = 0;
  const source = await fromTasks(definition.name, () =>
    definition.tasks({ params, seed: spec.seed, random }),
  );
  if (typeof source !== 'object' || source === null || !isIterable(source)) {
    throw new EvaltuiError(
      'eval-invalid',
      `tasks() of the eval "${definition.name}" is no generator or array.`,
    );
  }
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  try {
    for (;;) {
      const next = await fromTasks(definition.name, () => iterator.next(), position);
      if (next.done === true) return;
      yield checkedSample(next.value, position, definition.name);
      position += 1;
    }
  } finally {
    await iterator.return?.();
  }
}

function isIterable(value: object): boolean {
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

async function fromTasks<T>(name: string, call: () => T | Promise<T>, position = 0): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof EvaltuiError && TELLS_ITS_PLACE.has(error.code)) {
      throw new EvaltuiError(error.code, `The eval "${name}": ${error.message}`, {
        cause: error,
        details: error.details,
      });
    }
    const { message } = serializeError(error);
    const place = placeOf(error);
    throw new EvaltuiError(
      'eval-tasks-failed',
      `tasks() of the eval "${name}" failed after ${position} samples: ${message}${place === undefined ? '' : ` (${place})`}`,
      { cause: error },
    );
  }
}

function checkedSample(value: unknown, position: number, name: string): Sample {
  const bad = (what: string): never => {
    throw new EvaltuiError(
      'bad-sample',
      `Sample ${position + 1} of the eval "${name}" ${what}. A sample is { id: string, input: JSON, expected?: JSON, group?: string }.`,
    );
  };
  if (typeof value !== 'object' || value === null) return bad(`is ${JSON.stringify(value) ?? String(value)}`);
  const sample = value as Record<string, unknown>;
  const { id, input, expected, group } = sample;
  if (typeof id !== 'string' || id === '') return bad(`has the id ${JSON.stringify(id) ?? String(id)}`);
  if (group !== undefined && typeof group !== 'string') return bad(`("${id}") has a group that is no string`);
  const why =
    whyNotJson(input, 'input') ?? (expected === undefined ? undefined : whyNotJson(expected, 'expected'));
  if (why !== undefined) return bad(`("${id}") is not JSON: ${why}`);
  return value as Sample;
}

async function* withIds(
  samples: AsyncIterable<Sample>,
  ids: readonly string[],
  name: string,
): AsyncGenerator<Sample> {
  const missing = new Set(ids);
  const wanted = new Set(ids);
  for await (const sample of samples) {
    if (!wanted.has(sample.id)) continue;
    missing.delete(sample.id);
    yield sample;
  }
  if (missing.size > 0) {
    const list = [...missing].map((id) => `"${id}"`).join(', ');
    throw new EvaltuiError('bad-option', `--ids: the eval "${name}" has no sample ${list}.`);
  }
}

async function* inRandomOrder(samples: AsyncIterable<Sample>, seed: number): AsyncGenerator<Sample> {
  const all: Sample[] = [];
  for await (const sample of samples) all.push(sample);
  yield* shuffled(all, seededRandom(seed, 'shuffle'));
}
