import type { StuckTask } from '../../../src/cli/render/json-lines.ts';
import type {
  Counts,
  ErrorGroup,
  EvalRow,
  ExecutorRow,
  RunRow,
  RunSnapshot,
  TaskRow,
} from '../../../src/store/task-store.ts';

/** The start of every run of these tests. */
export const START: number = new Date(2026, 10, 21, 3, 14, 0).getTime();

export function counts(given: Partial<Counts> = {}): Counts {
  return { queued: 0, running: 0, done: 0, errored: 0, cancelled: 0, ...given };
}

export function evalRow(given: Partial<EvalRow> = {}): EvalRow {
  return {
    index: 0,
    name: 'capitals',
    file: '/evals/capitals.eval.ts',
    recordPath: '.evaltui/records/capitals.jsonl',
    samples: 200,
    tasks: 200,
    counts: counts({ queued: 200 }),
    retries: 0,
    correct: 0,
    unparsed: 0,
    scored: 0,
    scoredSamples: 0,
    meanSum: 0,
    meanSquareSum: 0,
    isBinary: true,
    promptTokens: 0,
    completionTokens: 0,
    report: null,
    ...given,
  };
}

export function runRow(given: Partial<RunRow> = {}): RunRow {
  return {
    runId: '261121031400HFYRAQFM',
    spec: {
      evals: [{ file: '/evals/capitals.eval.ts', given: 'evals/capitals', params: {} }],
      completionFns: ['mock:accuracy=0.8'],
      registryPaths: [],
      completionArgs: {},
      shuffle: false,
      seed: 1,
      attempts: 1,
      executors: 1,
      threads: 2,
      concurrency: 64,
      maxRetries: 3,
      taskTimeoutMs: 600_000,
      requestTimeoutMs: 60_000,
      stuckAfterMs: 60_000,
      failFast: false,
      createdBy: 'somebody',
      command: 'evaltui run evals/capitals',
    },
    state: 'running',
    status: null,
    paused: false,
    concurrency: 64,
    supervisor: { host: 'here', boot: 'boot', pid: 100, startTime: '1' },
    createdAt: START,
    startedAt: START,
    finishedAt: null,
    error: null,
    evals: [evalRow()],
    ...given,
  };
}

export function executorRow(given: Partial<ExecutorRow> = {}): ExecutorRow {
  return {
    host: 'here',
    boot: 'boot',
    pid: 20_314,
    startTime: '2',
    executorId: 'executor-1',
    runId: '261121031400HFYRAQFM',
    state: 'running',
    threads: 2,
    slots: 32,
    restarts: 0,
    startedAt: START,
    endedAt: null,
    exitCode: null,
    signal: null,
    heartbeatAt: START,
    inFlight: 32,
    limit: 64,
    cpu: 0.97,
    rssBytes: 150 * 1024 * 1024,
    workers: [{ thread: 1, slots: 16, inFlight: 16, loop: 0.5, restarts: 0 }],
    done: 1_284,
    socketPath: null,
    logPath: '.evaltui/logs/20314.log',
    ...given,
  };
}

export function taskRow(given: Partial<TaskRow> = {}): TaskRow {
  return {
    taskId: 1,
    evalIndex: 0,
    sampleId: 'fr',
    attempt: 1,
    state: 'done',
    try: 1,
    executorId: 'executor-1',
    pid: 20_314,
    thread: 1,
    startedAt: START,
    endedAt: START + 4_200,
    readyAt: START,
    score: 1,
    errorKind: null,
    message: null,
    step: null,
    stepStartedAt: null,
    progressAt: null,
    ...given,
  };
}

export function errorGroup(given: Partial<ErrorGroup> = {}): ErrorGroup {
  return {
    kind: 'timeout',
    pattern: 'no answer in * s',
    place: null,
    tries: 1,
    tasks: 0,
    lastAt: START,
    example: { task: 'fr.1', message: 'no answer in 60 s', stack: null },
    ...given,
  };
}

export function snapshot(given: Partial<RunSnapshot> = {}): RunSnapshot {
  const run = given.run ?? runRow();
  return {
    run,
    counts: run.evals[0]?.counts ?? counts(),
    executors: [],
    longestRunning: [],
    waiting: [],
    lastErrors: [],
    newestResults: [],
    stuck: [],
    starved: null,
    ...given,
  };
}

export const STUCK: StuckTask = {
  name: 'fr.1',
  task: 'fr.1',
  eval: 'capitals',
  pid: 20_314,
  thread: 2,
  verdict: 'awaiting',
  ageMs: 62_000,
  step: 'model call',
  place: null,
};

/** Done in 12.3 s, three of four right. */
export function finishedRun(given: Partial<RunRow> = {}): RunRow {
  return runRow({
    state: 'finished',
    status: 'completed',
    finishedAt: START + 12_300,
    evals: [evalRow({ counts: counts({ done: 200 }), report: { accuracy: 0.75, n: 200 } })],
    ...given,
  });
}
