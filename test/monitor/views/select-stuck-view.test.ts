import { beforeAll, expect, test } from 'vitest';
import type { Look } from '../../../src/monitor/state/live-look.ts';
import { queryStuck, selectStuckView } from '../../../src/monitor/views/select-stuck-view.ts';
import type { ViewContext } from '../../../src/monitor/parts/view-context.ts';
import { rowText } from '../../../src/monitor/parts/view-model.ts';
import type { ViewData } from '../../../src/monitor/state/view-query.ts';
import type { StuckRow, TaskDetail } from '../../../src/store/task-store.ts';
import { makeContext, makeState, panelOf } from '../make-context.ts';
import { makeExecutor, makeSnapshot, NOW } from '../make-snapshot.ts';
import { KNOWN, makeDetail, makeThread } from '../make-view-data.ts';

beforeAll(() => {
  // Times of day are the user's own.
  process.env['TZ'] = 'UTC';
});

function makeStuck(row: Partial<StuckRow> = {}): StuckRow {
  return {
    taskId: 7,
    evalIndex: 0,
    sampleId: 's7',
    attempt: 1,
    try: 2,
    verdict: 'cpu-bound',
    since: NOW - 70_000,
    pid: 20301,
    thread: 3,
    step: 'score',
    reasons: ['its event loop has not turned for 5.0 s'],
    stack: ['RegExp.exec (:0:0)', 'extract (/evals/scorer.ts:88:21)', 'runTry (/opt/dist/run-try.js:17:38)'],
    ...row,
  };
}

const LOOK: Look = { serial: 1, key: '7', executorId: 'executor-20301', thread: 3 };

const DETAIL: TaskDetail = makeDetail({
  taskId: 7,
  standing: 'stuck',
  progressAt: NOW - 70_000,
  steps: [
    { name: 'score', startedAt: NOW - 71_000 },
    { name: 'extract', startedAt: NOW - 70_000 },
  ],
  pastSteps: [{ name: 'model call', startedAt: NOW - 73_000, endedAt: NOW - 71_500, depth: 0 }],
  evidence: [
    {
      try: 2,
      executorId: 'executor-20301',
      pid: 20301,
      thread: 3,
      verdict: 'cpu-bound',
      at: NOW - 65_000,
      data: { yours: [1], facts: { state: 'R', ranMs: 64_000, waitedMs: 900 } },
    },
  ],
});

function contextOf(row: StuckRow, data: ViewData = {}, context: Partial<ViewContext> = {}): ViewContext {
  const worker = { thread: 3, slots: 4, inFlight: 4, loop: 1, restarts: 0 };
  const snapshot = makeSnapshot({ stuck: [row], executors: [makeExecutor({ workers: [worker] })] });
  return makeContext(snapshot, { data, rows: 90, state: makeState({ screen: 'stuck' }), ...context });
}

function linesOf(context: ViewContext): string {
  return panelOf(selectStuckView(context), 'stuck-detail').rows.map(rowText).join('\n');
}

const TASK_QUERY = { part: 'task', runId: makeSnapshot().run.runId, taskId: 7 } as const;
const STACK_QUERY = { part: 'stack', look: LOOK } as const;

test('tells the verdict, since when, what it rests on, and the stack that it was found with', () => {
  const lines = linesOf(contextOf(makeStuck()));
  expect(lines).toContain('cpu-bound  for 1:10, since 07:58:50 · pid 20301 · thread 3 · try 2');
  expect(lines).toContain('· its event loop has not turned for 5.0 s');
  expect(lines).toMatch(/#0 {2}RegExp\.exec +native/);
  expect(lines).toMatch(/#1 {2}extract +\/evals\/scorer\.ts:88:21 {2}◀ yours/);
  expect(lines).toContain('loop 100 % busy, 4 tasks in flight');
});

test('marks as yours what the executor held to be, once that is read', () => {
  const before = linesOf(contextOf(makeStuck()));
  expect(before.match(/◀ yours/g)).toHaveLength(2);
  const after = linesOf(contextOf(makeStuck(), { task: { query: TASK_QUERY, value: DETAIL } }));
  expect(after.match(/◀ yours/g)).toHaveLength(1);
  expect(after).toContain('Stack · as it was found 07:58:55');
  expect(after).toContain('its thread was running when it was found: 1:04 on a CPU, 900 ms');
});

test('shows where the time went: steps that ended and those that it is in', () => {
  const lines = linesOf(contextOf(makeStuck(), { task: { query: TASK_QUERY, value: DETAIL } }));
  expect(lines).toContain('Steps · last progress 1:10 ago');
  expect(lines).toMatch(
    / 1\.5 s {2}model call {2}ended 07:58:48\n.* 1:11 {2}score {2}goes on\n▸ +1:10 {4}extract/,
  );
});

test('a look replaces the stack that it was found with, of this task only', () => {
  const data: ViewData = { stack: { query: STACK_QUERY, value: KNOWN.stack } };
  const lines = linesOf(contextOf(makeStuck(), data));
  expect(lines).toContain('Stack · sampled 07:59:59');
  expect(lines).toMatch(/↑ {2}await score +\/evals\/scorer\.ts:41:21 {2}◀ yours/);
  expect(linesOf(contextOf(makeStuck({ taskId: 8 }), data))).toContain('Stack · as it was found');
});

test('says that a look is under way, and why one failed', () => {
  const looks = { stack: { ...LOOK, serial: 2 }, profile: LOOK, awaits: LOOK };
  const state = makeState({ screen: 'stuck', looks });
  const data: ViewData = { stack: { query: STACK_QUERY, value: KNOWN.stack } };
  const lines = linesOf(contextOf(makeStuck(), data, { state }));
  expect(lines).toContain('Stack · sampling …');
  expect(lines).toContain('Profile · measuring …');
  expect(lines).toContain('Awaits · looking …');
  const failed: ViewData = {
    stack: { query: STACK_QUERY, value: { kind: 'failed', at: NOW, why: 'Its executor has ended.' } },
  };
  expect(linesOf(contextOf(makeStuck(), failed))).toContain('Its executor has ended.');
});

test('tells whose code is on the stack, and what the system knows where there is none', () => {
  const native = makeThread({ state: 'native', frames: [], taskId: 9 });
  const process = {
    state: 'S',
    threads: [
      { tid: 41, name: 'node', state: 'S', cpu: 0, waitsIn: null },
      { tid: 44, name: 'node', state: 'D', cpu: 0.5, waitsIn: 'do_wait' },
    ],
    children: [{ pid: 99, command: 'sleep 60' }],
  };
  const value = { kind: 'seen', at: NOW, sight: { threads: [native], notes: [], process } } as const;
  const lines = linesOf(contextOf(makeStuck(), { stack: { query: STACK_QUERY, value } }));
  expect(lines).toContain('in native code: no stack can be had · the code of another task');
  expect(lines).toContain('system thread 44 node: waiting for a device, CPU 50 %, in do_wait');
  expect(lines).not.toContain('system thread 41');
  expect(lines).toContain('child 99: sleep 60');
});

test('shows a profile with its file, and the source around the innermost function of the user', () => {
  const place = { file: '/evals/scorer.ts', line: 88 };
  const data: ViewData = {
    profile: { query: { part: 'profile', look: LOOK, seconds: 5 }, value: KNOWN.profile },
    source: { query: { part: 'source', place }, value: KNOWN.source },
  };
  const lines = linesOf(contextOf(makeStuck(), data));
  expect(lines).toContain('98.7 % RegExp.exec');
  expect(lines).toContain('written to /work/.evaltui/profiles/20301-thread-3.cpuprofile');
  expect(lines).toContain('Source · /evals/scorer.ts');
  expect(lines).toMatch(/▸ 88 {4}\/\^/);
});

test('shows the awaits that the executor stands in, by their number', () => {
  const data: ViewData = { awaits: { query: { part: 'awaits', look: LOOK }, value: KNOWN.awaits } };
  const lines = linesOf(contextOf(makeStuck(), data));
  expect(lines).toContain('Awaits of its executor · 07:59:59');
  expect(lines).toMatch(/12 functions in thread 3\n ↑ {2}await judge +\/evals\/scorer\.ts:88:21 {2}◀ yours/);
});

test('says why no await may be found of a task that waits', () => {
  const value = { kind: 'seen', at: NOW, sight: { groups: [] } } as const;
  const data: ViewData = { awaits: { query: { part: 'awaits', look: LOOK }, value } };
  expect(linesOf(contextOf(makeStuck(), data))).toMatch(/a promise that nothing can\s+resolve any more/);
});

test('counts what called the code of the user, and leaves it out', () => {
  const node = Array.from({ length: 5 }, (_, index) => `step${index} (node:internal/timers:${index}:1)`);
  const lines = linesOf(contextOf(makeStuck({ stack: ['extract (/evals/scorer.ts:88:21)', ...node] })));
  expect(lines).toContain('#1  step0');
  expect(lines).not.toContain('step1');
  expect(lines).toContain('4 more, of Node, packages and evaltui');
});

test('counts what lies between functions of the user, where it is much', () => {
  const between = (count: number): string => {
    const others = Array.from(
      { length: count },
      (_, index) => `step${index} (node:internal/timers:${index}:1)`,
    );
    const stack = ['exec (:0:0)', 'inner (/evals/a.ts:8:2)', ...others, 'outer (/evals/a.ts:1:2)'];
    return linesOf(contextOf(makeStuck({ stack })));
  };
  expect(between(2)).toMatch(/#0 {2}exec.*\n#1 {2}inner.*\n#2 {2}step0.*\n#3 {2}step1.*\n#4 {2}outer/);
  expect(between(3)).toMatch(/#1 {2}inner.*\n … {2}3, of Node, packages and evaltui\n#5 {2}outer/);
});

test('asks for the task, its source, and the looks that were asked for', () => {
  const looks = { stack: LOOK, profile: null, awaits: null };
  const context = contextOf(makeStuck(), {}, { state: makeState({ screen: 'stuck', looks }) });
  expect(queryStuck(context)).toEqual([
    TASK_QUERY,
    { part: 'source', place: { file: '/evals/scorer.ts', line: 88 } },
    STACK_QUERY,
  ]);
  expect(queryStuck(makeContext(makeSnapshot(), { state: makeState({ screen: 'stuck' }) }))).toEqual([]);
});

test('what can be looked at and ended is pinned by ids, and the stack is what is copied', () => {
  const { listing, copy } = selectStuckView(contextOf(makeStuck())).facts;
  expect(listing?.rows[0]).toMatchObject({
    place: { executorId: 'executor-20301', thread: 3 },
    ends: [
      { kind: 'task', taskId: 7, try: 2, neighbours: 3 },
      { kind: 'thread', executorId: 'executor-20301', thread: 3, tasks: 4 },
      { kind: 'executor', executorId: 'executor-20301' },
    ],
  });
  expect(copy?.text).toContain('s7.1 cpu-bound, pid 20301 thread 3, try 2');
  expect(copy?.text).toContain('    at extract (/evals/scorer.ts:88:21)');
});

test('all that is stuck can be ended from each of them, unless it is the only one', () => {
  const [one, other] = [makeStuck(), makeStuck({ taskId: 8, sampleId: 's8' })];
  const context = contextOf(one);
  const both = { ...context, snapshot: { ...context.snapshot, stuck: [one, other] } };
  for (const row of selectStuckView(both).facts.listing?.rows ?? []) {
    expect(row.ends?.at(-1)).toMatchObject({
      kind: 'several',
      label: 'all 2 stuck',
      ends: [
        { kind: 'task', taskId: 7 },
        { kind: 'task', taskId: 8 },
      ],
    });
  }
  expect(selectStuckView(context).facts.listing?.rows[0]?.ends?.map(({ kind }) => kind)).toEqual([
    'task',
    'thread',
    'executor',
  ]);
});

test('of a task that perhaps only shares its thread it is the thread that is ended', () => {
  const innocent = ['a', 'b'].map((sampleId, index) =>
    makeStuck({ taskId: 20 + index, sampleId, isUnclear: true }),
  );
  const other = makeStuck({ taskId: 8, sampleId: 's8', verdict: 'awaiting', thread: null });
  const context = contextOf(makeStuck());
  const stuck = { ...context, snapshot: { ...context.snapshot, stuck: [...innocent, other] } };
  const [first, , last] = selectStuckView(stuck).facts.listing?.rows ?? [];
  expect(first?.ends?.map(({ kind }) => kind)).toEqual(['thread', 'task', 'executor', 'several']);
  expect(last?.ends?.map(({ kind }) => kind)).toEqual(['task', 'executor', 'several']);
  expect(first?.ends?.at(-1)).toMatchObject({
    label: 'all 3 stuck',
    ends: [
      { kind: 'thread', thread: 3 },
      { kind: 'task', taskId: 8 },
    ],
  });
});

test('a task that waits is on no thread: all of its executor is looked at', () => {
  const row = makeStuck({ verdict: 'awaiting', thread: null, stack: [] });
  const context = contextOf(row);
  expect(linesOf(context)).toContain('none: it waits, so it is on no stack');
  expect(selectStuckView(context).facts.listing?.rows[0]?.place).toEqual({ executorId: 'executor-20301' });
});
