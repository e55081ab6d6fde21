import { EvaltuiError } from '../../core/errors.ts';
import type {
  Adoption,
  Command,
  CommandResult,
  CommandRow,
  NewCommand,
  NewEvidence,
  RecordAppender,
  RunFinish,
  RunStateChange,
  TaskState,
  TaskStore,
} from '../task-store.ts';
import type { Connection } from './connection.ts';
import { Increments } from './increments.ts';
import { requireRun } from './keys.ts';
import { findRecord, moveRecord } from './record-batch.ts';
import { release } from './release.ts';
import {
  STATE,
  stateName,
  toCommand,
  toCommandRow,
  toJson,
  toText,
  type DbCommand,
  type DbCommandRow,
} from './rows.ts';
import * as sql from './statements-control.ts';
import * as sqlQueue from './statements-queue.ts';
import { DELETE_RUN_STEPS } from './statements-plan.ts';

/** What becomes of a command that nobody was left to take. */
const VOID: CommandResult = {
  done: false,
  old: null,
  new: null,
  message: 'The run ended before its supervisor took the command.',
};

/** A finished run stays finished: whoever asks it to stop has what they want. */
export function setRunState(connection: Connection, change: RunStateChange): void {
  const run = requireRun(connection, change.runId);
  if (run.state === 'finished') return;
  const paused = change.paused === undefined ? null : Number(change.paused);
  connection.run(sql.SET_RUN_STATE, change.state ?? null, change.concurrency ?? null, paused, run.key);
}

export function adoptRun(connection: Connection, { runId, supervisor, isAlive, now }: Adoption): void {
  const run = requireRun(connection, runId);
  const { host, boot, pid, startTime } = run;
  if (run.state !== 'finished' && isAlive({ host, boot, pid, startTime })) {
    const message = `Run ${runId} is live: process ${pid} on ${host} supervises it. Watch it by monitor, or end it first.`;
    throw new EvaltuiError('run-live', message, { details: { runId, pid, host } });
  }
  // One that has ended may hold tasks too: its end and the release of its tasks are two transactions, and a
  // full disk or a kill can come between them.
  for (const executor of connection.all<{ executorId: string; isEnded: number }>(
    sql.FIND_EXECUTORS,
    run.key,
  )) {
    const message = 'the supervisor of the run was gone';
    const { executorId, isEnded } = executor;
    release(connection, { executorId, runId, now, cause: 'returned', message, maxDeaths: Infinity });
    if (isEnded === 0) connection.run(sql.END_EXECUTOR, 'lost', now, null, null, executorId);
  }
  connection.run(DELETE_RUN_STEPS, run.key);
  connection.run(sql.VOID_COMMANDS, now, now, toJson(VOID), run.key);
  // A run whose planning was never ended has to be planned again first.
  const state = run.startedAt === null ? 'planning' : 'running';
  const by = supervisor;
  connection.run(sql.ADOPT_RUN, state, by.host, by.boot, by.pid, by.startTime, run.key);
}

interface DbRequeued {
  readonly evalIndex: number;
  readonly state: number;
  readonly tasks: number;
}

export function requeue(connection: Connection, request: Parameters<TaskStore['requeue']>[0]): number {
  const { key: run } = requireRun(connection, request.runId);
  // No task is in state -1.
  const errored = request.states.includes('errored') ? STATE.errored : -1;
  const cancelled = request.states.includes('cancelled') ? STATE.cancelled : -1;
  const all = [run, errored, cancelled];
  const one = [request.taskId ?? 0, ...all];
  const isOne = request.taskId !== undefined;
  const found = isOne
    ? connection.all<DbRequeued>(sqlQueue.COUNT_REQUEUED_ONE, ...one)
    : connection.all<DbRequeued>(sqlQueue.COUNT_REQUEUED, ...all);
  if (isOne) connection.run(sqlQueue.REQUEUE_TASK, ...one);
  else connection.run(sqlQueue.REQUEUE_TASKS, ...all);
  const increments = new Increments();
  let requeued = 0;
  for (const { evalIndex, state, tasks } of found) {
    const increment = increments.of(evalIndex);
    increment[state === STATE.errored ? 'errored' : 'cancelled'] -= tasks;
    increment.queued += tasks;
    requeued += tasks;
  }
  increments.write(connection, run);
  return requeued;
}

export function cancelTask(
  connection: Connection,
  { runId, taskId, now }: Parameters<TaskStore['cancelTask']>[0],
): TaskState | undefined {
  const { key: run } = requireRun(connection, runId);
  const task = connection.one<{ state: number; evalIndex: number }>(sqlQueue.FIND_STATE, taskId, run);
  if (task === undefined) return undefined;
  if (task.state === STATE.queued) {
    connection.run(sqlQueue.CANCEL_TASK, now, taskId);
    const increments = new Increments();
    increments.of(task.evalIndex).move('queued', 'cancelled');
    increments.write(connection, run);
  }
  return stateName(task.state);
}

/** Throws `run-finished` when it is: a final report is written once. */
export function finishRun(connection: Connection, finish: RunFinish, appendRecord: RecordAppender): void {
  const { runId, status, now, reports, error } = finish;
  const { key: run, state } = requireRun(connection, runId);
  if (state === 'finished') throw new EvaltuiError('run-finished', `Run ${runId} is already finished.`);
  for (const { evalIndex, report } of reports) {
    connection.run(sql.SET_REPORT, toJson(report), run, evalIndex);
    const record = finish.final ? findRecord(connection, run, evalIndex) : undefined;
    if (record === undefined) continue;
    moveRecord(connection, run, evalIndex, appendRecord(record, { kind: 'final-report', report }));
  }
  connection.run(DELETE_RUN_STEPS, run);
  connection.run(sql.VOID_COMMANDS, now, now, toJson(VOID), run);
  connection.run(sql.FINISH_RUN, status, now, error === undefined ? null : toText(error), run);
}

/** Who asks a finished run for something is answered at once. */
export function addCommand(connection: Connection, command: NewCommand): number {
  const { key: run, state } = requireRun(connection, command.runId);
  const { executorId, kind, args, createdBy, now } = command;
  const inserted = connection.run(
    sql.INSERT_COMMAND,
    run,
    executorId ?? null,
    kind,
    toJson(args),
    toText(createdBy),
    now,
  );
  if (state === 'finished') connection.run(sql.VOID_COMMANDS, now, now, toJson(VOID), run);
  return Number(inserted.lastInsertRowid);
}

/** Asked for often, and most often there is none: then nobody's commit waits for it. */
export async function takeCommands(
  connection: Connection,
  request: Parameters<TaskStore['takeCommands']>[0],
): Promise<readonly Command[]> {
  const { runId, executorId = null, now } = request;
  const isAny = await connection.read(() => {
    const { key: run } = requireRun(connection, runId);
    return connection.one(sql.FIND_OPEN_COMMAND, run, executorId) !== undefined;
  });
  if (!isAny) return [];
  return connection.write(() => {
    const { key: run } = requireRun(connection, runId);
    const rows = connection.all<DbCommand>(sql.TAKE_COMMANDS, now, run, executorId);
    // SQLite returns updated rows in no order that it promises.
    return rows.sort((a, b) => a.id - b.id).map((row) => toCommand(row, runId));
  });
}

export function finishCommand(
  connection: Connection,
  { id, now, result }: Parameters<TaskStore['finishCommand']>[0],
): void {
  connection.run(sql.FINISH_COMMAND, now, toJson(result), id);
}

export function readCommand(connection: Connection, id: number): CommandRow | undefined {
  const row = connection.one<DbCommandRow>(sql.GET_COMMAND, id);
  return row && toCommandRow(row);
}

export function listCommands(connection: Connection, runId: string, limit: number): readonly CommandRow[] {
  const { key: run } = requireRun(connection, runId);
  return connection.all<DbCommandRow>(sql.LIST_COMMANDS, run, limit).map(toCommandRow);
}

export function addEvidence(connection: Connection, evidence: NewEvidence): void {
  const { key: run } = requireRun(connection, evidence.runId);
  const { executorId, taskId, thread, verdict, data, now } = evidence;
  const place = [executorId, taskId, evidence.try, thread] as const;
  connection.run(sql.INSERT_EVIDENCE, run, ...place, toText(verdict), toJson(data), now);
}
