import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkplace, FIXTURES, until, type Running, type Workplace } from './run-evaltui.ts';
import {
  countDone,
  createHeldWorkplace,
  executorsOf,
  expectWholeRecords,
  processesOf,
  query,
  runIdsOf,
  startHeld,
  stopWhileItWrites,
  STUBBORN,
  taskStates,
  tries,
} from './run-facts.ts';

interface Kept {
  readonly pid: number;
  readonly runId: string;
  readonly task: string;
}

const HELD_TASKS = `
SELECT sample.sample_id || '.' || task.attempt AS name FROM task JOIN sample ON sample.id = task.sample
WHERE task.state IN (1, 2) ORDER BY task.id`;

describe.concurrent(
  'when the supervisor was killed and its executors could not notice',
  { timeout: 90_000 },
  () => {
    /** Stopped executors notice nothing: their guard stands still with them. */
    async function orphan(workplace: Workplace, evaltui: Running): Promise<readonly number[]> {
      const executors = executorsOf(workplace);
      for (const pid of executors) process.kill(pid, 'SIGSTOP');
      evaltui.child.kill('SIGKILL');
      await evaltui.finished;
      return executors;
    }

    it('ps marks them, kill --orphans ends exactly those, and resume loses nothing', async () => {
      using workplace = createHeldWorkplace();
      const does = 'child,detached,wait*2,ok*4';
      const evaltui = await startHeld(workplace, does, { executors: 2, threads: 2 });
      await until('the children run', () => processesOf(workplace, 'tail').length === 2);
      const orphans = await orphan(workplace, evaltui);
      const left = processesOf(workplace);
      const other = workplace.start(['run', STUBBORN, '--param', 'does=wait', '--display', 'none']);
      const live = await until('another run is live', () =>
        executorsOf(workplace).find((pid) => !orphans.includes(pid)),
      );
      await until('its task runs', () => taskStates(workplace).running === 5);
      const rows = JSON.parse((await workplace.run(['ps', '--json'])).stdout) as {
        pid: number;
        state: string;
      }[];
      const marked = rows.filter(({ state }) => state === 'orphaned');
      expect(new Set(marked.map(({ pid }) => pid))).toEqual(new Set(orphans));
      const plan = await workplace.run(['kill', '--orphans', '--dry-run']);
      expect(plan.stdout.match(/^Would end executor/gm)).toHaveLength(2);
      expect(plan.stdout.match(/process \d+/g)).toHaveLength(2);
      expect(processesOf(workplace).filter((pid) => left.includes(pid))).toEqual(left);
      expect(await workplace.run(['kill', '--orphans'])).toMatchObject({ code: 0, stderr: '' });
      expect(processesOf(workplace).filter((pid) => left.includes(pid))).toEqual([]);
      expect(executorsOf(workplace)).toContain(live);
      expect(await workplace.run(['kill', '--orphans'])).toMatchObject({
        code: 0,
        stdout: 'No executor is orphaned.\n',
      });
      workplace.letGo();
      expect(await other.finished).toMatchObject({ code: 0 });
      const resumed = await workplace.run(['resume', runIdsOf(workplace)[0] ?? '', '--display', 'none']);
      expect(resumed).toMatchObject({ code: 0, stderr: '' });
      expect(taskStates(workplace)).toEqual({ done: 9 });
      expect(tries(workplace).filter(({ kind }) => kind === null)).toHaveLength(9);
      expectWholeRecords(workplace, { isThrough: true });
    });

    it('a task is ended with its executor, one that waits is taken from the queue, and resume tries what is cancelled', async () => {
      using workplace = createHeldWorkplace();
      const evaltui = await startHeld(workplace, 'hang,wait,ok*2', { slots: 2 });
      const [pid] = await orphan(workplace, evaltui);
      const waiting = await workplace.run(['kill', 'ok-4.1']);
      expect(waiting).toMatchObject({ code: 0, stdout: expect.stringContaining('is cancelled') as string });
      const killed = await workplace.run(['kill', 'hang-1.1', '--then', 'errored']);
      expect(killed).toMatchObject({ code: 0, stderr: '' });
      expect(killed.stdout).toMatch(
        new RegExp(`^Task hang-1\\.1 is errored; executor ${pid} was ended by SIGKILL`),
      );
      expect(executorsOf(workplace)).toEqual([]);
      expect(taskStates(workplace)).toEqual({ queued: 2, errored: 1, cancelled: 1 });
      workplace.letGo();
      const resumed = await workplace.run(['resume', 'latest', '--display', 'none']);
      // What is errored stays, and is the exit code.
      expect(resumed).toMatchObject({ code: 1, stderr: '1 cancelled task is tried again.\n' });
      expect(taskStates(workplace)).toEqual({ done: 3, errored: 1 });
    });

    for (const [how, args] of [
      ['kill --orphans', () => ['kill', '--orphans']],
      ['kill of its pid', ({ pid }: Kept) => ['kill', String(pid)]],
      ['kill of its task', ({ task }: Kept) => ['kill', task]],
      ['resume', ({ runId }: Kept) => ['resume', runId, '--display', 'none']],
    ] as const) {
      it(`one that keeps the db to itself is ended, too: by ${how}`, async () => {
        using workplace = createWorkplace();
        const params = ['--param', 'count=15001', '--param', 'ms=20', '--display', 'none'];
        const shape = ['--executors', '1', '--concurrency', '64'];
        const evaltui = workplace.start(['run', join(FIXTURES, 'counting.eval.ts'), ...params, ...shape]);
        await until('tasks are done', () => countDone(workplace) > 20);
        const [pid] = executorsOf(workplace);
        await stopWhileItWrites(pid, join(workplace.folder, '.evaltui/evaltui.db'));
        evaltui.child.kill('SIGKILL');
        await evaltui.finished;
        const [runId = ''] = runIdsOf(workplace);
        const [task] = query<{ name: string }>(workplace, HELD_TASKS);
        const given = args({ pid: pid ?? 0, runId, task: task?.name ?? '' });
        expect(await workplace.run(given)).toMatchObject({ code: 0, stderr: '' });
        expect(executorsOf(workplace)).toEqual([]);
        const resume = ['resume', runId, '--display', 'none'];
        if (how !== 'resume') expect(await workplace.run(resume)).toMatchObject({ code: 0 });
        expect(taskStates(workplace)).toEqual({ done: 15001 });
        expectWholeRecords(workplace, { isThrough: true });
      });
    }

    it('the children of a dead executor are orphans, too', async () => {
      using workplace = createHeldWorkplace();
      const evaltui = await startHeld(workplace, 'child,detached', { slots: 2 });
      await until('the children run', () => processesOf(workplace, 'tail').length === 2);
      const [pid = 0] = await orphan(workplace, evaltui);
      process.kill(pid, 'SIGKILL');
      await until('it is gone', () => executorsOf(workplace).length === 0);
      const { stdout } = await workplace.run(['ps']);
      expect(stdout).toMatch(new RegExp(`^ *${pid} +orphaned`, 'm'));
      expect(await workplace.run(['kill', '--orphans'])).toMatchObject({ code: 0, stderr: '' });
      expect(processesOf(workplace)).toEqual([]);
    });
  },
);
