import { describe, expect, it } from 'vitest';
import type {
  ListedTask,
  TaskColumn,
  TaskFilter,
  TaskPage,
  TaskQuery,
  TaskStore,
} from '../../../src/store/task-store.ts';
import type { MakeStore } from '../task-store.contract.ts';
import { completed, failed, NOW, register, startRun, type TestExecutor } from './run-fixture.ts';

function query(runId: string, change: Partial<TaskQuery> = {}): TaskQuery {
  const from = { kind: 'offset', offset: 0 } as const;
  return { runId, filter: {}, sort: 'severity', descending: false, from, limit: 100, ...change };
}

async function list(store: TaskStore, runId: string, change: Partial<TaskQuery> = {}): Promise<string[]> {
  return namesOf(await store.listTasks(query(runId, change)));
}

function namesOf({ rows }: TaskPage): string[] {
  return rows.map(({ sampleId }) => sampleId);
}

const SAMPLES = [
  'stuck',
  'runs-long',
  'runs',
  'retries',
  'errored',
  'wrong',
  'zero',
  'right',
  'half',
  'cancelled',
  'held',
  'waits-1',
  'waits-2',
];

/** A run with a task in every standing; the samples are named for them. */
async function mixedRun(store: TaskStore): Promise<{ runId: string; executor: TestExecutor }> {
  const samples = SAMPLES.map((id, index) => ({ id, input: id, group: index % 2 === 0 ? 'even' : 'odd' }));
  const runId = await startRun(store, { samples });
  const executor = await register(store, runId);
  const tasks = await executor.claim(11);
  const task = (id: string) => tasks.find(({ sampleId }) => sampleId === id)!;
  const [stuck, long, short] = ['stuck', 'runs-long', 'runs'].map(task);
  await executor.start([long!], NOW + 1);
  await executor.start([stuck!], NOW + 2);
  await executor.start([short!], NOW + 3);
  const usage = { prompt_tokens: 30, completion_tokens: 4, total_tokens: 34 };
  const limited = { name: 'RateLimit', message: '429 Too Many Requests' };
  const retry = { kind: 'retry', readyAt: NOW + 900 } as const;
  await executor.finish(
    failed(task('retries'), retry, { kind: 'rate-limit', error: limited }),
    failed(task('errored'), { kind: 'errored' }, { endedAt: NOW + 20 }),
    completed(task('wrong'), { score: 0, correct: false, endedAt: NOW + 21 }),
    completed(task('zero'), { score: 0, correct: null, endedAt: NOW + 22 }),
    completed(task('right'), { usage, startedAt: NOW, endedAt: NOW + 500 }),
    completed(task('half'), { score: 0.5, correct: null, endedAt: NOW + 24 }),
    failed(task('cancelled'), { kind: 'cancelled' }, { kind: 'killed', endedAt: NOW + 25 }),
  );
  const evidence = { runId, executorId: 'one', taskId: stuck!.taskId, try: 1, thread: 3, now: NOW + 60 };
  const data = { silentMs: 50, stack: ['loop (a.ts:1:1)'], step: 'score' };
  await store.addEvidence({ ...evidence, verdict: 'cpu-bound', data });
  return { runId, executor };
}

async function filtered(store: TaskStore, runId: string, filter: TaskFilter): Promise<string[]> {
  return (await list(store, runId, { filter })).toSorted();
}

export function describeLists(makeStore: MakeStore): void {
  describe('lists of tasks', () => {
    it('puts what is stuck first, then what runs longest, and each standing after the worse one', async () => {
      await using store = await makeStore();
      const { runId } = await mixedRun(store);
      const page = await store.listTasks(query(runId));
      expect(page).toMatchObject({ offset: 0, total: SAMPLES.length });
      expect(page.rows.map(({ sampleId, standing }) => `${sampleId} ${standing}`)).toEqual([
        'stuck stuck',
        'runs-long running',
        'runs running',
        'retries retrying',
        'errored errored',
        'zero wrong',
        'wrong wrong',
        'right right',
        'half done',
        'held queued',
        'waits-1 queued',
        'waits-2 queued',
        'cancelled cancelled',
      ]);
      expect(await list(store, runId, { descending: true })).toEqual(namesOf(page).toReversed());
    });

    it('tells of a task what a list shows', async () => {
      await using store = await makeStore();
      const { runId } = await mixedRun(store);
      const { rows } = await store.listTasks(query(runId));
      const row = (id: string): ListedTask | undefined => rows.find(({ sampleId }) => sampleId === id);
      expect(row('stuck')).toMatchObject({ verdict: 'cpu-bound', state: 'running', pid: 103, group: 'even' });
      expect(row('runs')).toMatchObject({ verdict: null });
      expect(row('retries')).toMatchObject({ errorKind: 'rate-limit', try: 2, readyAt: NOW + 900 });
      expect(row('right')).toMatchObject({ tokens: 34, score: 1, evalName: 'eval-0', endedAt: NOW + 500 });
    });

    it.each<[TaskFilter, readonly string[]]>([
      [{ standings: ['errored', 'wrong'] }, ['errored', 'wrong', 'zero']],
      [{ standings: ['queued'] }, ['held', 'waits-1', 'waits-2']],
      [{ standings: ['running', 'stuck', 'retrying'] }, ['retries', 'runs', 'runs-long', 'stuck']],
      [{ standings: [] }, []],
      [{ text: 'RUN' }, ['runs', 'runs-long']],
      [{ text: '429' }, ['retries']],
      [{ text: '_' }, []],
      [{ text: '%' }, []],
      [{ text: 'runs', without: ['LONG'] }, ['runs']],
      [{ without: ['429', 'waits'], standings: ['retrying', 'queued'] }, ['held']],
      [{ without: ['%'], standings: ['stuck'] }, ['stuck']],
      [{ groups: ['odd'], standings: ['queued'] }, ['waits-1']],
      [{ evals: ['eval-0'], text: 'waits' }, ['waits-1', 'waits-2']],
      [{ evals: ['other'] }, []],
      [{ verdicts: ['cpu-bound'] }, ['stuck']],
      [{ verdicts: ['native'] }, []],
      [{ errorKinds: ['server', 'rate-limit'] }, ['errored', 'retries']],
      [{ pid: 103, standings: ['running'] }, ['runs', 'runs-long']],
      [{ pid: 104 }, []],
    ])('lets through what meets %j', async (filter, expected) => {
      await using store = await makeStore();
      const { runId } = await mixedRun(store);
      expect(await filtered(store, runId, filter)).toEqual([...expected]);
    });

    it.each<[TaskColumn, boolean, readonly string[]]>([
      ['task', false, ['cancelled', 'errored', 'half']],
      ['task', true, ['zero', 'wrong', 'waits-2']],
      ['score', false, ['wrong', 'zero', 'half']],
      ['score', true, ['right', 'half', 'wrong']],
      ['tokens', true, ['right', 'stuck', 'runs-long']],
      ['ended', true, ['right', 'cancelled', 'half']],
      ['try', true, ['retries', 'stuck', 'runs-long']],
      ['group', true, ['runs-long', 'retries', 'wrong']],
      ['standing', false, ['stuck', 'runs-long', 'runs']],
      ['standing', true, ['cancelled', 'held', 'waits-1']],
      ['age', true, ['right', 'cancelled', 'half']],
    ])('sorts by %s, descending %s, what has no value last', async (sort, descending, first) => {
      await using store = await makeStore();
      const { runId } = await mixedRun(store);
      const names = await list(store, runId, { sort, descending });
      expect(names.slice(0, 3)).toEqual([...first]);
      expect(names.toSorted()).toEqual(SAMPLES.toSorted());
    });

    it('gives pages that join to the whole list, also around a task', async () => {
      await using store = await makeStore();
      const { runId } = await mixedRun(store);
      for (const change of [{}, { descending: true }, { sort: 'task' }] as const) {
        const whole = await list(store, runId, change);
        const pages: string[] = [];
        for (let offset = 0; offset < SAMPLES.length; offset += 5) {
          const from = { kind: 'offset', offset } as const;
          const page = await store.listTasks(query(runId, { ...change, from, limit: 5 }));
          pages.splice(page.offset, 5, ...namesOf(page));
        }
        expect(pages).toEqual(whole);
        const { rows } = await store.listTasks(query(runId, change));
        for (const [place, { taskId }] of rows.entries()) {
          const from = { kind: 'task', taskId } as const;
          const page = await store.listTasks(query(runId, { ...change, from, limit: 4 }));
          expect(page.rows.map((row) => row.taskId)).toContain(taskId);
          expect(page.offset).toBe(Math.min(place - (place % 4), SAMPLES.length - 4));
        }
      }
    });

    it('gives the last page when there is none so far behind, and the first for a task that is not in it', async () => {
      await using store = await makeStore();
      const { runId } = await mixedRun(store);
      const from = { kind: 'offset', offset: 1000 } as const;
      expect(await store.listTasks(query(runId, { from, limit: 5 }))).toMatchObject({ offset: 8, total: 13 });
      const missing = { kind: 'task', taskId: 4711 } as const;
      expect(await store.listTasks(query(runId, { from: missing, limit: 5 }))).toMatchObject({ offset: 0 });
      const filter = { text: 'no such sample' };
      expect(await store.listTasks(query(runId, { filter }))).toEqual({ rows: [], offset: 0, total: 0 });
      await expect(store.listTasks(query('no-such-run'))).rejects.toMatchObject({ code: 'run-not-found' });
    });

    it('follows tasks as they start and end', async () => {
      await using store = await makeStore();
      const { runId, executor } = await mixedRun(store);
      expect((await list(store, runId)).slice(-4, -1)).toEqual(['held', 'waits-1', 'waits-2']);
      const [task] = await executor.run(1, NOW + 50);
      expect((await list(store, runId))[3]).toBe('waits-1');
      expect((await list(store, runId, { filter: { text: 'waits' } }))[0]).toBe('waits-1');
      await executor.finish(completed(task!, { endedAt: NOW + 900 }));
      const filter = { standings: ['right'] } as const;
      expect(await list(store, runId, { filter })).toEqual(['waits-1', 'right']);
      expect(await list(store, runId, { filter: { ...filter, evals: ['eval-0'] } })).toEqual([
        'waits-1',
        'right',
      ]);
    });
  });
}
