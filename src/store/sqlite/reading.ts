import { EvaltuiError } from '../../core/errors.ts';
import { taskName } from '../../core/task-name.ts';
import type { EvalRecordPosition } from '../../core/record.ts';
import type {
  AttemptPage,
  AttemptRow,
  Counts,
  ErrorGroup,
  ExecutorRow,
  ListedEvidence,
  ReturnedTries,
  RunRow,
  RunSnapshot,
  TaskDetail,
  TaskRow,
} from '../task-store.ts';
import type { Connection } from './connection.ts';
import { countTasks } from './exchange.ts';
import { requireRun } from './keys.ts';
import { ENDS } from './standings.ts';
import * as listed from './listed-rows.ts';
import * as rows from './rows.ts';
import { STATE } from './rows.ts';
import { findStarved, findStuck, stuckJson } from './stuck.ts';
import * as sqlList from './statements-list.ts';
import * as sql from './statements-reading.ts';

/** After every text that a run id begins with. */
const LAST_CHARACTER = '\u{10FFFF}';

/** Of a snapshot. */
const MAX_NEWEST = 20;

/** Newest first. */
export function listRuns(connection: Connection): readonly RunRow[] {
  return connection.all<rows.DbRun>(sql.LIST_RUNS).map((row) => withEvals(connection, row));
}

export function findRun(connection: Connection, given: string): RunRow {
  if (given === 'latest') {
    const newest = connection.one<rows.DbRun>(sql.NEWEST_RUN);
    if (newest !== undefined) return withEvals(connection, newest);
    throw runNotFound(connection, 'There is no run yet');
  }
  const exact = connection.one<rows.DbRun>(sql.GET_RUN, given);
  if (exact !== undefined) return withEvals(connection, exact);
  const found = given === '' ? [] : connection.all<rows.DbRun>(sql.FIND_RUNS, given, given + LAST_CHARACTER);
  const [only, another] = found;
  if (only !== undefined && another === undefined) return withEvals(connection, only);
  if (only === undefined) throw runNotFound(connection, `No run "${given}"`);
  const few = found.slice(0, 5).map((row) => row.runId);
  const more = found.length > few.length ? ' and more' : '';
  const message = `"${given}" begins the ids of several runs: ${few.join(', ')}${more}. Give more of the id.`;
  throw new EvaltuiError('run-not-found', message, { details: { given, runs: few } });
}

function runNotFound(connection: Connection, what: string): EvaltuiError {
  const runs = connection.all<{ runId: string }>(sql.NEWEST_RUN_IDS).map((row) => row.runId);
  const there = runs.length === 0 ? 'It holds no runs.' : `The newest are ${runs.join(', ')}.`;
  const message = `${what} in ${connection.path}. ${there} A run is named by its id, the beginning of its id, or "latest".`;
  return new EvaltuiError('run-not-found', message, { details: { runs } });
}

function withEvals(connection: Connection, row: rows.DbRun): RunRow {
  return rows.toRunRow(row, connection.all<rows.DbEval>(sql.LIST_EVALS, row.key));
}

export function readCounts(connection: Connection, runId: string): Counts {
  return countTasks(connection, requireRun(connection, runId).key);
}

export function snapshot(connection: Connection, runId: string): RunSnapshot {
  const { key: run } = requireRun(connection, runId);
  const tasks = (text: string): readonly TaskRow[] =>
    connection.all<rows.DbTask>(text, run).map(rows.toTaskRow);
  return {
    run: findRun(connection, runId),
    counts: countTasks(connection, run),
    executors: connection.all<rows.DbExecutor>(sql.LIST_RUN_EXECUTORS, run).map(rows.toExecutorRow),
    longestRunning: tasks(sql.LONGEST_RUNNING),
    waiting: tasks(sql.WAITING),
    lastErrors: tasks(sql.LAST_ERRORS),
    newestResults: newestResults(connection, run),
    stuck: findStuck(connection, run),
    starved: findStarved(connection, run),
  };
}

/** The newest of each kind of end, and of those the newest: no index holds all ends in one order. */
function newestResults(connection: Connection, run: number): readonly TaskRow[] {
  const ends = ENDS.flatMap(({ state, judged }) =>
    connection.all<{ taskId: number; endedAt: number }>(sql.NEWEST_ENDED, run, STATE[state], judged),
  );
  const newest = ends.sort((a, b) => b.endedAt - a.endedAt || b.taskId - a.taskId).slice(0, MAX_NEWEST);
  const ids = JSON.stringify(newest.map(({ taskId }) => taskId));
  return connection.all<rows.DbTask>(sql.GET_TASKS, ids).map(rows.toTaskRow);
}

export function recordPositions(connection: Connection, runId: string): readonly EvalRecordPosition[] {
  return connection.all<EvalRecordPosition>(sql.LIST_RECORDS, requireRun(connection, runId).key);
}

/** Oldest first; without a run those of all runs. */
export function listExecutors(connection: Connection, runId: string | undefined): readonly ExecutorRow[] {
  const found =
    runId === undefined
      ? connection.all<rows.DbExecutor>(sql.LIST_EXECUTORS)
      : connection.all<rows.DbExecutor>(sql.LIST_RUN_EXECUTORS, requireRun(connection, runId).key);
  return found.map(rows.toExecutorRow);
}

/** Those that are done or errored. A cancelled task has nothing to be counted by. */
export function readAttempts(connection: Connection, page: AttemptPage): readonly AttemptRow[] {
  const { key: run } = requireRun(connection, page.runId);
  const found = connection.all<rows.DbAttempt>(
    sql.READ_ATTEMPTS,
    run,
    page.evalIndex,
    page.after ?? 0,
    page.limit,
  );
  return found.map(rows.toAttemptRow);
}

/** Most frequent first. */
export function errorGroups(connection: Connection, runId: string): readonly ErrorGroup[] {
  const { key: run } = requireRun(connection, runId);
  const found = connection.all<rows.DbErrorGroup>(sql.ERROR_GROUPS, run);
  const evals = connection.all<rows.DbEval>(sql.LIST_EVALS, run);
  return found.map((row) => rows.toErrorGroup(row, taskName(row, evals)));
}

export function returnedTries(connection: Connection, runId: string): readonly ReturnedTries[] {
  return connection.all<ReturnedTries>(sql.RETURNED_TRIES, requireRun(connection, runId).key);
}

export function listEvidence(
  connection: Connection,
  runId: string,
  limit: number,
): readonly ListedEvidence[] {
  const { key: run } = requireRun(connection, runId);
  return connection
    .all<listed.DbListedEvidence>(sqlList.NEWEST_EVIDENCE, run, limit)
    .map(listed.toListedEvidence);
}

export function slowestTasks(connection: Connection, runId: string, limit: number): readonly TaskRow[] {
  const { key: run } = requireRun(connection, runId);
  return connection.all<rows.DbTask>(sql.SLOWEST_TASKS, run, limit).map(rows.toTaskRow);
}

export function findTask(connection: Connection, runId: string, key: string): TaskDetail | undefined {
  const { key: run } = requireRun(connection, runId);
  const found = tasksNamed(connection, run, key);
  const [only, another] = found.length > 0 ? found : tasksOfEval(connection, run, key);
  if (another !== undefined) {
    const names = found.slice(0, MOST_NAMED).map(({ evalName }) => `${evalName}/${key}`);
    const more = found.length > names.length ? ', …' : '';
    const message = `Several evals of run ${runId} have a task "${key}": ${names.join(', ')}${more}. Name one of these.`;
    throw new EvaltuiError('task-ambiguous', message, { details: { key, names } });
  }
  return only === undefined ? undefined : readDetail(connection, run, only.taskId);
}

const MOST_NAMED = 5;

interface DbNamedTask {
  readonly taskId: number;
  readonly evalName: string;
}

function tasksNamed(connection: Connection, run: number, key: string): readonly DbNamedTask[] {
  const [, sampleId, attempt] = /^(.*)\.(\d{1,9})$/s.exec(key) ?? [];
  const find = (id: string, number: number): readonly DbNamedTask[] =>
    connection.all<DbNamedTask>(sql.FIND_TASK_IDS, rows.toText(id), number, run);
  const found = sampleId === undefined ? [] : find(sampleId, Number(attempt));
  return found.length > 0 ? found : find(key, 1);
}

/** Names of evals and ids of samples may hold slashes: every place where one may end is tried. */
function tasksOfEval(connection: Connection, run: number, key: string): readonly DbNamedTask[] {
  return [...key.matchAll(/\//g)].flatMap(({ index }) => {
    const evalName = key.slice(0, index);
    return tasksNamed(connection, run, key.slice(index + 1)).filter((task) => task.evalName === evalName);
  });
}

export function readTask(connection: Connection, runId: string, taskId: number): TaskDetail | undefined {
  const { key: run } = requireRun(connection, runId);
  const place = connection.one<{ state: number }>(
    sqlList.GET_PLACE,
    stuckJson(findStuck(connection, run)),
    taskId,
    run,
  );
  return place === undefined ? undefined : readDetail(connection, run, taskId);
}

function readDetail(connection: Connection, run: number, found: number): TaskDetail | undefined {
  const row = connection.one<listed.DbTaskDetail>(
    sqlList.GET_TASK,
    stuckJson(findStuck(connection, run)),
    found,
  );
  if (row === undefined) return undefined;
  return listed.toTaskDetail({
    row,
    tries: connection.all<listed.DbTry>(sql.LIST_TRIES, found),
    evidence: connection.all<listed.DbEvidence>(sqlList.LIST_EVIDENCE, found),
    events: connection.all<listed.DbEvent>(sql.LIST_EVENTS, found),
  });
}
