// The states of a task: 0 queued, 1 claimed, 2 running, 3 done, 4 errored, 5 cancelled. They stand in the
// statements as numbers, since a partial index is used only where its own condition is repeated word for word.

export const BEGIN_READ = 'BEGIN';
export const BEGIN_WRITE = 'BEGIN IMMEDIATE';
export const COMMIT = 'COMMIT';
export const ROLLBACK = 'ROLLBACK';

/** No index: a counter in the head of the log. */
export const DATA_VERSION = 'PRAGMA data_version';

/** No index: the head of the file, and the schema. */
export const DB_IDENTITY = `
SELECT
  (SELECT application_id FROM pragma_application_id) AS applicationId,
  (SELECT user_version FROM pragma_user_version) AS version,
  (SELECT count(*) FROM sqlite_schema) AS tables`;

/** The unique index on run_id. */
export const FIND_RUN_KEY = `
SELECT key, state, paused, started_at AS startedAt, host, boot, pid, start_time AS startTime
FROM run WHERE run_id = ?`;

/** The unique index on executor_id. */
export const FIND_EXECUTOR_KEY = 'SELECT key, state FROM executor WHERE executor_id = ? AND run = ?';

/** The primary key of run_eval, a range over the evals of the run. */
export const COUNT_TASKS = `
SELECT total(queued) AS queued, total(running) AS running, total(done) AS done, total(errored) AS errored,
  total(cancelled) AS cancelled
FROM run_eval WHERE run = ?`;

/** The primary key of run_eval. */
export const ADD_INCREMENTS = `
UPDATE run_eval SET
  queued = queued + ?, running = running + ?, done = done + ?, errored = errored + ?,
  cancelled = cancelled + ?, retries = retries + ?, correct = correct + ?, judged_right = judged_right + ?,
  judged_wrong = judged_wrong + ?, unparsed = unparsed + ?,
  scored = scored + ?, scored_samples = scored_samples + ?, mean_sum = mean_sum + ?,
  mean_square_sum = mean_square_sum + ?, is_binary = min(is_binary, ?),
  prompt_tokens = prompt_tokens + ?, completion_tokens = completion_tokens + ?
WHERE run = ? AND eval_index = ?`;

/** The primary key of run_eval. */
export const FIND_RECORD = `
SELECT record_path AS path, record_bytes AS bytes, next_event_id AS nextEventId
FROM run_eval WHERE run = ? AND eval_index = ?`;

/** The primary key of run_eval. */
export const MOVE_RECORD =
  'UPDATE run_eval SET record_bytes = ?, next_event_id = ? WHERE run = ? AND eval_index = ?';

/** The primary key of task, the end of the b-tree. */
export const INSERT_EVENT =
  'INSERT INTO event (task, try, event_id, type, created_at, data) VALUES (?, ?, ?, ?, ?, ?)';

/** The primary key of try. */
export const INSERT_TRY = `
INSERT INTO try (task, round, try, run, executor, thread, started_at, ended_at, error_kind, pattern, message, stack,
  steps, place)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
