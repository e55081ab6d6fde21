import type { ExecutorEnd, Heartbeat, NewExecutor } from '../task-store.ts';
import type { Connection } from './connection.ts';
import { requireRun } from './keys.ts';
import { toText } from './rows.ts';
import * as sql from './statements-control.ts';

export function registerExecutor(connection: Connection, executor: NewExecutor): void {
  const { key: run } = requireRun(connection, executor.runId);
  const { host, boot, pid, startTime } = executor.identity;
  connection.run(
    sql.INSERT_EXECUTOR,
    executor.executorId,
    run,
    host,
    boot,
    pid,
    startTime,
    executor.token,
    executor.threads,
    executor.slots,
    executor.restarts,
    executor.socketPath,
    executor.logPath,
    executor.now,
    executor.now,
    executor.slots,
  );
}

/** The steps become those that it tells. An executor that was declared ended stays so, whatever it still says. */
export function heartbeat(connection: Connection, beat: Heartbeat): void {
  const row = connection.one<{ key: number }>(
    sql.BEAT,
    beat.state,
    beat.now,
    beat.inFlight,
    beat.limit,
    beat.cpu,
    beat.rssBytes,
    JSON.stringify(beat.workers),
    beat.executorId,
  );
  if (row === undefined) return;
  const inFlight = beat.steps.map(({ taskId }) => taskId);
  connection.run(sql.DELETE_OTHER_STEPS, row.key, JSON.stringify(inFlight));
  for (const step of beat.steps) {
    const { taskId, name, startedAt, chain, progressAt = null, past, thread = null } = step;
    const texts = [chain, past].map((steps) => (steps === undefined ? null : toText(JSON.stringify(steps))));
    const [chainText = null, pastText = null] = texts;
    const rest = [startedAt, chainText, progressAt, pastText, thread] as const;
    connection.run(sql.SET_STEP, row.key, taskId, step.try, toText(name), ...rest);
  }
}

export function endExecutor(connection: Connection, end: ExecutorEnd): void {
  const { state, now, exitCode, signal, executorId } = end;
  const row = connection.one<{ key: number }>(sql.END_EXECUTOR, state, now, exitCode, signal, executorId);
  if (row !== undefined) connection.run(sql.DELETE_STEPS, row.key);
}

export function readToken(connection: Connection, executorId: string): string | undefined {
  return connection.one<{ token: string }>(sql.FIND_TOKEN, executorId)?.token;
}
