/** The unique index on executor_id. */
export const INSERT_EXECUTOR = `
INSERT INTO executor (executor_id, run, state, host, boot, pid, start_time, token, threads, slots, restarts,
  socket_path, log_path, started_at, heartbeat_at, flight_limit)
VALUES (?, ?, 'starting', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

/** The unique index on executor_id. One that is ended stays ended. */
export const BEAT = `
UPDATE executor SET state = ?, heartbeat_at = ?, in_flight = ?, flight_limit = ?, cpu = ?, rss_bytes = ?,
  workers = ?
WHERE executor_id = ? AND state NOT IN ('ended', 'lost') RETURNING key`;

/** Of tasks that it does not hold: what became of the others is told when they are released. task_held_idx. */
export const DELETE_STEPS = `
DELETE FROM step WHERE executor = ? AND task NOT IN (
  SELECT id FROM task INDEXED BY task_held_idx WHERE executor = step.executor AND state IN (1, 2))`;

/** What is not among the tasks given, a JSON array. The primary key of step (executor). */
export const DELETE_OTHER_STEPS =
  'DELETE FROM step WHERE executor = ? AND task NOT IN (SELECT value FROM json_each(?))';

/** Writes only what has changed: whatever changes in a try is progress. The primary key of step. */
export const SET_STEP = `
INSERT INTO step (executor, task, try, name, started_at, chain, progress_at, past, thread)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (executor, task) DO UPDATE SET try = excluded.try, name = excluded.name,
  started_at = excluded.started_at, chain = excluded.chain, progress_at = excluded.progress_at,
  past = excluded.past, thread = excluded.thread
WHERE progress_at IS NOT excluded.progress_at OR try <> excluded.try OR name <> excluded.name
  OR started_at <> excluded.started_at OR thread IS NOT excluded.thread`;

/** The unique index on executor_id. */
export const END_EXECUTOR = `
UPDATE executor SET state = ?, ended_at = ?, exit_code = ?, signal = ?, in_flight = 0, cpu = 0, rss_bytes = 0
WHERE executor_id = ? RETURNING key`;

/** The unique index on executor_id. */
export const FIND_TOKEN = 'SELECT token FROM executor WHERE executor_id = ?';

/** executor_run_idx (run). */
export const FIND_EXECUTORS = `
SELECT executor_id AS executorId, state IN ('ended', 'lost') AS isEnded FROM executor WHERE run = ?`;

/** The primary key of run. */
export const ADOPT_RUN = `
UPDATE run SET state = ?, status = NULL, paused = 0, finished_at = NULL, error = NULL, host = ?, boot = ?,
  pid = ?, start_time = ?
WHERE key = ?`;

/** The primary key of run. What is null stays. */
export const SET_RUN_STATE = `
UPDATE run SET state = coalesce(?, state), concurrency = coalesce(?, concurrency), paused = coalesce(?, paused) WHERE key = ?`;

/** The primary key of run. */
export const FINISH_RUN = `
UPDATE run SET state = 'finished', status = ?, finished_at = ?, error = ? WHERE key = ?`;

/** The primary key of run_eval. */
export const SET_REPORT = 'UPDATE run_eval SET report = ? WHERE run = ? AND eval_index = ?';

/** The end of the b-tree. */
export const INSERT_COMMAND = `
INSERT INTO command (run, executor_id, kind, args, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)`;

/** command_open_idx (run, executor_id). */
export const FIND_OPEN_COMMAND = `
SELECT 1 AS found FROM command INDEXED BY command_open_idx
WHERE run = ? AND executor_id IS ? AND taken_at IS NULL LIMIT 1`;

/** command_open_idx (run, executor_id). */
export const TAKE_COMMANDS = `
UPDATE command INDEXED BY command_open_idx SET taken_at = ?
WHERE run = ? AND executor_id IS ? AND taken_at IS NULL
RETURNING id, executor_id AS executorId, kind, args, created_by AS createdBy, created_at AS createdAt`;

/** Nobody is left to take them. command_open_idx (run). */
export const VOID_COMMANDS = `
UPDATE command INDEXED BY command_open_idx SET taken_at = ?, finished_at = ?, result = ?
WHERE run = ? AND taken_at IS NULL`;

/** The primary key of command. */
export const FINISH_COMMAND = 'UPDATE command SET finished_at = ?, result = ? WHERE id = ?';

/** The end of the b-tree. */
export const INSERT_EVIDENCE = `
INSERT INTO evidence (run, executor_id, task, try, thread, verdict, data, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

const COMMAND = `
SELECT id, kind, args, created_by AS createdBy, created_at AS createdAt, taken_at AS takenAt,
  finished_at AS finishedAt, result
FROM command`;

/** The primary key of command. */
export const GET_COMMAND: string = `${COMMAND} WHERE id = ?`;

/** command_run_idx (run), backwards. */
export const LIST_COMMANDS: string = `${COMMAND} INDEXED BY command_run_idx WHERE run = ? + 0 ORDER BY id DESC LIMIT ? + 0`;
