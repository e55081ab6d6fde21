import { errorPattern } from '../../core/error-pattern.ts';
import type { SerializedError } from '../../core/errors.ts';
import type { ErrorKind } from '../../core/outcome.ts';
import type { FinishedTry, PastStep, TimedEvent } from '../task-store.ts';
import type { Connection } from './connection.ts';
import type { EvalIncrement, Increments } from './increments.ts';
import type { RecordBatch } from './record-batch.ts';
import { STATE, toJson, toText, type DbHeld } from './rows.ts';
import { addScore } from './scores.ts';
import { judgedOf } from './standings.ts';
import { INSERT_EVENT, INSERT_TRY } from './statements.ts';
import { END_TASK, FIND_HELD, RETRY_TASK } from './statements-queue.ts';

/** Longest message and stack that a try keeps, in UTF-16 units: screens read them again and again. */
const MAX_MESSAGE = 4_000;
const MAX_STACK = 16_000;
/** The same of a place, which is in an index too. */
const MAX_PLACE = 500;

/** What a transaction works with. */
export interface Batch {
  readonly connection: Connection;
  readonly run: number;
  readonly executor: number;
  readonly increments: Increments;
  readonly record: RecordBatch;
}

/** Keeps a try that ended, or returns false: the task was taken away from this executor, or tried again since. */
export function finishTry(batch: Batch, finished: FinishedTry): boolean {
  const { connection } = batch;
  const held = connection.one<DbHeld>(FIND_HELD, finished.taskId, batch.executor, finished.try);
  if (held === undefined) return false;
  const increment = batch.increments.of(held.evalIndex);
  const { outcome, usage } = finished;
  increment.promptTokens += usage?.prompt_tokens ?? 0;
  increment.completionTokens += usage?.completion_tokens ?? 0;
  if (outcome.kind === 'completed') {
    complete(batch, { held, finished, increment, result: toJson(outcome.result) });
    return true;
  }
  const willRetry = fail(batch, { held, finished, increment, kind: outcome.kind });
  keepTry(batch, held, { ...finished, kind: outcome.kind, error: outcome.error });
  keepFailedEvents(batch, held, { finished, kind: outcome.kind, error: outcome.error, willRetry });
  return true;
}

interface Completion {
  readonly held: DbHeld;
  readonly finished: FinishedTry;
  readonly increment: EvalIncrement;
  readonly result: string;
}

function complete(batch: Batch, { held, finished, increment, result }: Completion): void {
  const { taskId, usage, correct } = finished;
  const score = finished.score !== null && Number.isFinite(finished.score) ? finished.score : null;
  batch.connection.run(
    END_TASK,
    STATE.done,
    finished.startedAt,
    finished.endedAt,
    null,
    score,
    correct === null ? null : Number(correct),
    Number(finished.unparsed),
    usage?.prompt_tokens ?? 0,
    usage?.completion_tokens ?? 0,
    finished.modelMs,
    result,
    taskId,
  );
  increment.move(held.state === STATE.claimed ? 'claimed' : 'running', 'done');
  if (correct === true) increment.correct += 1;
  const judged = judgedOf({ correct, score });
  if (judged === 1) increment.right += 1;
  if (judged === 0) increment.wrong += 1;
  if (finished.unparsed) increment.unparsed += 1;
  if (score !== null) addScore(batch, { held, increment, score });
  keepTry(batch, held, finished);
  for (const event of finished.events) {
    keepEvent(batch, held, event, batch.record.add(held.evalIndex, recordEntry(held, event)));
  }
}

interface Failure {
  readonly held: DbHeld;
  readonly finished: FinishedTry;
  readonly increment: EvalIncrement;
  readonly kind: ErrorKind;
}

/** Returns whether the task is tried again. What did not complete is never done, whatever is asked for. */
function fail(batch: Batch, { held, finished, increment, kind }: Failure): boolean {
  const { taskId, usage, modelMs, disposition } = finished;
  const tokens = [usage?.prompt_tokens ?? 0, usage?.completion_tokens ?? 0] as const;
  const from = held.state === STATE.claimed ? 'claimed' : 'running';
  if (disposition.kind === 'retry') {
    batch.connection.run(RETRY_TASK, Math.max(0, disposition.readyAt), ...tokens, modelMs, taskId);
    increment.move(from, 'queued');
    increment.retries += 1;
    return true;
  }
  const state = disposition.kind === 'cancelled' ? 'cancelled' : 'errored';
  const { startedAt, endedAt } = finished;
  const unscored = [null, null, 0] as const;
  batch.connection.run(
    END_TASK,
    STATE[state],
    startedAt,
    endedAt,
    kind,
    ...unscored,
    ...tokens,
    modelMs,
    null,
    taskId,
  );
  increment.move(from, state);
  return false;
}

export interface EndedTry {
  readonly thread: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number;
  /** Absent: completed. */
  readonly kind?: ErrorKind;
  readonly error?: SerializedError;
  readonly steps?: readonly PastStep[];
}

export function keepTry(batch: Omit<Batch, 'record'>, held: DbHeld, ended: EndedTry): void {
  const { kind, error, steps } = ended;
  const message = error === undefined ? null : clip(error.message, MAX_MESSAGE);
  batch.connection.run(
    INSERT_TRY,
    held.taskId,
    held.round,
    held.try,
    batch.run,
    batch.executor,
    ended.thread,
    ended.startedAt,
    ended.endedAt,
    kind ?? null,
    message === null ? null : errorPattern(message),
    message,
    error?.stack === undefined ? null : clip(error.stack, MAX_STACK),
    steps === undefined ? null : toText(JSON.stringify(steps)),
    error?.place === undefined ? null : clip(error.place, MAX_PLACE),
  );
}

interface FailedTry {
  readonly finished: FinishedTry;
  readonly kind: ErrorKind;
  readonly error: SerializedError;
  readonly willRetry: boolean;
}

/**
 * The record gets what the model was asked and why it came to nothing, never the eval's own events: whoever
 * counts `match` events must not count a task twice.
 */
function keepFailedEvents(batch: Batch, held: DbHeld, failed: FailedTry): void {
  for (const event of failed.finished.events) {
    const isRecorded = event.type === 'sampling';
    keepEvent(
      batch,
      held,
      event,
      isRecorded ? batch.record.add(held.evalIndex, recordEntry(held, event)) : null,
    );
  }
  const { kind, error, willRetry } = failed;
  const event = errorEvent({ kind, error, willRetry, createdAt: failed.finished.endedAt });
  keepEvent(batch, held, event, batch.record.add(held.evalIndex, recordEntry(held, event)));
}

export function errorEvent(failed: {
  readonly kind: ErrorKind;
  readonly error: SerializedError;
  readonly willRetry: boolean;
  readonly createdAt: number;
}): TimedEvent {
  const { kind, error, willRetry, createdAt } = failed;
  const data = { type: error.name, message: clip(error.message, MAX_MESSAGE), kind, will_retry: willRetry };
  return { type: 'error', data, createdAt };
}

export function keepEvent(
  batch: Pick<Batch, 'connection'>,
  held: DbHeld,
  event: TimedEvent,
  eventId: number | null,
): void {
  const { type, createdAt, data } = event;
  batch.connection.run(INSERT_EVENT, held.taskId, held.try, eventId, toText(type), createdAt, toJson(data));
}

function recordEntry(held: DbHeld, event: TimedEvent): Parameters<RecordBatch['add']>[1] {
  const { type, data, createdAt } = event;
  return { type, data, createdAt, sampleId: held.sampleId, attempt: held.attempt, try: held.try };
}

/** Cut where it is too long; half a surrogate pair, which the cut may leave, becomes U+FFFD. */
function clip(text: string, most: number): string {
  return toText(text.length <= most ? text : `${text.slice(0, most - 1)}…`);
}
