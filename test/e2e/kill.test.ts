import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkplace, FIXTURES, until, type Workplace } from './run-evaltui.ts';
import {
  countDone,
  createHeldWorkplace,
  executorsOf,
  expectWholeRecords,
  processesOf,
  query,
  runIdsOf,
  taskStates,
  tries,
} from './run-facts.ts';

const COUNTING = join(FIXTURES, 'counting.eval.ts');
const STUBBORN = join(FIXTURES, 'stubborn.eval.ts');

const goneWithin5s = (workplace: Workplace) =>
  until('the executors and their children are gone', () => processesOf(workplace).length === 0, 5000);

async function resumed(workplace: Workplace): Promise<void> {
  const [runId = ''] = runIdsOf(workplace);
  const { code, stderr } = await workplace.run(['resume', runId, '--display', 'none']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

describe('after kill -9 of the supervisor', () => {
  it('loses nothing and counts nothing twice, whenever it happens', async () => {
    using workplace = createWorkplace();
    const count = 4000;
    const options = ['--executors', '2', '--concurrency', '16', '--display', 'none'];
    let evaltui = workplace.start([
      'run',
      COUNTING,
      '--param',
      `count=${count}`,
      '--param',
      'ms=3',
      ...options,
    ]);
    for (const share of [0, 0.2, 0.5]) {
      const least = Math.floor(count * (share + Math.random() * 0.2));
      await until(`${least} tasks are done`, () => countDone(workplace) > least);
      evaltui.child.kill('SIGKILL');
      await evaltui.finished;
      await goneWithin5s(workplace);
      expect(countDone(workplace)).toBeLessThan(count);
      expectWholeRecords(workplace, { isThrough: false });
      evaltui = workplace.start(['resume', runIdsOf(workplace)[0] ?? '', '--display', 'none']);
    }
    expect(await evaltui.finished).toMatchObject({ code: 0, stderr: '' });
    expect(taskStates(workplace)).toEqual({ done: count });
    expectWholeRecords(workplace, { isThrough: true });
    expect(tries(workplace).filter(({ kind }) => kind === null)).toHaveLength(count);
  });

  it.each(['hang', 'loop'])(
    'ends executors whose tasks() stands still (%s), and plans anew',
    async (plans) => {
      using workplace = createHeldWorkplace();
      const evaltui = workplace.start([
        'run',
        STUBBORN,
        '--param',
        'does=ok*1200',
        '--param',
        `plans=${plans}`,
      ]);
      await until('a part is planned', () => taskStates(workplace).queued);
      evaltui.child.kill('SIGKILL');
      await evaltui.finished;
      await goneWithin5s(workplace);
      workplace.letGo();
      await resumed(workplace);
      expect(taskStates(workplace)).toEqual({ done: 1200 });
      expectWholeRecords(workplace, { isThrough: true });
    },
  );

  it('ends executors with all that hangs, loops and was started in them', async () => {
    using workplace = createHeldWorkplace();
    const does = 'does=loop,native,native,hang,child,detached,ok*50';
    const threads = ['--executors', '2', '--threads', '4', '--concurrency', '8'];
    const evaltui = workplace.start(['run', STUBBORN, '--param', does, ...threads, '--display', 'none']);
    await until('the children run', () => processesOf(workplace, 'tail').length === 4);
    await until('the stubborn ones are known to run', () => taskStates(workplace).running);
    evaltui.child.kill('SIGKILL');
    await evaltui.finished;
    await goneWithin5s(workplace);
    expectWholeRecords(workplace, { isThrough: false });
    workplace.letGo();
    await resumed(workplace);
    expect(taskStates(workplace)).toEqual({ done: 56 });
    expectWholeRecords(workplace, { isThrough: true });
  });
});

describe('after kill -9 of an executor', () => {
  it('replaces it, and its tasks are back in the queue within 2 s', async () => {
    using workplace = createHeldWorkplace();
    const options = ['--executors', '2', '--concurrency', '8', '--display', 'none', '--max-retries', '0'];
    const evaltui = workplace.start(['run', STUBBORN, '--param', 'does=wait*8,ok*50', ...options]);
    await until('every slot has a task', () => taskStates(workplace).running === 8);
    const [victim = 0, other] = executorsOf(workplace);
    const killedAt = Date.now();
    process.kill(victim, 'SIGKILL');
    await until('another one took its place', () => {
      const now = executorsOf(workplace);
      return now.length === 2 && now.includes(other ?? 0) && !now.includes(victim);
    });
    await until('every slot has a task again', () => taskStates(workplace).running === 8);
    workplace.letGo();
    expect(await evaltui.finished).toMatchObject({ code: 0, stderr: '' });
    expect(taskStates(workplace)).toEqual({ done: 58 });
    expectWholeRecords(workplace, { isThrough: true });
    const died = tries(workplace).filter(({ kind }) => kind !== null);
    expect(died.map(({ kind }) => kind)).toEqual(Array.from({ length: 4 }, () => 'executor-died'));
    for (const { message, endedAt } of died) {
      expect(message).toContain(`Executor ${victim} ended by SIGKILL`);
      expect(endedAt - killedAt).toBeLessThan(2000);
    }
    const ended = query(workplace, "SELECT pid, signal FROM executor WHERE signal = 'SIGKILL'");
    expect(ended).toEqual([{ pid: victim, signal: 'SIGKILL' }]);
  });

  it('takes a task that was there in three deaths for poison, and finishes all others', async () => {
    using workplace = createHeldWorkplace();
    const options = ['--executors', '2', '--concurrency', '8', '--display', 'none', '--max-retries', '0'];
    const { code } = await workplace.run([
      'run',
      STUBBORN,
      '--param',
      'does=short*30,kill,short*30',
      ...options,
    ]);
    expect(code).toBe(1);
    expect(taskStates(workplace)).toEqual({ done: 60, errored: 1 });
    const poison = tries(workplace).filter(({ task }) => task === 'kill-31.1');
    expect(poison.map(({ kind }) => kind)).toEqual(['executor-died', 'executor-died', 'executor-died']);
    expect(poison.at(-1)?.message).toContain('3 deaths');
    expectWholeRecords(workplace, { isThrough: true });
  });
});
