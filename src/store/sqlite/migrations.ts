/** Marks a SQLite file as a task db: the letters "evlt". */
export const APPLICATION_ID = 0x65_76_6c_74;

/**
 * What is small is in the row that changes, what may be large is in a row that does not: a sample's input is
 * never rewritten by its tasks. Rows point at each other by integer keys; there are no foreign keys, since they
 * would cost a look-up per row on the way of every task.
 *
 * The states of a task: 0 queued, 1 claimed, 2 running, 3 done, 4 errored, 5 cancelled. Of the partial indexes
 * a task is in one or two at a time; the state decides in which.
 */
const FIRST_SCHEMA = `
CREATE TABLE run (
  key INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  spec TEXT NOT NULL,
  state TEXT NOT NULL,
  status TEXT,
  paused INTEGER NOT NULL DEFAULT 0,
  concurrency INTEGER NOT NULL,
  host TEXT NOT NULL,
  boot TEXT NOT NULL,
  pid INTEGER NOT NULL,
  start_time TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  error TEXT
);
CREATE INDEX run_created_idx ON run (created_at);

-- What is counted is kept by increments, in the transaction that changes what is counted.
CREATE TABLE run_eval (
  run INTEGER NOT NULL,
  eval_index INTEGER NOT NULL,
  name TEXT NOT NULL,
  file TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 1,
  record_path TEXT,
  record_bytes INTEGER NOT NULL DEFAULT 0,
  next_event_id INTEGER NOT NULL DEFAULT 0,
  samples INTEGER NOT NULL DEFAULT 0,
  tasks INTEGER NOT NULL DEFAULT 0,
  queued INTEGER NOT NULL DEFAULT 0,
  running INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,
  errored INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  retries INTEGER NOT NULL DEFAULT 0,
  correct INTEGER NOT NULL DEFAULT 0,
  -- As lists tell them apart; what is neither is done and not judged.
  judged_right INTEGER NOT NULL DEFAULT 0,
  judged_wrong INTEGER NOT NULL DEFAULT 0,
  unparsed INTEGER NOT NULL DEFAULT 0,
  scored INTEGER NOT NULL DEFAULT 0,
  scored_samples INTEGER NOT NULL DEFAULT 0,
  mean_sum REAL NOT NULL DEFAULT 0,
  mean_square_sum REAL NOT NULL DEFAULT 0,
  is_binary INTEGER NOT NULL DEFAULT 1,
  prompt_tokens INTEGER NOT NULL DEFAULT 0,
  completion_tokens INTEGER NOT NULL DEFAULT 0,
  params TEXT NOT NULL DEFAULT '{}',
  report TEXT,
  PRIMARY KEY (run, eval_index)
) WITHOUT ROWID;

CREATE TABLE sample (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  eval_index INTEGER NOT NULL,
  sample_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  -- Its tasks have the ids from here on, one an attempt.
  first_task INTEGER NOT NULL,
  grp TEXT,
  expected TEXT,
  input TEXT NOT NULL
);
CREATE UNIQUE INDEX sample_id_idx ON sample (run, eval_index, sample_id);

-- The scores of a sample that has several attempts.
CREATE TABLE sample_score (
  sample INTEGER PRIMARY KEY,
  scored INTEGER NOT NULL,
  score_sum REAL NOT NULL
);

CREATE TABLE task (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  eval_index INTEGER NOT NULL,
  sample INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  state INTEGER NOT NULL DEFAULT 0,
  -- How often it was put back to be tried from the beginning; the tries of a round are numbered from 1.
  round INTEGER NOT NULL DEFAULT 0,
  try INTEGER NOT NULL DEFAULT 1,
  -- 0: at once. Otherwise it waits for a retry until then.
  ready_at INTEGER NOT NULL DEFAULT 0,
  deaths INTEGER NOT NULL DEFAULT 0,
  -- It was claimed, and may have been running, when its executor died: its next claim counts as a start.
  watched INTEGER NOT NULL DEFAULT 0,
  executor INTEGER,
  claimed_at INTEGER,
  started_at INTEGER,
  ended_at INTEGER,
  error_kind TEXT,
  score REAL,
  correct INTEGER,
  unparsed INTEGER NOT NULL DEFAULT 0,
  prompt_tokens INTEGER NOT NULL DEFAULT 0,
  completion_tokens INTEGER NOT NULL DEFAULT 0,
  model_ms REAL NOT NULL DEFAULT 0,
  result TEXT
);
CREATE INDEX task_eval_idx ON task (run, eval_index);
CREATE INDEX task_fresh_idx ON task (run) WHERE state = 0 AND ready_at = 0 AND deaths < 2;
CREATE INDEX task_waiting_idx ON task (run, ready_at) WHERE state = 0 AND ready_at > 0;
CREATE INDEX task_suspect_idx ON task (run, state, ready_at) WHERE deaths >= 2;
CREATE INDEX task_held_idx ON task (executor) WHERE state IN (1, 2);
CREATE INDEX task_running_idx ON task (run, started_at) WHERE state = 2;
-- Errored, wrong, right, not judged, cancelled: each in the order in which they ended.
CREATE INDEX task_ended_idx ON task (
  run, state, coalesce(correct, CASE score WHEN 0 THEN 0 WHEN 1 THEN 1 END), ended_at
) WHERE state >= 3;

-- Without error_kind a try is completed.
CREATE TABLE try (
  task INTEGER NOT NULL,
  round INTEGER NOT NULL,
  try INTEGER NOT NULL,
  run INTEGER NOT NULL,
  executor INTEGER NOT NULL,
  thread INTEGER,
  started_at INTEGER,
  ended_at INTEGER NOT NULL,
  error_kind TEXT,
  pattern TEXT,
  message TEXT,
  stack TEXT,
  PRIMARY KEY (task, round, try)
) WITHOUT ROWID;
CREATE INDEX try_error_idx ON try (run, ended_at) WHERE error_kind IS NOT NULL;
CREATE INDEX try_pattern_idx ON try (run, error_kind, pattern, ended_at) WHERE error_kind IS NOT NULL;

CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  task INTEGER NOT NULL,
  try INTEGER NOT NULL,
  -- Its number in the record; null when it is not written there.
  event_id INTEGER,
  type TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  data TEXT NOT NULL
);
CREATE INDEX event_task_idx ON event (task);

CREATE TABLE executor (
  key INTEGER PRIMARY KEY,
  executor_id TEXT NOT NULL UNIQUE,
  run INTEGER NOT NULL,
  state TEXT NOT NULL,
  host TEXT NOT NULL,
  boot TEXT NOT NULL,
  pid INTEGER NOT NULL,
  start_time TEXT NOT NULL,
  token TEXT NOT NULL,
  threads INTEGER NOT NULL,
  slots INTEGER NOT NULL,
  restarts INTEGER NOT NULL,
  socket_path TEXT,
  log_path TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  exit_code INTEGER,
  signal TEXT,
  heartbeat_at INTEGER NOT NULL,
  in_flight INTEGER NOT NULL DEFAULT 0,
  flight_limit INTEGER NOT NULL,
  cpu REAL NOT NULL DEFAULT 0,
  rss_bytes INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,
  workers TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX executor_run_idx ON executor (run);

CREATE TABLE step (
  executor INTEGER NOT NULL,
  task INTEGER NOT NULL,
  try INTEGER NOT NULL,
  name TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  -- The steps that name is made of, each with its start; null when there is but one.
  chain TEXT,
  PRIMARY KEY (executor, task)
) WITHOUT ROWID;

CREATE TABLE command (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  executor_id TEXT,
  kind TEXT NOT NULL,
  args TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  taken_at INTEGER,
  finished_at INTEGER,
  result TEXT
);
CREATE INDEX command_run_idx ON command (run);
CREATE INDEX command_open_idx ON command (run, executor_id) WHERE taken_at IS NULL;

CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  executor_id TEXT,
  task INTEGER,
  try INTEGER,
  thread INTEGER,
  verdict TEXT NOT NULL,
  data TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX evidence_run_idx ON evidence (run);
CREATE INDEX evidence_task_idx ON evidence (task) WHERE task IS NOT NULL;

PRAGMA application_id = ${APPLICATION_ID};
`;

/**
 * Where the time of a try went, and what is found of an executor or of the machine and not of one task.
 * `progress_at`: when anything happened in the try last. `past`, `steps`: steps that have ended, as JSON.
 */
const STEPS_AND_VERDICTS = `
ALTER TABLE step ADD COLUMN progress_at INTEGER;
ALTER TABLE step ADD COLUMN past TEXT;
ALTER TABLE try ADD COLUMN steps TEXT;
CREATE INDEX evidence_executor_idx ON evidence (executor_id) WHERE task IS NULL;
`;

/** Where a failed try failed, see `core/error-place`: what fails alike in two places is two things to mend. */
const ERROR_PLACES = `
ALTER TABLE try ADD COLUMN place TEXT;
DROP INDEX try_pattern_idx;
CREATE INDEX try_place_idx ON try (run, error_kind, pattern, place, ended_at) WHERE error_kind IS NOT NULL;
`;

/** The worker thread that a try in flight runs in. */
const STEP_THREADS = 'ALTER TABLE step ADD COLUMN thread INTEGER;';

/** Only ever appended to: entry N brings a db of version N to version N + 1. */
export const MIGRATIONS: readonly string[] = [FIRST_SCHEMA, STEPS_AND_VERDICTS, ERROR_PLACES, STEP_THREADS];

/** The version that this code reads and writes, kept as `PRAGMA user_version`. */
export const DB_VERSION: number = MIGRATIONS.length;
