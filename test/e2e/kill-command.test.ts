import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { isAlive, identityOf } from '../../src/process/identity.ts';
import { createWorkplace, until, type Workplace } from './run-evaltui.ts';
import {
  createHeldWorkplace,
  executorsOf,
  expectWholeRecords,
  processesOf,
  query,
  startHeld,
  taskStates,
  tries,
} from './run-facts.ts';

interface Evidence {
  readonly task: string | null;
  readonly thread: number | null;
  readonly data: string;
  readonly createdAt: number;
}

const ENDED = `SELECT s.sample_id AS task, e.thread, e.data, e.created_at AS createdAt
  FROM evidence e LEFT JOIN task t ON t.id = e.task LEFT JOIN sample s ON s.id = t.sample
  WHERE e.verdict = 'ended' ORDER BY e.id`;

interface Act {
  readonly kind: string;
  readonly by: string;
  readonly result: string;
}

const actsOf = (workplace: Workplace): readonly Act[] =>
  query<Act>(workplace, 'SELECT kind, created_by AS by, result FROM command ORDER BY id');

const kindsOf = (workplace: Workplace, task: string): readonly (string | null)[] =>
  tries(workplace).flatMap((each) => (each.task === task ? [each.kind] : []));

describe.concurrent('evaltui kill <task>', { timeout: 90_000 }, () => {
  it('ends the thread of one that does not stop, and its neighbours lose nothing by it', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = await startHeld(workplace, 'loop,wait*3,ok*10');
    const killed = await workplace.run(['kill', 'loop-1.1']);
    expect(killed).toMatchObject({ code: 0, stderr: '' });
    expect(killed.stdout).toMatch(/^Task loop-1\.1 is cancelled \(.*its thread was ended\)\.\n$/);
    expect(taskStates(workplace)).toMatchObject({ cancelled: 1 });
    const [seen] = query<Evidence>(workplace, ENDED);
    const ended = tries(workplace).find(({ task }) => task === 'loop-1.1');
    expect(seen).toMatchObject({ task: 'loop-1' });
    expect(seen?.createdAt).toBeLessThanOrEqual(ended?.endedAt ?? 0);
    expect(seen?.data).toContain('loopForEver');
    const again = await workplace.run(['kill', 'loop-1.1']);
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('is cancelled already') as string,
    });
    expect(actsOf(workplace)).toMatchObject([
      { kind: 'cancel-task', by: expect.stringMatching(/^kill \d+$/) as string },
    ]);
    workplace.letGo();
    expect(await evaltui.finished).toMatchObject({ code: 0 });
    expect(taskStates(workplace)).toEqual({ done: 13, cancelled: 1 });
    expect(await workplace.run(['resume', 'latest'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is completed; there is nothing to resume') as string,
    });
    expect(kindsOf(workplace, 'wait-2.1')).toEqual(['killed', null]);
    expect(executorsOf(workplace)).toEqual([]);
  });

  it('kills the process of one in native code when its other threads are through, with its children', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = await startHeld(workplace, 'native,wait,short*40', { threads: 2, slots: 2 });
    await until('its child runs', () => processesOf(workplace, 'tail').length === 1);
    const [executor = 0] = executorsOf(workplace);
    const dead = identityOf(executor)!;
    const plan = await workplace.run(['kill', 'native-1.1', '--dry-run']);
    expect(plan).toMatchObject({ code: 0, stderr: '' });
    expect(plan.stdout).toContain(`Would stop task native-1.1 in executor ${executor}`);
    expect(actsOf(workplace)).toEqual([]);
    expect(await workplace.run(['kill', 'native-1.1', '--then', 'errored'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Task native-1.1 is errored') as string,
    });
    expect(isAlive(dead)).toBe(true);
    workplace.letGo();
    expect(await evaltui.finished).toMatchObject({ code: 1 });
    expect(isAlive(dead)).toBe(false);
    expect(processesOf(workplace)).toEqual([]);
    expect(taskStates(workplace)).toEqual({ done: 41, errored: 1 });
    // Not one of them counts a death.
    expect(new Set(tries(workplace).map(({ kind }) => kind))).toEqual(new Set([null, 'killed']));
    expectWholeRecords(workplace, { isThrough: true });
  });

  it('says of each why it ended, also when another one of its process is in native code', async () => {
    using workplace = createHeldWorkplace();
    await startHeld(workplace, 'native,hang', { threads: 2, slots: 2 });
    await until('its child runs', () => processesOf(workplace, 'tail').length === 1);
    const native = await workplace.run(['kill', 'native-1.1']);
    expect(native.stdout).toContain('its process is ended, since it is in native code');
    const hanging = await workplace.run(['kill', 'hang-2.1']);
    expect(hanging.stdout).toContain('Task hang-2.1 is cancelled');
    expect(hanging.stdout).toContain('its thread was ended');
  });

  it('cancels one that waits in the queue, and puts one back that is to be tried again', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = await startHeld(workplace, 'obedient*2,ok*6', { slots: 2 });
    expect(await workplace.run(['kill', 'ok-8.1'])).toMatchObject({ code: 0 });
    const queued = await workplace.run(['kill', 'ok-7.1', '--then', 'errored']);
    expect(queued).toMatchObject({ code: 1, stdout: expect.stringContaining('only be cancelled') as string });
    const retried = await workplace.run(['kill', 'stubborn/obedient-1.1', '--then', 'retry']);
    expect(retried).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('back to the queue') as string,
    });
    workplace.letGo();
    await workplace.run(['kill', 'obedient-1.1', '--then', 'retry']);
    await workplace.run(['kill', 'obedient-2.1', '--then', 'retry']);
    await evaltui.finished;
    expect(taskStates(workplace)).toEqual({ done: 7, cancelled: 1 });
    expect(kindsOf(workplace, 'obedient-1.1').slice(0, 1)).toEqual(['killed']);
  });
});

describe.concurrent('evaltui kill <pid>', { timeout: 90_000 }, () => {
  it('ends one thread and puts what it ran back; the other threads go on', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = await startHeld(workplace, 'wait*4', { threads: 2 });
    const [pid = 0] = executorsOf(workplace);
    const threads = await until('the threads are known', async () => {
      const [executor] = JSON.parse((await workplace.run(['ps', '--json'])).stdout) as {
        workers: { thread: number }[];
      }[];
      return executor?.workers.length === 2 && executor.workers.map(({ thread }) => thread);
    });
    const unknown = await workplace.run(['kill', `${pid}`, '--thread', '99']);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining(threads.join(', ')) as string });
    const kill = ['kill', `${pid}`, '--thread', `${threads[0]}`];
    const killed = await workplace.run(kill);
    expect(killed).toMatchObject({ code: 0, stderr: '' });
    // Of a thread that has just ended the last heartbeat may still tell.
    expect(await workplace.run(kill)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/has ended already|has no worker thread \d+ any more/) as string,
    });
    await until('its tasks were taken from it', () => tries(workplace).length === 2);
    await until('every slot has a task again', () => taskStates(workplace).running === 4);
    const died = tries(workplace);
    expect(died.map(({ kind }) => kind)).toEqual(['killed', 'killed']);
    expect(executorsOf(workplace)).toEqual([pid]);
    expect(await workplace.run(kill)).toMatchObject({ code: 0, stderr: '' });
    workplace.letGo();
    expect(await evaltui.finished).toMatchObject({ code: 0 });
    expect(taskStates(workplace)).toEqual({ done: 4 });
    expectWholeRecords(workplace, { isThrough: true });
  });

  it('ends a thread that loops, every time', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = await startHeld(workplace, 'spin', { slots: 1 });
    const [pid = 0] = executorsOf(workplace);
    // Node numbers threads as they come: 1 is the guard.
    for (const thread of [2, 3, 4]) {
      const killed = await workplace.run(['kill', `${pid}`, '--thread', `${thread}`]);
      expect(killed).toMatchObject({ code: 0, stdout: expect.stringContaining('was ended') as string });
      const isTaken = (): boolean => kindsOf(workplace, 'spin-1.1').length === thread - 1;
      await until('it loops again', () => isTaken() && taskStates(workplace).running === 1);
    }
    expect(executorsOf(workplace)).toEqual([pid]);
    workplace.letGo();
    expect(await evaltui.finished).toMatchObject({ code: 0 });
    expect(kindsOf(workplace, 'spin-1.1')).toEqual([...Array<string>(3).fill('killed'), null]);
  });

  it('ends a process once, and its tasks fare as the first one wanted', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = await startHeld(workplace, 'spin,wait*3');
    const [pid = 0] = executorsOf(workplace);
    const first = workplace.run(['kill', `${pid}`]);
    await until('it was asked for', () => actsOf(workplace).length === 1);
    const second = await workplace.run(['kill', `${pid}`, '--then', 'cancelled']);
    expect(await first).toMatchObject({ code: 0, stdout: expect.stringContaining('back in') as string });
    expect(second).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/any more|ended already/) as string,
    });
    workplace.letGo();
    await evaltui.finished;
    expect(taskStates(workplace)).toEqual({ done: 4 });
  });

  it('ends a process with all that it started, and another takes its place', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = await startHeld(workplace, 'child,detached,loop,wait', { threads: 4 });
    await until('the children run', () => processesOf(workplace, 'tail').length === 2);
    const [pid = 0] = executorsOf(workplace);
    await until('the loop is seen', async () =>
      (await workplace.run(['stack', `${pid}`, '--json'])).stdout.includes('loopForEver'),
    );
    const gone = processesOf(workplace).filter((each) => each !== evaltui.pid);
    const killed = await workplace.run(['kill', `${pid}`]);
    expect(killed).toMatchObject({ code: 0, stderr: '' });
    expect(killed.stdout).toContain(`Executor ${pid}: The executor was ended by SIGTERM`);
    expect(processesOf(workplace).filter((each) => gone.includes(each))).toEqual([]);
    expect(
      query<Evidence>(workplace, ENDED)
        .map(({ data }) => data)
        .join(),
    ).toContain('loopForEver');
    expect(await workplace.run(['kill', `${pid}`])).toMatchObject({
      code: 0,
      stdout: `Executor ${pid} has ended already.\n`,
    });
    await until('every slot has a task again', () => taskStates(workplace).running === 4);
    const [second = 0] = executorsOf(workplace);
    expect(await workplace.run(['kill', `${second}`, '--then', 'errored'])).toMatchObject({ code: 0 });
    workplace.letGo();
    expect(await evaltui.finished).toMatchObject({ code: 1 });
    expect(taskStates(workplace)).toMatchObject({ errored: expect.any(Number) as number });
    expect(tries(workplace).filter(({ kind }) => kind === 'executor-died')).toEqual([]);
    expect(processesOf(workplace)).toEqual([]);
  });

  it('refuses a pid that another process has now, one that supervises, and one that is nobody', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = await startHeld(workplace, 'wait', { slots: 1 });
    const [pid = 0] = executorsOf(workplace);
    const supervisor = await workplace.run(['kill', `${evaltui.pid}`]);
    expect(supervisor).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('supervises run') as string,
    });
    const near = await workplace.run(['kill', `${pid}0`]);
    expect(near).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`Did you mean ${pid}?`) as string,
    });
    const db = new Database(join(workplace.folder, '.evaltui/evaltui.db'));
    db.prepare("UPDATE executor SET start_time = '1'").run();
    db.close();
    const reused = await workplace.run(['kill', `${pid}`]);
    expect(reused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('another process has that pid') as string,
    });
    expect(executorsOf(workplace)).toEqual([pid]);
    workplace.letGo();
    expect(await evaltui.finished).toMatchObject({ code: 0 });
  });
});

describe.concurrent('evaltui kill --stuck', { timeout: 90_000 }, () => {
  it('ends every task that is held to be stuck, and no other', async () => {
    using workplace = createHeldWorkplace();
    expect(await workplace.run(['kill', '--stuck'])).toMatchObject({ code: 2 });
    const evaltui = await startHeld(workplace, 'loop*2,wait*2', { threads: 4 });
    await until('both loops are stuck', async () => {
      const { stdout } = await workplace.run(['kill', '--stuck', '--dry-run']);
      return stdout.split('\n').length === 3;
    });
    const killed = await workplace.run(['kill', '--stuck']);
    expect(killed).toMatchObject({ code: 0, stderr: '' });
    expect(killed.stdout.split('\n').toSorted()).toEqual([
      '',
      expect.stringMatching(/^Task loop-1\.1 is cancelled/) as string,
      expect.stringMatching(/^Task loop-2\.1 is cancelled/) as string,
    ]);
    workplace.letGo();
    await evaltui.finished;
    expect(taskStates(workplace)).toEqual({ done: 2, cancelled: 2 });
  });

  it('ends a thread in which no task can be told from the others, and cancels none of them', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = await startHeld(workplace, 'wait*3,late,wait');
    await until('the thread is stuck', async () => {
      const { stdout } = await workplace.run(['kill', '--stuck', '--dry-run']);
      return /^Would end worker thread \d+ of executor \d+; 4 tasks in flight in it go back/.test(stdout);
    });
    const killed = await workplace.run(['kill', '--stuck']);
    expect(killed).toMatchObject({ code: 0, stderr: '' });
    expect(killed.stdout).toMatch(/^Thread \d+ of executor \d+: The thread was ended, .*\n$/);
    workplace.letGo();
    await evaltui.finished;
    expect(taskStates(workplace)).toEqual({ done: 5 });
  });
});

it('a folder without a db is told so', async () => {
  using workplace = createWorkplace();
  const none = await workplace.run(['kill', '--orphans']);
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('no task db') as string });
});
