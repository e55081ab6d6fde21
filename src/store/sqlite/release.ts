import { stepPlace } from '../../core/error-place.ts';
import type { SerializedError } from '../../core/errors.ts';
import type { TaskFate } from '../../core/task-fate.ts';
import type { PastStep, Release, ReleaseResult, StepInFlight } from '../task-store.ts';
import type { Connection } from './connection.ts';
import { errorEvent, keepEvent, keepTry, type EndedTry } from './finished-tries.ts';
import { Increments } from './increments.ts';
import { requireRun } from './keys.ts';
import { STATE, type DbHeld } from './rows.ts';
import { FIND_EXECUTOR_KEY } from './statements.ts';
import * as sql from './statements-queue.ts';

/** A task with the step that it was in when its executor told of it last. */
interface ReleasedTask extends DbHeld {
  readonly step: string | null;
  readonly stepStartedAt: number | null;
  readonly chain: string | null;
  readonly past: string | null;
  readonly thread: number | null;
}

/** An executor that never registered holds nothing. */
export function release(connection: Connection, request: Release): ReleaseResult {
  const { key: run } = requireRun(connection, request.runId);
  const executor = connection.one<{ key: number }>(FIND_EXECUTOR_KEY, request.executorId, run)?.key;
  if (executor === undefined) return { requeued: 0, errored: 0 };
  const increments = new Increments();
  const giving = { connection, run, executor, increments };
  const held = findHeld(connection, executor, request.taskIds);
  const counts = { retry: 0, errored: 0, cancelled: 0 };
  for (const task of held) {
    const fate = fateOf(task, request);
    if (fate === 'retry') giveBack(giving, task, request);
    else if (request.cause === 'died') poison(giving, task, request);
    else end(giving, task, { ...request, fate });
    counts[fate] += 1;
    connection.run(sql.DELETE_STEP, executor, task.taskId);
  }
  increments.write(connection, run);
  return { requeued: counts.retry, errored: counts.errored };
}

function findHeld(
  connection: Connection,
  executor: number,
  taskIds: readonly number[] | undefined,
): readonly ReleasedTask[] {
  if (taskIds === undefined) return connection.all<ReleasedTask>(sql.FIND_ALL_HELD, executor);
  return [...new Set(taskIds)].flatMap((id) => connection.all<ReleasedTask>(sql.FIND_ONE_HELD, id, executor));
}

interface Giving {
  readonly connection: Connection;
  readonly run: number;
  readonly executor: number;
  readonly increments: Increments;
}

function fateOf(task: ReleasedTask, { cause, maxDeaths, fate = 'retry', taskIds }: Release): TaskFate {
  const wasRunning = task.state === STATE.running;
  if (cause === 'died') return wasRunning && task.deaths + 1 >= maxDeaths ? 'errored' : 'retry';
  return wasRunning || taskIds !== undefined ? fate : 'retry';
}

function giveBack(giving: Giving, task: ReleasedTask, { cause, message, now }: Release): void {
  const { connection, increments } = giving;
  if (task.state === STATE.claimed) {
    connection.run(sql.RETURN_CLAIMED, Number(cause === 'died'), task.taskId);
    return;
  }
  const increment = increments.of(task.evalIndex);
  connection.run(sql.RETURN_RUNNING, Number(cause === 'died'), task.taskId);
  increment.move('running', 'queued');
  if (cause === 'died') increment.retries += 1;
  const kind = cause === 'died' ? 'executor-died' : 'killed';
  const error = { name: 'Error', message, ...placeOf(task) };
  keepTry(giving, task, { ...endOf(task, now), kind, error });
}

/** Ends a task since somebody ended what it ran in, and wants it so. */
function end(
  giving: Giving,
  task: ReleasedTask,
  { message, now, fate }: Release & { readonly fate: 'errored' | 'cancelled' },
): void {
  const { connection, increments } = giving;
  const kind = 'killed';
  const error = { name: 'Error', message, ...placeOf(task) };
  connection.run(sql.END_KILLED_TASK, STATE[fate], now, task.taskId);
  increments.of(task.evalIndex).move(task.state === STATE.claimed ? 'claimed' : 'running', fate);
  keepTry(giving, task, { ...endOf(task, now), kind, error });
  keepEvent(giving, task, errorEvent({ kind, error, willRetry: false, createdAt: now }), null);
}

function poison(giving: Giving, task: ReleasedTask, { message, now }: Release): void {
  const { connection, increments } = giving;
  const kind = 'executor-died';
  const deaths = task.deaths + 1;
  const why = `The task was running in ${deaths} deaths of its process or thread, so it is not tried again. The last one: ${message}`;
  const error = { name: 'Error', message: why, ...placeOf(task) };
  connection.run(sql.POISON_TASK, now, task.taskId);
  increments.of(task.evalIndex).move('running', 'errored');
  keepTry(giving, task, { ...endOf(task, now), kind, error });
  keepEvent(giving, task, errorEvent({ kind, error, willRetry: false, createdAt: now }), null);
}

function placeOf({ step }: ReleasedTask): Pick<SerializedError, 'place'> {
  return step === null ? {} : { place: stepPlace(step.split(' > ').at(-1) ?? step) };
}

/** Where the time of the try went, up to its end: the steps that it was in end with it. */
function endOf(
  task: ReleasedTask,
  now: number,
): Pick<EndedTry, 'thread' | 'startedAt' | 'endedAt' | 'steps'> {
  const { startedAt, step, stepStartedAt, chain, past, thread } = task;
  const ended = { thread, startedAt, endedAt: now };
  if (step === null) return ended;
  const only: readonly StepInFlight[] = [{ name: step, startedAt: stepStartedAt ?? now }];
  const open = chain === null ? only : (JSON.parse(chain) as readonly StepInFlight[]);
  const cut = open.map((each, depth) => ({ ...each, endedAt: now, depth })).toReversed();
  return { ...ended, steps: [...(past === null ? [] : (JSON.parse(past) as readonly PastStep[])), ...cut] };
}
