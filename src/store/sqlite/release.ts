import type { TaskFate } from '../../core/task-fate.ts';
import type { Release, ReleaseResult } from '../task-store.ts';
import type { Connection } from './connection.ts';
import { errorEvent, keepEvent, keepTry } from './finished-tries.ts';
import { Increments } from './increments.ts';
import { requireRun } from './keys.ts';
import { STATE, type DbHeld } from './rows.ts';
import { FIND_EXECUTOR_KEY } from './statements.ts';
import * as sql from './statements-queue.ts';

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
): readonly DbHeld[] {
  if (taskIds === undefined) return connection.all<DbHeld>(sql.FIND_ALL_HELD, executor);
  return [...new Set(taskIds)].flatMap((id) => connection.all<DbHeld>(sql.FIND_ONE_HELD, id, executor));
}

interface Giving {
  readonly connection: Connection;
  readonly run: number;
  readonly executor: number;
  readonly increments: Increments;
}

function fateOf(task: DbHeld, { cause, maxDeaths, fate = 'retry', taskIds }: Release): TaskFate {
  const wasRunning = task.state === STATE.running;
  if (cause === 'died') return wasRunning && task.deaths + 1 >= maxDeaths ? 'errored' : 'retry';
  return wasRunning || taskIds !== undefined ? fate : 'retry';
}

function giveBack(giving: Giving, task: DbHeld, { cause, message, now }: Release): void {
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
  const error = { name: 'Error', message };
  keepTry(giving, task, { thread: null, startedAt: task.startedAt, endedAt: now, kind, error });
}

/** Ends a task since somebody ended what it ran in, and wants it so. */
function end(
  giving: Giving,
  task: DbHeld,
  { message, now, fate }: Release & { readonly fate: 'errored' | 'cancelled' },
): void {
  const { connection, increments } = giving;
  const kind = 'killed';
  const error = { name: 'Error', message };
  connection.run(sql.END_KILLED_TASK, STATE[fate], now, task.taskId);
  increments.of(task.evalIndex).move(task.state === STATE.claimed ? 'claimed' : 'running', fate);
  keepTry(giving, task, { thread: null, startedAt: task.startedAt, endedAt: now, kind, error });
  keepEvent(giving, task, errorEvent({ kind, error, willRetry: false, createdAt: now }), null);
}

function poison(giving: Giving, task: DbHeld, { message, now }: Release): void {
  const { connection, increments } = giving;
  const kind = 'executor-died';
  const deaths = task.deaths + 1;
  const why = `The task was running in ${deaths} deaths of its process or thread, so it is not tried again. The last one: ${message}`;
  const error = { name: 'Error', message: why };
  connection.run(sql.POISON_TASK, now, task.taskId);
  increments.of(task.evalIndex).move('running', 'errored');
  keepTry(giving, task, { thread: null, startedAt: task.startedAt, endedAt: now, kind, error });
  keepEvent(giving, task, errorEvent({ kind, error, willRetry: false, createdAt: now }), null);
}
