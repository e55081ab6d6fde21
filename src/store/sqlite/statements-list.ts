import type { TaskColumn, TaskFilter } from '../task-list.ts';

// Numbers of states: see statements.ts. Why `? + 0`: see statements-queue.ts.

/** Right 1, wrong 0, or null: word for word as in task_ended_idx, which is used only where it is repeated. */
export const JUDGED = 'coalesce(t.correct, CASE t.score WHEN 0 THEN 0 WHEN 1 THEN 1 END)';

const STUCK_TASK = `
SELECT t.id AS taskId, t.eval_index AS evalIndex, s.sample_id AS sampleId, t.attempt, t.try, v.verdict,
  v.created_at AS foundAt, coalesce(v.thread, p.thread) AS thread, v.data, e.pid, p.name AS step`;

/**
 * The newest verdict on each running task, unless that is that it has recovered. It holds while the task is in the
 * try that it was found in, and nothing has happened in it since. task_running_idx (run), then evidence_task_idx
 * (task): as many look-ups as tasks are in flight.
 */
export const STUCK: string = `${STUCK_TASK}
FROM task t INDEXED BY task_running_idx
CROSS JOIN evidence v ON v.id = (
  SELECT max(w.id) FROM evidence w INDEXED BY evidence_task_idx WHERE w.task = t.id AND w.verdict <> 'starved')
CROSS JOIN sample s ON s.id = t.sample
LEFT JOIN executor e ON e.key = t.executor
LEFT JOIN step p ON p.executor = t.executor AND p.task = t.id AND p.try = t.try
WHERE t.run = ? + 0 AND t.state = 2 AND v.verdict NOT IN ('recovered', 'ended') AND v.created_at >= t.started_at
  AND (p.started_at IS NULL OR coalesce(p.progress_at, p.started_at) <= v.created_at)`;

/**
 * Running tasks of executors that are lost, which holds until their next heartbeat, or orphaned.
 * executor_run_idx (run), evidence_executor_idx (executor_id), task_held_idx (executor).
 */
export const STUCK_WITH_EXECUTOR: string = `${STUCK_TASK}
FROM executor e INDEXED BY executor_run_idx
CROSS JOIN evidence v ON v.id = (
  SELECT max(w.id) FROM evidence w INDEXED BY evidence_executor_idx
  WHERE w.executor_id = e.executor_id AND w.task IS NULL AND w.verdict IN ('lost', 'orphaned'))
CROSS JOIN task t INDEXED BY task_held_idx ON t.executor = e.key AND t.state IN (1, 2)
CROSS JOIN sample s ON s.id = t.sample
LEFT JOIN step p ON p.executor = t.executor AND p.task = t.id AND p.try = t.try
WHERE e.run = ? + 0 AND e.state NOT IN ('ended', 'lost') AND t.state = 2
  AND (v.verdict = 'orphaned' OR v.created_at > e.heartbeat_at)`;

/**
 * Executors that find the machine starved, the longest first. executor_run_idx (run), evidence_executor_idx
 * (executor_id): as many look-ups as the run had executors.
 */
export const STARVED = `
SELECT e.pid, v.created_at AS since, v.data
FROM executor e INDEXED BY executor_run_idx
CROSS JOIN evidence v ON v.id = (
  SELECT max(w.id) FROM evidence w INDEXED BY evidence_executor_idx
  WHERE w.executor_id = e.executor_id AND w.task IS NULL AND w.verdict IN ('starved', 'recovered'))
WHERE e.run = ? + 0 AND e.state NOT IN ('ended', 'lost') AND v.verdict = 'starved'`;

/** The standing of a task as its place in STANDINGS, see core/standing.ts. */
const STANDING = `
CASE t.state
  WHEN 0 THEN CASE WHEN t.ready_at > 0 THEN 2 ELSE 7 END
  WHEN 1 THEN 7
  WHEN 2 THEN CASE WHEN t.id IN (SELECT task FROM k) THEN 0 ELSE 1 END
  WHEN 3 THEN CASE ${JUDGED} WHEN 0 THEN 4 WHEN 1 THEN 5 ELSE 6 END
  WHEN 4 THEN 3
  ELSE 8
END`;

/** Tasks held to be stuck and their verdicts, as JSON objects { task, verdict }: the first parameter. */
const WITH_STUCK = `
WITH k (task, verdict) AS MATERIALIZED (
  SELECT value ->> 'task', value ->> 'verdict' FROM json_each(?)
)`;

// The last try of a task that has not ended is the one before the one it is in.
const LAST_TRY = 'LEFT JOIN try l ON l.task = t.id AND l.round = t.round AND l.try = t.try - (t.state < 3)';

/** What waits for another try is in a step too: since its last try ended, whose cause stands beside it. */
export const IN_STEP = `
  CASE WHEN t.state = 0 AND t.ready_at > 0 THEN 'retry wait' ELSE p.name END AS step,
  CASE WHEN t.state = 0 AND t.ready_at > 0 THEN l.ended_at ELSE p.started_at END AS stepStartedAt,
  p.progress_at AS progressAt`;

const LISTED_TASK = `
  t.id AS taskId, t.eval_index AS evalIndex, s.sample_id AS sampleId, t.attempt, t.state, t.try,
  e.executor_id AS executorId, e.pid, CASE WHEN t.state < 3 THEN p.thread ELSE l.thread END AS thread,
  t.started_at AS startedAt, t.ended_at AS endedAt,
  t.ready_at AS readyAt, t.score, l.error_kind AS errorKind, l.message, ${IN_STEP}, s.grp, r.name AS evalName, k.verdict, ${STANDING} AS standing,
  t.prompt_tokens + t.completion_tokens AS tokens`;

const LISTED_PARTS = `
CROSS JOIN sample s ON s.id = t.sample
CROSS JOIN run_eval r ON r.run = t.run AND r.eval_index = t.eval_index
LEFT JOIN executor e ON e.key = t.executor
${LAST_TRY}
LEFT JOIN step p ON p.executor = t.executor AND p.task = t.id AND p.try = t.try AND t.state = 2
LEFT JOIN k ON k.task = t.id`;

/** The tasks of a page by their ids, a JSON array, in its order. The primary key of task. */
export const LIST_TASKS: string = `
${WITH_STUCK}
SELECT ${LISTED_TASK} FROM json_each(?) j CROSS JOIN task t ON t.id = j.value ${LISTED_PARTS} ORDER BY j.key`;

/** The primary key of task. */
export const GET_TASK: string = `
${WITH_STUCK}
SELECT ${LISTED_TASK}, s.input, s.expected, t.result, p.chain, p.past, l.steps AS kept FROM task t ${LISTED_PARTS} WHERE t.id = ?`;

/** evidence_task_idx (task). */
export const LIST_EVIDENCE: string = `
SELECT v.try, v.executor_id AS executorId, e.pid, v.thread, v.verdict, v.created_at AS at, v.data
FROM evidence v INDEXED BY evidence_task_idx LEFT JOIN executor e ON e.executor_id = v.executor_id
WHERE v.task = ? + 0 ORDER BY v.id`;

/** evidence_run_idx (run), from its end. */
export const NEWEST_EVIDENCE: string = `
SELECT v.try, v.executor_id AS executorId, e.pid, v.thread, v.verdict, v.created_at AS at, v.data, t.id AS taskId,
  t.eval_index AS evalIndex, s.sample_id AS sampleId, t.attempt
FROM evidence v INDEXED BY evidence_run_idx
LEFT JOIN executor e ON e.executor_id = v.executor_id
LEFT JOIN task t ON t.id = v.task
LEFT JOIN sample s ON s.id = t.sample
WHERE v.run = ? + 0 ORDER BY v.id DESC LIMIT ?`;

/** Where a task stands in the order of severity. The primary key of task. */
export const GET_PLACE: string = `
${WITH_STUCK}
SELECT ${STANDING} AS standing, t.state, t.deaths, t.ready_at AS readyAt, t.ended_at AS endedAt
FROM task t WHERE t.id = ? + 0 AND t.run = ? + 0`;

const AMONG = 'IN (SELECT value FROM json_each(?))';

/** What a filter asks of a task; the values are bound in this order. */
export const CONDITIONS: Readonly<Record<keyof TaskFilter, string>> = Object.freeze({
  text: `(s.sample_id LIKE ? ESCAPE '\\' OR t.id IN (
    SELECT x.task FROM try x INDEXED BY try_error_idx
    WHERE x.run = ? + 0 AND x.error_kind IS NOT NULL AND x.message LIKE ? ESCAPE '\\'))`,
  without: `(NOT EXISTS (SELECT 1 FROM json_each(?) w WHERE s.sample_id LIKE w.value ESCAPE '\\') AND t.id NOT IN (
    SELECT x.task FROM json_each(?) w CROSS JOIN try x INDEXED BY try_error_idx
    WHERE x.run = ? + 0 AND x.error_kind IS NOT NULL AND x.message LIKE w.value ESCAPE '\\'))`,
  standings: `${STANDING} ${AMONG}`,
  evals: `r.name ${AMONG}`,
  groups: `s.grp ${AMONG}`,
  verdicts: `t.id IN (SELECT task FROM k WHERE verdict ${AMONG})`,
  errorKinds: `l.error_kind ${AMONG}`,
  pid: 'e.pid = ?',
});

/** The first rows of each standing are those that matter most; ends are newest first. */
const SEVERITY = `${STANDING},
  CASE
    WHEN t.state = 2 THEN t.started_at
    WHEN t.state >= 3 THEN -t.ended_at
    WHEN t.state = 1 THEN 0
    WHEN t.ready_at > 0 THEN t.ready_at
    ELSE 1 + (t.deaths >= 2)
  END,
  CASE WHEN t.state >= 3 THEN -t.id ELSE t.id END`;

const SORT_KEYS: Readonly<Record<Exclude<TaskColumn, 'severity'>, string>> = {
  task: 's.sample_id',
  eval: 'r.name',
  group: 's.grp',
  standing: STANDING,
  try: 't.try',
  // Of what runs, up to the last sign of life of an executor.
  age: `coalesce(t.ended_at, (SELECT max(heartbeat_at) FROM executor WHERE run = t.run)) - t.started_at`,
  score: 't.score',
  tokens: 't.prompt_tokens + t.completion_tokens',
  ended: 't.ended_at',
};

/**
 * The ids of the tasks of a run that meet the conditions, in an order; what has no value in the column comes
 * last. task_eval_idx (run), all of it: never on the way of a task. SQLite leaves out the joins that the
 * statement does not use.
 */
export function orderTasks(order: {
  readonly conditions: readonly (keyof typeof CONDITIONS)[];
  readonly sort: TaskColumn;
  readonly descending: boolean;
}): string {
  const where = order.conditions.map((name) => ` AND ${CONDITIONS[name]}`).join('');
  return `${WITH_STUCK}
SELECT t.id FROM task t INDEXED BY task_eval_idx
LEFT JOIN sample s ON s.id = t.sample
LEFT JOIN run_eval r ON r.run = t.run AND r.eval_index = t.eval_index
LEFT JOIN executor e ON e.key = t.executor
${LAST_TRY}
WHERE t.run = ? + 0${where} ORDER BY ${sortTerms(order.sort, order.descending)}`;
}

function sortTerms(sort: TaskColumn, descending: boolean): string {
  if (sort === 'severity') return SEVERITY;
  const key = SORT_KEYS[sort];
  return `(${key}) IS NULL, ${key}${descending ? ' DESC' : ''}, t.id`;
}

/** The primary key of run_eval. */
export const COUNT_PLANNED_TASKS = 'SELECT total(tasks) AS tasks FROM run_eval WHERE run = ?';
