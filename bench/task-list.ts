import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordAppender } from '../src/core/record.ts';
import type { RunSpec } from '../src/core/run-spec.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { FinishedTry, TaskPage, TaskQuery, TaskStore } from '../src/store/task-store.ts';
import type { Figure } from './figure.ts';

/**
 * What a list of a run's tasks costs, beside the same of 1,000 tasks.
 * Usage: `node bench/task-list.ts [tasks]`, default 1,000,000. Prints one JSON object.
 */
const MANY = 1_000_000;
const FEW = 1_000;
const PLAN_BATCH = 5_000;
const BATCH = 500;
/** Rows of a page: a tall terminal. */
const LIMIT = 50;
const PARTS = 10;
const PART_PAGES = 30;
const PAGES = PARTS * PART_PAGES;
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
  concurrency: 64,
  maxRetries: 3,
  taskTimeoutMs: 600_000,
  requestTimeoutMs: 60_000,
  stuckAfterMs: 60_000,
  failFast: false,
  createdBy: 'bench',
  command: 'bench',
};
const IDENTITY = { host: 'here', boot: 'boot', pid: process.pid, startTime: '0' };
const keepNoRecord: RecordAppender = (position) => position;

interface ListCosts {
  readonly tasks: number;
  readonly rowsOfPage: number;
  readonly few: ListFigures;
  readonly many: ListFigures;
  readonly openRatio: number;
  readonly scrollRatio: number;
  readonly followRatio: number;
}

async function listCosts(tasks: number): Promise<ListCosts> {
  const folder = mkdtempSync(join(tmpdir(), 'evaltui-bench-'));
  try {
    const path = join(folder, 'bench.db');
    {
      await using store = await openSqliteStore({ path, random: Math.random });
      await makeRun(store, 'few', FEW);
      await makeRun(store, 'many', tasks);
    }
    const few = await measureLists(path, 'few');
    const many = await measureLists(path, 'many');
    return {
      tasks,
      rowsOfPage: LIMIT,
      few,
      many,
      openRatio: round(many.openMs / few.openMs),
      scrollRatio: round(many.scrollCpuMicros / few.scrollCpuMicros),
      followRatio: round(many.followCpuMicros / few.followCpuMicros),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The list of a million tasks: opened at once, and as cheap to scroll in as a short one. */
export async function taskListFigures(): Promise<readonly Figure[]> {
  const { few, many, scrollRatio, followRatio } = await listCosts(MANY);
  const short = (value: number): NonNullable<Figure['reference']> => ({ what: 'of 1,000', value });
  return [
    {
      what: 'the list of 1,000,000 tasks opened',
      value: many.openMs,
      unit: 'ms',
      reference: short(few.openMs),
      target: { of: 'value', atMost: 200 },
    },
    {
      what: '  CPU of a page, scrolling in it',
      value: many.scrollCpuMicros,
      unit: 'µs',
      reference: short(few.scrollCpuMicros),
      ratio: scrollRatio,
      target: { of: 'ratio', atMost: 1.3 },
    },
    {
      what: '  CPU of a page that is jumped to',
      value: many.jumpCpuMicros,
      unit: 'µs',
      reference: short(few.jumpCpuMicros),
    },
    {
      what: '  CPU of the page that holds a task',
      value: many.followCpuMicros,
      unit: 'µs',
      reference: short(few.followCpuMicros),
      ratio: followRatio,
    },
  ];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Half of the tasks done in every way there is, some in flight, the rest queued. */
async function makeRun(store: TaskStore, runId: string, tasks: number): Promise<void> {
  await store.createRun({ runId, spec: SPEC, supervisor: IDENTITY, now: Date.now() });
  for (let first = 0; first < tasks; first += PLAN_BATCH) {
    const samples = Array.from({ length: Math.min(PLAN_BATCH, tasks - first) }, (_, offset) => ({
      id: `capital-${first + offset}`,
      input: { question: 'What is the capital of France?', number: first + offset },
      group: `continent-${(first + offset) % 6}`,
    }));
    await store.addSamples({ runId, evalIndex: 0, firstPosition: first, samples, attempts: 1 });
  }
  await store.startRun({
    runId,
    now: Date.now(),
    evals: [{ index: 0, name: 'bench', params: {}, record: null }],
  });
  await store.registerExecutor({
    executorId: runId,
    runId,
    identity: IDENTITY,
    token: 'token',
    threads: 1,
    slots: 64,
    socketPath: null,
    logPath: null,
    restarts: 0,
    now: Date.now(),
  });
  await finishSome(store, runId, tasks / 2);
  const request = { executorId: runId, runId, now: Date.now(), finished: [], holding: 0 };
  const { claimed } = await store.exchange({ ...request, started: [], claim: 64 }, keepNoRecord);
  const started = claimed.map((task) => ({ taskId: task.taskId, try: task.try, startedAt: Date.now() }));
  await store.exchange({ ...request, started, claim: 0 }, keepNoRecord);
}

async function finishSome(store: TaskStore, runId: string, tasks: number): Promise<void> {
  const request = { executorId: runId, runId, started: [], holding: 0 };
  for (let done = 0; done < tasks; done += BATCH) {
    const { claimed } = await store.exchange(
      { ...request, now: Date.now(), finished: [], claim: Math.min(BATCH, tasks - done) },
      keepNoRecord,
    );
    const finished = claimed.map((task, index) => finishedTry(task.taskId, done + index));
    await store.exchange({ ...request, now: Date.now(), finished, claim: 0 }, keepNoRecord);
  }
}

function finishedTry(taskId: number, number: number): FinishedTry {
  const now = Date.now() - (number % 7);
  const end = { taskId, try: 1, startedAt: now - 5, endedAt: now, thread: 1, unparsed: false, usage: null };
  const rest = { ...end, modelMs: 0, events: [] };
  if (number % 10 !== 0) {
    const correct = number % 3 !== 0;
    const outcome = { kind: 'completed', result: { correct } } as const;
    return { ...rest, outcome, score: Number(correct), correct, disposition: { kind: 'done' } };
  }
  const error = { name: 'Error', message: `503 from host ${number % 13}` };
  return {
    ...rest,
    outcome: { kind: 'server', error },
    score: null,
    correct: null,
    disposition:
      number % 20 === 0 ? { kind: 'errored' } : { kind: 'retry', readyAt: Date.now() + 3_600_000 + number },
  };
}

interface ListFigures {
  /** The first page of a screen that has just been opened. */
  readonly openMs: number;
  /** CPU time of a page, scrolling in every part of the list. */
  readonly scrollCpuMicros: number;
  /** The page at the beginning of such a part, jumped to from the part before. */
  readonly jumpCpuMicros: number;
  /** CPU time of the page that holds a task, asked for again and again. */
  readonly followCpuMicros: number;
  readonly endMs: number;
  readonly middleMs: number;
  readonly taskMs: number;
  readonly sorts: Readonly<Record<string, { readonly ms: number; readonly ownThreadCpuMs: number }>>;
  readonly sortedPageCpuMicros: number;
}

async function measureLists(path: string, runId: string): Promise<ListFigures> {
  // As a screen that has just been opened: nothing prepared, nothing remembered.
  await using store = await openSqliteStore({ path, readonly: true, random: Math.random });
  const list = (change: Partial<TaskQuery> = {}): Promise<TaskPage> =>
    store.listTasks({
      runId,
      filter: {},
      sort: 'severity',
      descending: false,
      from: { kind: 'offset', offset: 0 },
      limit: LIMIT,
      ...change,
    });
  const at = (offset: number): Partial<TaskQuery> => ({ from: { kind: 'offset', offset } });
  const openMs = await timed(() => list());
  const { total } = await list();
  // Through every kind of row alike: some pages in a row in each tenth of the list.
  const page = (number: number): Partial<TaskQuery> => {
    const part = Math.floor(number / PART_PAGES);
    const within = (number % PART_PAGES) * LIMIT;
    const begin = Math.floor((part * total) / PARTS);
    return at(Math.min(total - LIMIT, begin + (within % Math.ceil(total / PARTS))));
  };
  // Compiled once, whichever list is measured first.
  for (let number = 0; number < PAGES; number += 1) await list(at(0));
  let scrollCpuMicros = 0;
  let jumpCpuMicros = 0;
  for (let part = 0; part < PARTS; part += 1) {
    const first = part * PART_PAGES;
    jumpCpuMicros += (await cpuMicros(() => list(page(first)), 1)) / PARTS;
    scrollCpuMicros += (await cpuMicros((number) => list(page(first + 1 + number)), PART_PAGES - 1)) / PARTS;
  }
  const sorts: Record<string, { ms: number; ownThreadCpuMs: number }> = {};
  const sorted = async (name: string, change: Partial<TaskQuery>): Promise<void> => {
    const before = process.threadCpuUsage();
    const ms = await timed(() => list(change));
    const { user, system } = process.threadCpuUsage(before);
    sorts[name] = { ms, ownThreadCpuMs: round((user + system) / 1000) };
  };
  const endMs = await timed(() => list(at(total)));
  const middleMs = await timed(() => list(at(Math.floor(total * 0.7))));
  const [row] = (await list(at(Math.floor(total * 0.2)))).rows;
  const taskMs = await timed(() => list({ from: { kind: 'task', taskId: (row?.taskId ?? 0) + 1 } }));
  const from = { kind: 'task', taskId: row?.taskId ?? 0 } as const;
  const followCpuMicros = await cpuMicros(() => list({ from }));
  for (const sort of ['task', 'score', 'ended'] as const) await sorted(`by ${sort}`, { sort });
  await sorted('by text', { filter: { text: '99' } });
  await sorted('by message', { filter: { text: 'host 7', standings: ['errored'] } });
  const sortedPageCpuMicros = await cpuMicros((number) => list({ sort: 'ended', ...page(number) }));
  return {
    openMs,
    scrollCpuMicros: round(scrollCpuMicros),
    jumpCpuMicros: round(jumpCpuMicros),
    followCpuMicros,
    endMs,
    middleMs,
    taskMs,
    sorts,
    sortedPageCpuMicros,
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return round(performance.now() - from);
}

/** Of this thread, a page: neighbours of the machine do not count. */
async function cpuMicros(read: (page: number) => Promise<unknown>, pages: number = PAGES): Promise<number> {
  const before = process.threadCpuUsage();
  for (let number = 0; number < pages; number += 1) await read(number);
  const { user, system } = process.threadCpuUsage(before);
  return round((user + system) / pages);
}

if (import.meta.main) {
  const costs = await listCosts(Number(process.argv[2] ?? MANY));
  process.stdout.write(`${JSON.stringify(costs, null, 2)}\n`);
}
