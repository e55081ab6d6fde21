import { IN_STEP, JUDGED } from './statements-list.ts';

// Numbers of states: see statements.ts. Why `? + 0`: see statements-queue.ts.

const RUN = `
SELECT key, run_id AS runId, spec, state, status, paused, concurrency, host, boot, pid,
  start_time AS startTime, created_at AS createdAt, started_at AS startedAt, finished_at AS finishedAt, error
FROM run`;

/** run_created_idx. Of two of the same ms the later one is the newer. */
export const LIST_RUNS: string = `${RUN} ORDER BY created_at DESC, key DESC`;
/** run_created_idx. */
export const NEWEST_RUN: string = `${LIST_RUNS} LIMIT 1`;
/** The unique index on run_id. */
export const GET_RUN: string = `${RUN} WHERE run_id = ?`;
/** The unique index on run_id, a range. */
export const FIND_RUNS: string = `${RUN} WHERE run_id >= ? AND run_id < ? ORDER BY run_id LIMIT 6`;
/** run_created_idx. */
export const NEWEST_RUN_IDS = 'SELECT run_id AS runId FROM run ORDER BY created_at DESC, key DESC LIMIT 5';

/** The primary key of run_eval. */
export const LIST_EVALS = `
SELECT eval_index AS "index", name, file, record_path AS recordPath, samples, tasks, queued, running, done,
  errored, cancelled, retries, correct, unparsed, scored, scored_samples AS scoredSamples, mean_sum AS meanSum,
  mean_square_sum AS meanSquareSum, is_binary AS isBinary, prompt_tokens AS promptTokens,
  completion_tokens AS completionTokens, report
FROM run_eval WHERE run = ? ORDER BY eval_index`;

/** The primary key of run_eval. */
export const LIST_RECORDS = `
SELECT eval_index AS evalIndex, record_path AS path, record_bytes AS bytes, next_event_id AS nextEventId
FROM run_eval WHERE run = ? AND record_path IS NOT NULL ORDER BY eval_index`;

const EXECUTOR = `
SELECT e.executor_id AS executorId, r.run_id AS runId, e.state, e.host, e.boot, e.pid,
  e.start_time AS startTime, e.threads, e.slots, e.restarts, e.started_at AS startedAt, e.ended_at AS endedAt,
  e.exit_code AS exitCode, e.signal, e.heartbeat_at AS heartbeatAt, e.in_flight AS inFlight,
  e.flight_limit AS "limit", e.cpu, e.rss_bytes AS rssBytes, e.workers, e.done, e.socket_path AS socketPath,
  e.log_path AS logPath
FROM executor e CROSS JOIN run r ON r.key = e.run`;
/** The primary key of executor: all of the db, oldest first. */
export const LIST_EXECUTORS: string = `${EXECUTOR} ORDER BY e.key`;
/** executor_run_idx (run). */
export const LIST_RUN_EXECUTORS: string = `${EXECUTOR} WHERE e.run = ? ORDER BY e.key`;

const TASK = `
  t.id AS taskId, t.eval_index AS evalIndex, s.sample_id AS sampleId, t.attempt, t.state, t.try,
  e.executor_id AS executorId, e.pid, CASE WHEN t.state < 3 THEN p.thread ELSE l.thread END AS thread,
  t.started_at AS startedAt, t.ended_at AS endedAt, t.ready_at AS readyAt, t.score, l.error_kind AS errorKind, l.message, ${IN_STEP}`;

// The last try of a task that has not ended is the one before the one it is in.
const TASK_PARTS = `
CROSS JOIN sample s ON s.id = t.sample
LEFT JOIN executor e ON e.key = t.executor
LEFT JOIN try l ON l.task = t.id AND l.round = t.round AND l.try = t.try - (t.state < 3)
LEFT JOIN step p ON p.executor = t.executor AND p.task = t.id AND p.try = t.try AND t.state = 2`;

/** task_running_idx (run, started_at). */
export const LONGEST_RUNNING: string = `
SELECT ${TASK} FROM task t INDEXED BY task_running_idx ${TASK_PARTS}
WHERE t.run = ? + 0 AND t.state = 2 ORDER BY t.started_at, t.id LIMIT 20`;

/** task_waiting_idx (run, ready_at). */
export const WAITING: string = `
SELECT ${TASK} FROM task t INDEXED BY task_waiting_idx ${TASK_PARTS}
WHERE t.run = ? + 0 AND t.state = 0 AND t.ready_at > 0 ORDER BY t.ready_at, t.id LIMIT 20`;

/** Newest first, of one kind of end. task_ended_idx (run, state, judged, ended_at), backwards. */
export const NEWEST_ENDED: string = `
SELECT t.id AS taskId, t.ended_at AS endedAt FROM task t INDEXED BY task_ended_idx
WHERE t.run = ? + 0 AND t.state = ? + 0 AND ${JUDGED} IS ? AND t.state >= 3
ORDER BY t.ended_at DESC, t.id DESC LIMIT 20`;

/** By their ids, a JSON array, in its order. The primary key of task. */
export const GET_TASKS: string = `
SELECT ${TASK} FROM json_each(?) j CROSS JOIN task t ON t.id = j.value ${TASK_PARTS} ORDER BY j.key`;

/** Tries, not tasks: what failed and is tried again is among them, what was sent back is not. try_error_idx (run, ended_at), backwards. */
export const LAST_ERRORS = `
SELECT t.id AS taskId, t.eval_index AS evalIndex, s.sample_id AS sampleId, t.attempt, t.state, x.try,
  e.executor_id AS executorId, e.pid, x.thread, x.started_at AS startedAt, x.ended_at AS endedAt,
  t.ready_at AS readyAt, NULL AS score, x.error_kind AS errorKind, x.message, NULL AS step,
  NULL AS stepStartedAt, NULL AS progressAt
FROM try x INDEXED BY try_error_idx CROSS JOIN task t ON t.id = x.task CROSS JOIN sample s ON s.id = t.sample
LEFT JOIN executor e ON e.key = x.executor
WHERE x.run = ? + 0 AND x.error_kind IS NOT NULL
  AND (x.error_kind <> 'killed' OR (t.state > 3 AND t.round = x.round AND t.try = x.try)) ORDER BY x.ended_at DESC, x.task DESC LIMIT 20`;

/** task_eval_idx (run, all of it): asked for when a run is looked back at. */
export const SLOWEST_TASKS: string = `
SELECT ${TASK} FROM task t INDEXED BY task_eval_idx ${TASK_PARTS}
WHERE t.run = ? AND t.state IN (3, 4) AND t.started_at IS NOT NULL
ORDER BY t.ended_at - t.started_at DESC, t.id LIMIT ?`;

/** task_eval_idx (run, eval_index, id): a page costs as much as it has rows. */
export const READ_ATTEMPTS = `
SELECT t.id AS cursor, s.sample_id AS sampleId, t.attempt, s.grp, t.state, t.result, t.error_kind AS errorKind,
  t.score, t.correct, t.unparsed, t.ended_at - t.started_at AS durationMs, t.prompt_tokens AS promptTokens,
  t.completion_tokens AS completionTokens
FROM task t INDEXED BY task_eval_idx CROSS JOIN sample s ON s.id = t.sample
WHERE t.run = ? + 0 AND t.eval_index = ? + 0 AND t.id > ? + 0 AND t.state IN (3, 4)
ORDER BY t.id LIMIT ? + 0`;

// Somebody ended it, and its task did not end with it: it went back to the queue.
const IS_RETURNED = `y.error_kind = 'killed' AND NOT EXISTS (
    SELECT 1 FROM task f WHERE f.id = y.task AND f.state > 3 AND f.round = y.round AND f.try = y.try)`;

/** try_place_idx (run, error_kind, pattern): as many rows as tries that somebody ended. */
export const RETURNED_TRIES: string = `
SELECT y.pattern AS reason, count(*) AS tries FROM try y INDEXED BY try_place_idx
WHERE y.run = ? AND ${IS_RETURNED} GROUP BY y.pattern ORDER BY count(*) DESC`;

/** try_place_idx (run, error_kind, pattern, place): failed tries only. The other columns are of the newest one. */
export const ERROR_GROUPS: string = `
SELECT g.kind, g.pattern, g.place, g.tries, g.tasks, g.lastAt, t.eval_index AS evalIndex, s.sample_id AS sampleId,
  t.attempt, x.message, x.stack
FROM (
  SELECT y.error_kind AS kind, y.pattern, y.place, count(*) AS tries, max(y.ended_at) AS lastAt, y.task, y.round, y.try,
    sum(EXISTS (SELECT 1 FROM task f WHERE f.id = y.task AND f.state = 4 AND f.round = y.round AND f.try = y.try))
      AS tasks
  FROM try y INDEXED BY try_place_idx WHERE y.run = ? AND y.error_kind IS NOT NULL AND NOT (${IS_RETURNED})
  GROUP BY y.error_kind, y.pattern, y.place
) g
CROSS JOIN try x ON x.task = g.task AND x.round = g.round AND x.try = g.try
CROSS JOIN task t ON t.id = g.task CROSS JOIN sample s ON s.id = t.sample
ORDER BY g.tries DESC, g.lastAt DESC`;

/** sample_id_idx (run, eval_index, sample_id), once for each eval of the run. */
export const FIND_TASK_IDS = `
SELECT t.id AS taskId, v.name AS evalName FROM run_eval v CROSS JOIN sample s INDEXED BY sample_id_idx
  ON s.run = v.run AND s.eval_index = v.eval_index AND s.sample_id = ?
CROSS JOIN task t ON t.id = s.first_task + ? - 1 AND t.sample = s.id
WHERE v.run = ? ORDER BY v.eval_index`;

/** The primary key of try. */
export const LIST_TRIES = `
SELECT x.round, x.try, e.executor_id AS executorId, e.pid, x.thread, x.started_at AS startedAt,
  x.ended_at AS endedAt, x.error_kind AS errorKind, x.message, x.stack, x.place,
  x.steps
FROM try x LEFT JOIN executor e ON e.key = x.executor WHERE x.task = ? ORDER BY x.round, x.try`;

/** event_task_idx (task). */
export const LIST_EVENTS =
  'SELECT try, type, created_at AS createdAt, data FROM event WHERE task = ? ORDER BY id';
