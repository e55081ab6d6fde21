import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type {
  CommandKind,
  CommandResult,
  CommandRow,
  Counts,
  RunRow,
  TaskStore,
} from '../../src/store/task-store.ts';
import { createWorkplace, FIXTURES, until, type Running, type Workplace } from './run-evaltui.ts';

const EVAL = join(FIXTURES, 'steerable.eval.ts');

/** A live run as another process sees it. */
class LiveRun implements AsyncDisposable {
  readonly workplace: Workplace = createWorkplace();
  readonly running: Running;
  #store: TaskStore | undefined;
  #runId = '';

  constructor(params: Readonly<Record<string, number>>, options: readonly string[]) {
    const given = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
    const common = ['--model', 'dummy', '--display', 'none', '--executors', '2', '--threads', '1'];
    this.running = this.workplace.start(['run', EVAL, ...common, ...given, ...options]);
  }

  get store(): TaskStore {
    if (this.#store === undefined) throw new Error('the run was not found yet');
    return this.#store;
  }

  get runId(): string {
    return this.#runId;
  }

  async found(): Promise<void> {
    const path = join(this.workplace.folder, '.evaltui', 'evaltui.db');
    await until('the run is in the db', async () => {
      this.#store ??= await openSqliteStore({ path, random: Math.random }).catch(() => undefined);
      const [run] = (await this.#store?.listRuns()) ?? [];
      this.#runId = run?.runId ?? '';
      return run !== undefined;
    });
  }

  run(): Promise<RunRow> {
    return this.store.findRun(this.runId);
  }

  counts(): Promise<Counts> {
    return this.store.counts(this.runId);
  }

  async whenCounts(what: string, holds: (counts: Counts) => boolean): Promise<Counts> {
    return until(what, async () => {
      const counts = await this.counts();
      return holds(counts) && counts;
    });
  }

  /** Leaves a command and waits for what becomes of it. */
  async command(kind: CommandKind, args: Record<string, number> = {}): Promise<CommandRow> {
    const createdBy = `test ${process.pid}`;
    const id = await this.store.addCommand({ runId: this.runId, kind, args, createdBy, now: Date.now() });
    return until(`${kind} is carried out`, async () => {
      const commands = await this.store.listCommands(this.runId, 20);
      return commands.find((each) => each.id === id && each.result !== null);
    });
  }

  async act(kind: CommandKind, args: Record<string, number> = {}): Promise<CommandResult | null> {
    return (await this.command(kind, args)).result;
  }

  async taskId(key: string): Promise<number> {
    const task = await this.store.findTask(this.runId, key);
    if (task === undefined) throw new Error(`no task ${key}`);
    return task.taskId;
  }

  /** All executors have told of themselves since. */
  async heartbeats(): Promise<void> {
    const since = Date.now();
    await until('each executor beats', async () => {
      const executors = await this.store.listExecutors(this.runId);
      return executors.every(({ heartbeatAt }) => heartbeatAt > since);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store?.[Symbol.asyncDispose]();
    this.workplace[Symbol.dispose]();
  }
}

async function startRun(
  params: Readonly<Record<string, number>>,
  ...options: readonly string[]
): Promise<LiveRun> {
  const live = new LiveRun(params, options);
  await live.found();
  return live;
}

describe('a live run', () => {
  it('finishes what is in flight when it is paused, starts nothing, and goes on when told', async () => {
    await using live = await startRun({ count: 24, ms: 300 }, '--concurrency', '4');
    await live.whenCounts('some are done', ({ done }) => done >= 4);
    expect(await live.act('pause')).toMatchObject({ done: true, old: 'running', new: 'paused' });
    await live.heartbeats();
    const quiet = await live.whenCounts('it is quiet', ({ running }) => running === 0);
    expect(quiet.queued).toBeGreaterThan(0);
    await live.heartbeats();
    expect(await live.counts()).toEqual(quiet);
    const [task] = (
      await live.store.listTasks({
        runId: live.runId,
        filter: { standings: ['queued'] },
        sort: 'severity',
        descending: false,
        from: { kind: 'offset', offset: 0 },
        limit: 100,
      })
    ).rows.filter(({ state }) => state !== 'queued');
    expect(task).toBeUndefined();
    expect(await live.run()).toMatchObject({ state: 'running', paused: true });
    expect(await live.act('pause')).toMatchObject({ done: false });
    expect(await live.act('continue')).toMatchObject({ done: true, old: 'paused', new: 'running' });
    expect((await live.running.finished).code).toBe(0);
    expect(await live.counts()).toMatchObject({ done: 24, queued: 0 });
  });

  it('ends when it is paused and told to stop', async () => {
    await using live = await startRun({ count: 200, ms: 50 }, '--concurrency', '2');
    await live.whenCounts('some are done', ({ done }) => done > 0);
    await live.act('pause');
    expect(await live.act('drain')).toMatchObject({ done: true, new: 'drain' });
    expect((await live.running.finished).code).toBe(130);
  });

  it('goes on when it is resumed after it was killed while paused', async () => {
    await using live = await startRun({ count: 30, ms: 20 }, '--concurrency', '2');
    await live.whenCounts('some are done', ({ done }) => done > 0);
    await live.act('pause');
    live.running.child.kill('SIGKILL');
    await live.running.finished;
    const { code } = await live.workplace.run(['resume', 'latest', '--display', 'none']);
    expect(code).toBe(0);
    expect(await live.run()).toMatchObject({ status: 'completed', paused: false });
  });

  it('changes its limit up beyond the start and down again, also below the number of executors', async () => {
    await using live = await startRun({ count: 200, ms: 400 }, '--concurrency', '2');
    await live.whenCounts('two run', ({ running }) => running === 2);
    expect(await live.act('limit', { concurrency: 24 })).toMatchObject({ done: true, old: 2, new: 24 });
    await live.whenCounts('many run', ({ running }) => running > 12);
    expect((await live.run()).concurrency).toBe(24);
    expect(await live.act('limit', { concurrency: 1 })).toMatchObject({ done: true, old: 24, new: 1 });
    await live.whenCounts('one runs', ({ running }) => running === 1);
    await live.heartbeats();
    const executors = await live.store.listExecutors(live.runId);
    expect(executors.map(({ limit }) => limit).toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect((await live.counts()).running).toBeLessThanOrEqual(1);
    expect(await live.act('limit', { concurrency: 0 })).toMatchObject({ done: false });
    await live.act('limit', { concurrency: 64 });
    expect((await live.running.finished).code).toBe(0);
    expect(await live.counts()).toMatchObject({ done: 200 });
  });

  it('tries errored tasks again, one or all', async () => {
    await using live = await startRun({ count: 200, ms: 50, broken: 3 }, '--concurrency', '4');
    await live.whenCounts('three are errored', ({ errored }) => errored === 3);
    writeFileSync(join(live.workplace.folder, 'mended'), '');
    const taskId = await live.taskId('s0.1');
    expect(await live.act('retry-task', { taskId })).toMatchObject({
      done: true,
      old: 'errored',
      new: 'queued',
    });
    expect(await live.act('retry-errored')).toMatchObject({ done: true, old: 2, new: 0 });
    expect(await live.act('retry-errored')).toMatchObject({ done: false });
    expect(await live.act('retry-task', { taskId: await live.taskId('s199.1') })).toMatchObject({
      done: false,
    });
    expect((await live.running.finished).code).toBe(0);
    expect(await live.run()).toMatchObject({ status: 'completed' });
    expect(await live.counts()).toMatchObject({ done: 200, errored: 0 });
    const { tries } = (await live.store.findTask(live.runId, 's0.1')) ?? { tries: [] };
    expect(tries.map(({ round, outcome }) => [round, outcome])).toEqual([
      [0, 'eval-error'],
      [1, 'completed'],
    ]);
  });

  it('cancels a task that waits and one that runs, and leaves one that is done', async () => {
    await using live = await startRun({ count: 40, ms: 200 }, '--concurrency', '2');
    await live.whenCounts('some are done', ({ done }) => done > 0);
    const waiting = await live.taskId('s39.1');
    expect(await live.act('cancel-task', { taskId: waiting })).toMatchObject({ done: true, old: 'queued' });
    expect(await live.act('cancel-task', { taskId: waiting })).toMatchObject({ done: false });
    expect(await live.act('cancel-task', { taskId: await live.taskId('s0.1') })).toMatchObject({
      done: false,
    });
    expect(await live.act('cancel-task', { taskId: 9999 })).toMatchObject({ done: false });
    expect(await live.act('retry-task', { taskId: waiting })).toMatchObject({ done: true, old: 'cancelled' });
    await live.act('cancel-task', { taskId: waiting });
    await until('a running task is cancelled', async () => {
      const [task] = (await live.store.snapshot(live.runId)).longestRunning;
      if (task === undefined) return false;
      await live.act('cancel-task', { taskId: task.taskId });
      // It may have been through before it was told.
      const ended = await until('the task has ended', async () => {
        const found = await live.store.readTask(live.runId, task.taskId);
        return found?.endedAt === null ? undefined : found;
      });
      return ended.state === 'cancelled';
    });
    await live.act('limit', { concurrency: 40 });
    expect((await live.running.finished).code).toBe(0);
    expect(await live.counts()).toEqual({ queued: 0, running: 0, done: 38, errored: 0, cancelled: 2 });
  });

  it('stops a task only in the try that was meant', async () => {
    await using live = await startRun({ count: 4, ms: 1_500 }, '--concurrency', '2');
    await live.whenCounts('some run', ({ running }) => running > 0);
    const taskId = await live.taskId('s0.1');
    expect(await live.act('cancel-task', { taskId, try: 2 })).toMatchObject({
      done: false,
      message: 'The task is not in try 2 now.',
    });
    expect(await live.act('cancel-task', { taskId, try: 1 })).toMatchObject({ done: true });
    expect((await live.running.finished).code).toBe(0);
    expect(await live.counts()).toMatchObject({ done: 3, cancelled: 1 });
  });

  it('takes commands while it is planned, and keeps who asked for what and when', async () => {
    await using live = await startRun({ count: 40, ms: 5, planMs: 40 });
    const pause = await live.command('pause');
    expect((await live.run()).state).toBe('planning');
    expect(pause).toMatchObject({ kind: 'pause', createdBy: `test ${process.pid}` });
    expect((pause.finishedAt ?? 0) - pause.createdAt).toBeLessThan(1000);
    await live.act('limit', { concurrency: 3 });
    await until('it is planned', async () => (await live.run()).state === 'running');
    await live.heartbeats();
    expect(await live.counts()).toMatchObject({ queued: 40, done: 0, running: 0 });
    await live.act('continue');
    expect((await live.running.finished).code).toBe(0);
    const commands = await live.store.listCommands(live.runId, 2);
    expect(commands.map(({ kind }) => kind)).toEqual(['continue', 'limit']);
    expect((await live.run()).concurrency).toBe(3);
  });
});
