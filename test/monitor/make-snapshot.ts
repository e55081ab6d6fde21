import type {
  Counts,
  EvalRow,
  ExecutorRow,
  RunRow,
  RunSnapshot,
  TaskRow,
} from '../../src/store/task-store.ts';

/** The time at which the snapshots of the tests are looked at, ms UTC. */
export const NOW = 1_800_000_000_000;

export function makeCounts(counts: Partial<Counts> = {}): Counts {
  return { queued: 0, running: 0, done: 0, errored: 0, cancelled: 0, ...counts };
}

export function makeEval(row: Partial<EvalRow> = {}): EvalRow {
  const counts = row.counts ?? makeCounts({ queued: 668, running: 12, done: 309, errored: 11 });
  const { done } = counts;
  const correct = Math.round(done * 0.8);
  return {
    index: 0,
    name: 'capitals',
    file: '/evals/capitals.eval.ts',
    recordPath: '.evaltui/records/r1.jsonl',
    samples: 1_000,
    tasks: 1_000,
    counts,
    retries: 37,
    correct,
    unparsed: 3,
    scored: done,
    scoredSamples: done,
    meanSum: correct,
    meanSquareSum: correct,
    isBinary: true,
    promptTokens: 41_200,
    completionTokens: 9_020,
    report: null,
    ...row,
  };
}

export function makeRun(run: Partial<RunRow> = {}): RunRow {
  return {
    runId: '270115080000ABCDEFGH',
    spec: {
      evals: [{ file: '/evals/capitals.eval.ts', given: 'capitals', params: {} }],
      completionFns: ['mock:latency=50ms'],
      registryPaths: [],
      completionArgs: {},
      shuffle: false,
      seed: 1,
      attempts: 1,
      executors: 2,
      threads: 2,
      concurrency: 16,
      maxRetries: 3,
      taskTimeoutMs: 600_000,
      requestTimeoutMs: 120_000,
      stuckAfterMs: 60_000,
      failFast: false,
      createdBy: 'me',
      command: 'evaltui run capitals',
    },
    state: 'running',
    status: null,
    paused: false,
    concurrency: 16,
    supervisor: { host: 'here', boot: 'b', pid: 100, startTime: '1' },
    createdAt: NOW - 62_000,
    startedAt: NOW - 61_000,
    finishedAt: null,
    error: null,
    evals: [makeEval()],
    ...run,
  };
}

export function makeExecutor(row: Partial<ExecutorRow> = {}): ExecutorRow {
  return {
    executorId: `executor-${row.pid ?? 20301}`,
    runId: '270115080000ABCDEFGH',
    host: 'here',
    boot: 'b',
    pid: 20301,
    startTime: '2',
    state: 'running',
    threads: 2,
    slots: 4,
    restarts: 0,
    startedAt: NOW - 60_000,
    endedAt: null,
    exitCode: null,
    signal: null,
    heartbeatAt: NOW - 400,
    inFlight: 6,
    limit: 8,
    cpu: 0.123,
    rssBytes: 141 * 1024 * 1024,
    workers: [{ thread: 1, slots: 4, inFlight: 3, loop: 0.18, cpu: 0.21, restarts: 0 }],
    done: 154,
    socketPath: null,
    logPath: null,
    ...row,
  };
}

export function makeTask(row: Partial<TaskRow> = {}): TaskRow {
  return {
    taskId: 1,
    evalIndex: 0,
    sampleId: 'fr',
    attempt: 1,
    state: 'running',
    try: 1,
    executorId: 'executor-20301',
    pid: 20301,
    thread: 1,
    startedAt: NOW - 31_000,
    endedAt: null,
    readyAt: 0,
    score: null,
    errorKind: null,
    message: null,
    step: 'model call',
    stepStartedAt: NOW - 30_000,
    progressAt: NOW - 30_000,
    ...row,
  };
}

export function makeSnapshot(snapshot: Partial<RunSnapshot> = {}): RunSnapshot {
  const run = snapshot.run ?? makeRun();
  const sum = (state: keyof Counts): number => run.evals.reduce((total, row) => total + row.counts[state], 0);
  return {
    run,
    counts: {
      queued: sum('queued'),
      running: sum('running'),
      done: sum('done'),
      errored: sum('errored'),
      cancelled: sum('cancelled'),
    },
    executors: [makeExecutor(), makeExecutor({ pid: 20305, startedAt: NOW - 59_000 })],
    longestRunning: [makeTask(), makeTask({ taskId: 2, sampleId: 'de', stepStartedAt: NOW - 70_000 })],
    waiting: [
      makeTask({
        taskId: 3,
        sampleId: 'it',
        state: 'queued',
        try: 2,
        readyAt: NOW + 4_000,
        errorKind: 'rate-limit',
        message: '429 Rate limit reached',
      }),
    ],
    lastErrors: [
      makeTask({
        taskId: 4,
        sampleId: 'es',
        state: 'errored',
        endedAt: NOW - 12_000,
        errorKind: 'eval-error',
        message: 'Cannot read properties of undefined',
      }),
    ],
    stuck: [],
    starved: null,
    newestResults: [
      makeTask({
        taskId: 5,
        sampleId: 'pt',
        state: 'done',
        score: 1,
        startedAt: NOW - 4_000,
        endedAt: NOW - 2_100,
      }),
      makeTask({
        taskId: 6,
        sampleId: 'nl',
        state: 'done',
        score: 0,
        startedAt: NOW - 6_000,
        endedAt: NOW - 3_000,
      }),
    ],
    ...snapshot,
  };
}

export const REPORT = {
  accuracy: 0.812,
  n: 989,
  stderr: 0.0124,
  ci95: [0.7865, 0.8351],
  unparsed: 3,
  errored: { total: 11, kinds: { 'rate-limit': 7, timeout: 4 }, tasks: ['es.1'] },
  groups: {
    europe: { accuracy: 0.9, n: 40, stderr: 0.05, ci95: [0.77, 0.96] },
    asia: { accuracy: 0.7, n: 40, stderr: 0.07, ci95: [0.55, 0.82] },
  },
  tokens: { prompt: 141_200, completion: 29_020, total: 170_220 },
  latency_ms: { p50: 2_100, p90: 7_000, p95: 9_400, p99: 30_000, max: 71_000, mean: 2_900 },
  duration_s: 200,
  tasks_per_s: 5,
} as const;
