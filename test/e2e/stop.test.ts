import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkplace, FIXTURES, until, type Running, type Workplace } from './run-evaltui.ts';
import {
  countDone,
  createHeldWorkplace,
  expectWholeRecords,
  processesOf,
  query,
  runIdsOf,
  taskStates,
  tries,
} from './run-facts.ts';

const COUNTING = join(FIXTURES, 'counting.eval.ts');
const STUBBORN = join(FIXTURES, 'stubborn.eval.ts');
const SMALL = ['--executors', '2', '--threads', '2', '--concurrency', '4', '--display', 'plain'];

const startStubborn = (workplace: Workplace, does: string, ...more: readonly string[]): Running =>
  workplace.start(['run', STUBBORN, '--param', `does=${does}`, ...SMALL, ...more]);

const inFlight = (workplace: Workplace, count: number): Promise<unknown> =>
  until(`${count} tasks run`, () => taskStates(workplace).running === count);

async function expectInterrupted(workplace: Workplace, evaltui: Running): Promise<void> {
  const { code, stderr } = await evaltui.finished;
  expect(code).toBe(130);
  expect(stderr).toContain(`evaltui resume ${runIdsOf(workplace)[0]}`);
  expect(processesOf(workplace)).toEqual([]);
  expectWholeRecords(workplace, { isThrough: false });
}

async function expectResumed(workplace: Workplace, tasks: number): Promise<void> {
  const { code, stderr } = await workplace.run(['resume', runIdsOf(workplace)[0] ?? '', '--display', 'none']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(taskStates(workplace)).toEqual({ done: tasks });
  expectWholeRecords(workplace, { isThrough: true });
  expectHonestDuration(workplace);
}

/** The report counts all tasks of the run, so its duration is that of all of it, and not of the last part. */
function expectHonestDuration(workplace: Workplace): void {
  const [row] = query<{ report: string; most: number; least: number }>(
    workplace,
    `SELECT report, finished_at - started_at AS most,
       (SELECT max(ended_at) FROM task) - started_at AS least
     FROM run JOIN run_eval ON run_eval.run = run.key`,
  );
  const ms = (JSON.parse(row?.report ?? '{}') as { duration_s: number }).duration_s * 1000;
  expect(ms).toBeGreaterThanOrEqual(row?.least ?? Number.NaN);
  expect(ms).toBeLessThanOrEqual(row?.most ?? Number.NaN);
}

describe('Ctrl-C', () => {
  it('lets what is in flight finish, and prints a resume command that works', async () => {
    using workplace = createWorkplace();
    const evaltui = workplace.start(['run', COUNTING, '--param', 'count=16', '--param', 'ms=400', ...SMALL]);
    await until('some are done', () => countDone(workplace) > 3);
    evaltui.child.kill('SIGINT');
    await expectInterrupted(workplace, evaltui);
    expect(evaltui.stdout()).toContain('stopping: no new tasks');
    expect(tries(workplace).filter(({ kind }) => kind !== null)).toEqual([]);
    expect(taskStates(workplace)).toEqual({ done: expect.any(Number), queued: expect.any(Number) });
    await expectResumed(workplace, 16);
  });

  it('advises no resume when the db was deleted under the run', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = startStubborn(workplace, 'obedient*4,ok*20');
    await inFlight(workplace, 4);
    const folder = join(workplace.folder, '.evaltui');
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `evaltui.db${suffix}`));
    evaltui.child.kill('SIGINT');
    await until('it says that it drains', () => evaltui.stdout().includes('stopping: no new tasks'));
    evaltui.child.kill('SIGINT');
    const { code, stdout, stderr } = await evaltui.finished;
    expect(code).toBe(130);
    expect(stdout + stderr).not.toContain('evaltui resume');
    expect(stderr).toContain('It cannot be gone on with');
    expect(processesOf(workplace)).toEqual([]);
  });

  it('aborts what is in flight when it comes again; it goes back to the queue', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = startStubborn(workplace, 'obedient*3,hang,ok*20');
    await inFlight(workplace, 4);
    evaltui.child.kill('SIGINT');
    await until('it says that it drains', () => evaltui.stdout().includes('stopping: no new tasks'));
    evaltui.child.kill('SIGINT');
    await expectInterrupted(workplace, evaltui);
    expect(evaltui.stdout()).toContain('aborting');
    expect(taskStates(workplace)).toEqual({ queued: 24 });
    expect(tries(workplace).map(({ kind }) => kind)).toEqual(['killed', 'killed', 'killed', 'killed']);
    workplace.letGo();
    await expectResumed(workplace, 24);
  });

  it('kills the executors when it comes a third time, whatever they do', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = startStubborn(workplace, 'loop,native,hang,child,ok*20');
    await inFlight(workplace, 4);
    evaltui.child.kill('SIGINT');
    await until('it drains', () => evaltui.stdout().includes('stopping: no new tasks'));
    evaltui.child.kill('SIGINT');
    await until('it aborts', () => evaltui.stdout().includes('aborting'));
    const asked = Date.now();
    evaltui.child.kill('SIGINT');
    await expectInterrupted(workplace, evaltui);
    expect(Date.now() - asked).toBeLessThan(5000);
    expect(taskStates(workplace)).toEqual({ queued: 24 });
    workplace.letGo();
    await expectResumed(workplace, 24);
  });

  it.each(['hang', 'loop'])('forgets a run whose tasks are still being planned (%s)', async (plans) => {
    using workplace = createHeldWorkplace();
    const evaltui = startStubborn(workplace, 'ok*1200', '--param', `plans=${plans}`);
    await until('a part is planned', () => taskStates(workplace).queued);
    evaltui.child.kill('SIGINT');
    expect(await evaltui.finished).toMatchObject({ code: 130, stderr: expect.stringContaining('planned') });
    expect(processesOf(workplace)).toEqual([]);
    expect(runIdsOf(workplace)).toEqual([]);
    expect(taskStates(workplace)).toEqual({});
  });

  it('at the very start ends quietly', async () => {
    using workplace = createWorkplace();
    const evaltui = workplace.start(['run', COUNTING, ...SMALL]);
    await until('an executor is there', () => processesOf(workplace, 'executor-main').length > 0);
    evaltui.child.kill('SIGINT');
    const { code, stderr } = await evaltui.finished;
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.not.stringContaining('bug') });
    expect(processesOf(workplace)).toEqual([]);
  });

  it('ends a summary that does not end; resume makes it anew', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = startStubborn(workplace, 'sum*10');
    await until('all are done', () => taskStates(workplace).done === 10);
    for (const stage of ['draining', 'aborting']) {
      evaltui.child.kill('SIGINT');
      await until(
        stage,
        () => query<{ state: string }>(workplace, 'SELECT state FROM run')[0]?.state === stage,
      );
    }
    evaltui.child.kill('SIGINT');
    await expectInterrupted(workplace, evaltui);
    workplace.letGo();
    await expectResumed(workplace, 10);
  });
});

describe('SIGTERM', () => {
  it('aborts at once, also threads that do not listen', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = startStubborn(workplace, 'obedient*2,loop,hang,ok*20');
    await inFlight(workplace, 4);
    evaltui.child.kill('SIGTERM');
    await expectInterrupted(workplace, evaltui);
    expect(taskStates(workplace)).toEqual({ queued: 24 });
    workplace.letGo();
    await expectResumed(workplace, 24);
  });
});
