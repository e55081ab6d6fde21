import Database from 'better-sqlite3';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordAppender } from '../src/core/record.ts';
import type { RunSpec } from '../src/core/run-spec.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { ClaimedTask, FinishedTry, TaskStore } from '../src/store/task-store.ts';

/**
 * What the task store costs per task, beside bare inserts of the same JSON in equal batches.
 * Usage: `node bench/store.ts [tasks]`, default 100,000. Prints one JSON object.
 */
const TASKS = Number(process.argv[2] ?? 100_000);
const BATCH = 64;
const PLAN_BATCH = 1_000;
const RESULT = { correct: true, picked: 'Paris', answer: 'The capital of France is Paris.' };
const EVENT = { expected: 'Paris', picked: 'Paris', sampled: 'Paris', correct: true };
const SPEC: RunSpec = {
  evals: [{ file: '/bench.eval.ts', given: 'bench', params: {} }],
  completionFns: ['mock'],
  registryPaths: [],
  completionArgs: {},
  shuffle: false,
  seed: 1,
  attempts: 1,
  executors: 1,
  threads: 1,
  concurrency: BATCH,
  maxRetries: 3,
  taskTimeoutMs: 600_000,
  requestTimeoutMs: 60_000,
  stuckAfterMs: 60_000,
  failFast: false,
  createdBy: 'bench',
  command: 'bench',
};
const IDENTITY = { host: 'here', boot: 'boot', pid: process.pid, startTime: '0' };

/** A record that is counted, not written: what writing costs is the recorder's. */
const appendRecord: RecordAppender = (position, entries) => {
  const count = entries.kind === 'events' ? entries.events.length : 0;
  return { ...position, bytes: position.bytes + 200 * count, nextEventId: position.nextEventId + count };
};

const folder = mkdtempSync(join(tmpdir(), 'evaltui-bench-'));
try {
  await using store = await openSqliteStore({ path: join(folder, 'bench.db'), random: Math.random });
  const plan = await timed(TASKS, () => planRun(store, 'whole', TASKS));
  const baseRss = process.memoryUsage.rss();
  const exchange = await timed(TASKS, () => finishAll(store, 'whole'));
  const rss = process.memoryUsage.rss();
  const half = Math.min(TASKS, 20_000);
  await planRun(store, 'parts', half);
  const parts = await claimThenFinish(store, 'parts', half);
  const snapshot = await timed(200, async () => {
    for (let turn = 0; turn < 200; turn += 1) await store.snapshot('whole');
  });
  const counts = await store.counts('whole');
  if (counts.done !== TASKS) throw new Error(`${counts.done} of ${TASKS} tasks are done.`);
  const floor = await timed(TASKS, insertBare);
  const result = {
    tasks: TASKS,
    batch: BATCH,
    plan,
    exchange,
    claim: parts.claim,
    finish: parts.finish,
    floor,
    ratioToFloor: round(exchange.microsPerTask / floor.microsPerTask),
    snapshotMicros: snapshot.microsPerTask,
    rssAfterPlanMb: megabytes(baseRss),
    rssAfterRunMb: megabytes(rss),
    dbMb: megabytes(statSync(join(folder, 'bench.db')).size),
  };
  console.log(JSON.stringify(result, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Timing {
  readonly perSecond: number;
  readonly microsPerTask: number;
}

async function timed(tasks: number, work: () => Promise<void> | void): Promise<Timing> {
  const from = performance.now();
  await work();
  return timing(tasks, performance.now() - from);
}

function timing(tasks: number, ms: number): Timing {
  return { perSecond: Math.round((tasks * 1000) / ms), microsPerTask: round((ms * 1000) / tasks) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function megabytes(bytes: number): number {
  return round(bytes / 1024 / 1024);
}

async function planRun(store: TaskStore, runId: string, tasks: number): Promise<void> {
  await store.createRun({ runId, spec: SPEC, supervisor: IDENTITY, now: Date.now() });
  for (let first = 0; first < tasks; first += PLAN_BATCH) {
    const samples = Array.from({ length: Math.min(PLAN_BATCH, tasks - first) }, (_, offset) => ({
      id: `capital-${first + offset}`,
      input: { question: 'What is the capital of France?', country: 'France', number: first + offset },
      expected: 'Paris',
      group: 'europe',
    }));
    await store.addSamples({ runId, evalIndex: 0, firstPosition: first, samples, attempts: 1 });
  }
  const record = { path: join(folder, `${runId}.jsonl`), bytes: 0, nextEventId: 0 };
  await store.startRun({ runId, now: Date.now(), evals: [{ index: 0, name: 'bench', params: {}, record }] });
  await store.registerExecutor({
    executorId: runId,
    runId,
    identity: IDENTITY,
    token: 'token',
    threads: 1,
    slots: BATCH,
    socketPath: null,
    logPath: null,
    restarts: 0,
    now: Date.now(),
  });
}

function finishedTry(task: ClaimedTask): FinishedTry {
  const now = Date.now();
  return {
    taskId: task.taskId,
    try: task.try,
    startedAt: now,
    endedAt: now,
    thread: 1,
    outcome: { kind: 'completed', result: RESULT },
    score: 1,
    correct: true,
    unparsed: false,
    usage: null,
    modelMs: 0,
    events: [{ type: 'match', data: EVENT, createdAt: now }],
    disposition: { kind: 'done' },
  };
}

/** As an executor does it: each exchange hands in a batch and takes the next. */
async function finishAll(store: TaskStore, runId: string): Promise<void> {
  const request = { executorId: runId, runId, started: [], claim: BATCH, holding: 0 };
  let claimed: readonly ClaimedTask[] = [];
  do {
    const finished = claimed.map(finishedTry);
    ({ claimed } = await store.exchange({ ...request, now: Date.now(), finished }, appendRecord));
  } while (claimed.length > 0);
}

/** Both parts of an exchange by themselves. */
async function claimThenFinish(
  store: TaskStore,
  runId: string,
  tasks: number,
): Promise<{ readonly claim: Timing; readonly finish: Timing }> {
  const request = { executorId: runId, runId, started: [], holding: 0 };
  let claimMs = 0;
  let finishMs = 0;
  for (;;) {
    const from = performance.now();
    const claiming = { ...request, now: Date.now(), finished: [], claim: BATCH };
    const { claimed } = await store.exchange(claiming, appendRecord);
    claimMs += performance.now() - from;
    if (claimed.length === 0) return { claim: timing(tasks, claimMs), finish: timing(tasks, finishMs) };
    const finished = claimed.map(finishedTry);
    const handedAt = performance.now();
    await store.exchange({ ...request, now: Date.now(), finished, claim: 0 }, appendRecord);
    finishMs += performance.now() - handedAt;
  }
}

/** The least that keeping a result costs: its JSON into a table of one column. */
function insertBare(): void {
  using closing = new DisposableStack();
  const db = new Database(join(folder, 'floor.db'));
  closing.defer(() => db.close());
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec('CREATE TABLE floor (json TEXT)');
  const insert = db.prepare('INSERT INTO floor (json) VALUES (?)');
  const insertBatch = db.transaction((count: number) => {
    for (let row = 0; row < count; row += 1) insert.run(JSON.stringify({ ...RESULT, event: EVENT, row }));
  });
  for (let first = 0; first < TASKS; first += BATCH) insertBatch.immediate(Math.min(BATCH, TASKS - first));
}
