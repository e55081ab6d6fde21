// Numbers of states: see statements.ts. On the way of every task; nothing here may scan a table.
//
// `? + 0`: a parameter that stands alone beside an indexed column makes SQLite, built with STAT4, plan the
// statement again for every value; that takes 10 µs, the statement itself less than 1 µs.
// See https://www.sqlite.org/c3ref/prepare.html

const CLAIMED_TASK = `
  t.id AS taskId, t.eval_index AS evalIndex, s.sample_id AS sampleId, t.attempt, t.try, t.deaths, t.watched,
  s.input, s.expected, s.grp,
  CASE WHEN t.try = 1 THEN 0 ELSE (
    SELECT count(*) FROM try f WHERE f.task = t.id AND f.round = t.round
      AND f.error_kind NOT IN ('executor-died', 'killed')
  ) END AS failures`;

/** Retries that are due, the longest due first. task_waiting_idx (run, ready_at). */
export const FIND_DUE: string = `
SELECT ${CLAIMED_TASK} FROM task t INDEXED BY task_waiting_idx CROSS JOIN sample s ON s.id = t.sample
WHERE t.run = ? + 0 AND t.state = 0 AND t.ready_at > 0 AND t.ready_at <= ? + 0 AND t.deaths < 2
ORDER BY t.ready_at, t.id LIMIT ? + 0`;

/** What was never tried or was given back, in the order of the plan. task_fresh_idx (run, id). */
export const FIND_FRESH: string = `
SELECT ${CLAIMED_TASK} FROM task t INDEXED BY task_fresh_idx CROSS JOIN sample s ON s.id = t.sample
WHERE t.run = ? + 0 AND t.state = 0 AND t.ready_at = 0 AND t.deaths < 2
ORDER BY t.id LIMIT ? + 0`;

/** One task that was running in two deaths or more. task_suspect_idx (run, state, ready_at). */
export const FIND_SUSPECT: string = `
SELECT ${CLAIMED_TASK} FROM task t INDEXED BY task_suspect_idx CROSS JOIN sample s ON s.id = t.sample
WHERE t.run = ? + 0 AND t.state = 0 AND t.ready_at <= ? + 0 AND t.deaths >= 2
ORDER BY t.ready_at, t.id LIMIT 1`;

/** Whether the executor has a suspect now. task_suspect_idx (run, state): a handful of rows. */
export const HOLDS_SUSPECT = `
SELECT 1 AS holds FROM task INDEXED BY task_suspect_idx
WHERE run = ? + 0 AND state IN (1, 2) AND deaths >= 2 AND executor = ? + 0 LIMIT 1`;

/** When the next retry comes due. task_waiting_idx (run, ready_at). */
export const NEXT_READY = `
SELECT ready_at AS readyAt FROM task INDEXED BY task_waiting_idx
WHERE run = ? + 0 AND state = 0 AND ready_at > 0 AND ready_at > ? + 0 ORDER BY ready_at LIMIT 1`;

/** The primary key of task. */
export const CLAIM_TASK =
  'UPDATE task SET state = 1, executor = ?, claimed_at = ?, started_at = NULL WHERE id = ?';

/** A claim that counts as a start at once. The primary key of task. */
export const CLAIM_AND_START =
  'UPDATE task SET state = 2, executor = ?, claimed_at = ?, started_at = ? WHERE id = ?';

/** The primary key of task; the rest fences. */
export const START_TASK = `
UPDATE task SET state = 2, started_at = ? WHERE id = ? AND executor = ? AND try = ? AND state = 1
RETURNING eval_index AS evalIndex`;

/** A task that this executor holds in this try, or nothing. The primary keys of task and sample. */
export const FIND_HELD = `
SELECT t.id AS taskId, t.eval_index AS evalIndex, t.sample, t.attempt, t.state, t.round, t.try, t.deaths,
  t.started_at AS startedAt, s.sample_id AS sampleId
FROM task t CROSS JOIN sample s ON s.id = t.sample
WHERE t.id = ? + 0 AND t.executor = ? + 0 AND t.try = ? + 0 AND t.state IN (1, 2)`;

/** The primary key of task. */
export const END_TASK = `
UPDATE task SET state = ?, started_at = ?, ended_at = ?, error_kind = ?, score = ?, correct = ?, unparsed = ?,
  prompt_tokens = prompt_tokens + ?, completion_tokens = completion_tokens + ?, model_ms = model_ms + ?,
  result = ?
WHERE id = ?`;

/** Back into the queue for the next try. The primary key of task. */
export const RETRY_TASK = `
UPDATE task SET state = 0, try = try + 1, ready_at = ?, executor = NULL, claimed_at = NULL, started_at = NULL,
  prompt_tokens = prompt_tokens + ?, completion_tokens = completion_tokens + ?, model_ms = model_ms + ?
WHERE id = ?`;

/** The primary key of sample_score. */
export const FIND_SCORE = 'SELECT scored, score_sum AS scoreSum FROM sample_score WHERE sample = ?';

/** The primary key of sample_score. */
export const SET_SCORE = `
INSERT INTO sample_score (sample, scored, score_sum) VALUES (?, ?, ?)
ON CONFLICT (sample) DO UPDATE SET scored = excluded.scored, score_sum = excluded.score_sum`;

/** The primary key of run_eval. */
export const FIND_ATTEMPTS = 'SELECT attempts FROM run_eval WHERE run = ? AND eval_index = ?';

/** The primary key of executor. */
export const COUNT_DONE = 'UPDATE executor SET done = done + ? WHERE key = ?';

const RELEASED_TASK = `
SELECT t.id AS taskId, t.eval_index AS evalIndex, t.sample, t.attempt, t.state, t.round, t.try, t.deaths,
  t.started_at AS startedAt, '' AS sampleId, p.name AS step, p.started_at AS stepStartedAt, p.chain, p.past,
  p.thread`;
const ITS_STEP = 'LEFT JOIN step p ON p.executor = t.executor AND p.task = t.id AND p.try = t.try';

/** All that an executor holds. task_held_idx (executor). */
export const FIND_ALL_HELD: string = `
${RELEASED_TASK} FROM task t INDEXED BY task_held_idx ${ITS_STEP} WHERE t.executor = ? + 0 AND t.state IN (1, 2) ORDER BY t.id`;

/** One task that it holds, whatever its try. The primary key of task. */
export const FIND_ONE_HELD: string = `
${RELEASED_TASK} FROM task t ${ITS_STEP} WHERE t.id = ? AND t.executor = ? AND t.state IN (1, 2)`;

/** Back into the queue as it was, but watched when its executor died. The primary key of task. */
export const RETURN_CLAIMED = `
UPDATE task SET state = 0, ready_at = 0, executor = NULL, claimed_at = NULL, started_at = NULL,
  watched = max(watched, ?)
WHERE id = ?`;

/** Back into the queue for the next try, a death more or not. The primary key of task. */
export const RETURN_RUNNING = `
UPDATE task SET state = 0, try = try + 1, ready_at = 0, deaths = deaths + ?, executor = NULL,
  claimed_at = NULL, started_at = NULL
WHERE id = ?`;

/** The primary key of task. */
export const POISON_TASK = `
UPDATE task SET state = 4, deaths = deaths + 1, ended_at = ?, error_kind = 'executor-died' WHERE id = ?`;

/** Errored or cancelled by somebody. The primary key of task. */
export const END_KILLED_TASK = "UPDATE task SET state = ?, ended_at = ?, error_kind = 'killed' WHERE id = ?";

/** The primary key of step (executor, task). */
export const DELETE_STEP = 'DELETE FROM step WHERE executor = ? AND task = ?';

/** task_eval_idx (run): asked for by people, not on the way of every task. */
export const COUNT_REQUEUED = `
SELECT eval_index AS evalIndex, state, count(*) AS tasks FROM task INDEXED BY task_eval_idx
WHERE run = ? AND state IN (?, ?) GROUP BY eval_index, state`;

/** The primary key of task. */
export const COUNT_REQUEUED_ONE = `
SELECT eval_index AS evalIndex, state, 1 AS tasks FROM task WHERE id = ? AND run = ? AND state IN (?, ?)`;

const REQUEUE = `
SET state = 0, round = round + 1, try = 1, ready_at = 0, deaths = 0, watched = 0, executor = NULL,
  claimed_at = NULL, started_at = NULL, ended_at = NULL, error_kind = NULL`;

/** task_eval_idx (run). */
export const REQUEUE_TASKS: string = `
UPDATE task INDEXED BY task_eval_idx ${REQUEUE} WHERE run = ? AND state IN (?, ?)`;

/** The primary key of task. */
export const REQUEUE_TASK: string = `UPDATE task ${REQUEUE} WHERE id = ? AND run = ? AND state IN (?, ?)`;

/** The primary key of task. */
export const FIND_STATE = 'SELECT state, eval_index AS evalIndex FROM task WHERE id = ? + 0 AND run = ? + 0';

/** The primary key of task. */
export const CANCEL_TASK = `
UPDATE task SET state = 5, ended_at = ?, error_kind = 'killed', executor = NULL WHERE id = ?`;
