import { stepPlace } from '../../core/error-place.ts';
import type { EvalDefinition, Task } from '../../core/eval.ts';
import { MAX_JSON_BYTES, whyNotJson, type JsonObject, type JsonValue } from '../../core/json.ts';
import { isRequestError, isSystemError, type Outcome } from '../../core/outcome.ts';
import { readScore, type Score } from '../../core/score.ts';
import type { ClaimedTask } from '../../store/task-store.ts';
import { codePlaceOf } from './error-place.ts';
import { serializeEvalError } from './eval-error.ts';
import type { EndedTry } from '../messages.ts';
import { TryCancelled, whyEventsTooLarge, type TryContext } from './try-context.ts';

const UNSCORED: Score = Object.freeze({ score: null, correct: null, unparsed: false });

/**
 * One execution of a task, from the eval's code to an outcome. Never throws: whatever the eval does is an
 * outcome of this try alone.
 */
export async function runTry(
  definition: EvalDefinition,
  claimed: ClaimedTask,
  runId: string,
  context: TryContext,
): Promise<EndedTry> {
  const startedAt = Date.now();
  let outcome: Outcome;
  let score = UNSCORED;
  try {
    const evaluation = evaluate(definition, taskOf(claimed, runId), context);
    const result = checkedResult(await Promise.race([evaluation, context.stray]));
    score = readScore(result);
    recordVerdict(context, claimed, result, score);
    const tooLarge = whyEventsTooLarge(context.events);
    if (tooLarge !== undefined) throw new RangeError(tooLarge);
    outcome = { kind: 'completed', result };
  } catch (thrown) {
    outcome = outcomeOf(thrown, context);
    score = UNSCORED;
  }
  return {
    taskId: claimed.taskId,
    try: claimed.try,
    startedAt,
    endedAt: Date.now(),
    outcome,
    ...score,
    usage: context.usage,
    modelMs: context.modelMs,
    events: context.events,
    ...(context.cancelled === undefined || outcome.kind === 'completed'
      ? {}
      : { cancelled: context.cancelled }),
  };
}

async function evaluate(definition: EvalDefinition, task: Task, context: TryContext): Promise<unknown> {
  if ('evaluate' in definition) return definition.evaluate(task, context);
  const answer = await context.step('solve', () => definition.solver(task, context));
  return context.step('score', () => definition.score(task, answer, context));
}

function taskOf(claimed: ClaimedTask, runId: string): Task {
  return {
    runId,
    sampleId: claimed.sampleId,
    attempt: claimed.attempt,
    input: claimed.input,
    ...(claimed.expected === undefined ? {} : { expected: claimed.expected }),
    ...(claimed.group === undefined ? {} : { group: claimed.group }),
  };
}

function checkedResult(result: unknown): JsonValue {
  const why = whyNotJson(result, 'the result');
  if (why !== undefined) throw new TypeError(`evaluate() returned what is not JSON: ${why}`);
  const bytes = JSON.stringify(result).length;
  if (bytes > MAX_JSON_BYTES) {
    throw new RangeError(
      `evaluate() returned a result of ${(bytes / 1e6).toFixed(1)} MB; at most ${MAX_JSON_BYTES / 1024 / 1024} MB are kept`,
    );
  }
  return result as JsonValue;
}

/** The event that readers of OpenAI Evals' records count, unless the eval recorded one itself. */
function recordVerdict(context: TryContext, task: ClaimedTask, result: JsonValue, score: Score): void {
  const has = (type: string): boolean => context.events.some((event) => event.type === type);
  const fields = typeof result === 'object' && result !== null ? (result as JsonObject) : {};
  if (score.correct !== null || score.unparsed) {
    if (has('match')) return;
    context.record({
      type: 'match',
      data: {
        correct: score.correct ?? false,
        expected: fields['expected'] ?? task.expected ?? null,
        picked: fields['picked'] ?? null,
        ...(context.lastText === null ? {} : { sampled: context.lastText }),
      },
    });
  } else if (score.score !== null && !has('metrics')) {
    context.record({ type: 'metrics', data: { score: score.score } });
  }
}

function outcomeOf(thrown: unknown, context: TryContext): Outcome {
  const place = placeOfFailure(thrown, context);
  const error = {
    ...serializeEvalError(context.cancelled === undefined ? thrown : new TryCancelled(context.cancelled)),
    ...(place === undefined ? {} : { place }),
  };
  if (context.cancelled !== undefined) {
    return { kind: context.cancelled === 'timeout' ? 'timeout' : 'killed', error };
  }
  if (isSystemError(thrown)) {
    const { kind, retryAfterMs } = thrown;
    return { kind, error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  return { kind: isRequestError(thrown) ? 'request' : 'eval-error', error };
}

/** See `core/error-place`. A mistake in a completion function of the user's own has its place in their code. */
function placeOfFailure(thrown: unknown, context: TryContext): string | undefined {
  const { cancelled, stoppedIn, steps } = context;
  const completionFn = context.completionFnOf(thrown);
  const isOfModel = isSystemError(thrown) || isRequestError(thrown) || cancelled !== undefined;
  if (completionFn !== undefined && isOfModel) return completionFn;
  // Not every error has a stack that leads to its code: that of a failed fetch has none.
  const step = stoppedIn ?? steps.failedIn(thrown);
  return codePlaceOf(thrown) ?? completionFn ?? (step === undefined ? undefined : stepPlace(step));
}
