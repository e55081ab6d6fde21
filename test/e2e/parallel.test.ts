import { readdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkplace, FIXTURES, until } from './run-evaltui.ts';
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
const FLIPPING = join(FIXTURES, 'flipping.eval.ts');
const STUBBORN = join(FIXTURES, 'stubborn.eval.ts');

describe('runs side by side', () => {
  it('share one db, each with executors and a record of its own', async () => {
    using workplace = createWorkplace();
    const run = (count: number) => {
      const params = ['--param', `count=${count}`, '--param', 'ms=2'];
      return workplace.run(['run', COUNTING, ...params, '--executors', '2', '--display', 'none']);
    };
    const ends = await Promise.all([run(500), run(700)]);
    expect(ends.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    const rows = query<{ done: number }>(workplace, 'SELECT done FROM run_eval');
    expect(new Set(rows.map(({ done }) => done))).toEqual(new Set([500, 700]));
    expectWholeRecords(workplace, { isThrough: true });
  });

  it('survive each other: a kill -9 of one is nothing to the other', async () => {
    using workplace = createHeldWorkplace();
    const victim = workplace.start(['run', STUBBORN, '--param', 'does=wait*4', '--display', 'none']);
    await until('the first runs', () => taskStates(workplace).running === 4);
    const params = ['--param', 'count=400', '--param', 'ms=4', '--concurrency', '4'];
    const other = workplace.start(['run', COUNTING, ...params, '--display', 'none']);
    await until('the second runs', () => countDone(workplace) > 20);
    victim.child.kill('SIGKILL');
    expect(await other.finished).toMatchObject({ code: 0, stderr: '' });
    expect(taskStates(workplace)).toMatchObject({ done: 400 });
    await until('the first has ended', () => processesOf(workplace).length === 0);
  });
});

describe('a run of several evals', () => {
  it('keeps a whole record for each', async () => {
    using workplace = createWorkplace();
    const { code } = await workplace.run(['run', FLIPPING, 'capitals', 'arithmetic', '--display', 'none']);
    expect(code).toBe(0);
    const evals = query<{ name: string; report: string }>(workplace, 'SELECT name, report FROM run_eval');
    expect(evals.map(({ name }) => name)).toEqual(['flipping', 'capitals', 'arithmetic']);
    for (const { report } of evals) expect(JSON.parse(report)).toHaveProperty('accuracy');
    expectWholeRecords(workplace, { isThrough: true });
  });
});

describe('a live run', () => {
  it('can be looked at from other processes, which it does not notice', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = workplace.start(['run', STUBBORN, '--param', 'does=wait*3,ok*50', '--display', 'none']);
    await until(
      'all others are done',
      () => countDone(workplace) === 50 && taskStates(workplace).running === 3,
    );
    const [runId = ''] = runIdsOf(workplace);
    const monitor = workplace.start(['monitor', runId, '--display', 'json']);
    const [ps, show, runs] = await Promise.all([
      workplace.run(['ps', '--json']),
      workplace.run(['show', runId, '--json']),
      workplace.run(['runs', '--json']),
    ]);
    expect([ps.stderr, show.stderr, runs.stderr]).toEqual(['', '', '']);
    for (const pid of executorsOf(workplace)) expect(ps.stdout).toContain(String(pid));
    expect(JSON.parse(show.stdout)).toMatchObject({ runId, evals: [{ counts: { done: 50, running: 3 } }] });
    expect(JSON.parse(runs.stdout)).toMatchObject([{ runId }]);
    await until('the monitor sees it', () => monitor.stdout().includes('"done":50'));
    workplace.letGo();
    expect(await evaltui.finished).toMatchObject({ code: 0, stderr: '' });
    const seen = await monitor.finished;
    expect(seen.code).toBe(0);
    expect(JSON.parse(seen.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'run.finished',
      counts: { done: 53 },
    });
  });
});

describe('--attempts', () => {
  it('gives an interval and pass@k that the record alone leads to as well', async () => {
    using workplace = createWorkplace();
    expect(await workplace.run(['run', FLIPPING, '--attempts', '3', '--display', 'none'])).toMatchObject({
      code: 0,
    });
    expectWholeRecords(workplace, { isThrough: true });
    const [{ path, report } = { path: '', report: '{}' }] = query<{ path: string; report: string }>(
      workplace,
      'SELECT record_path AS path, report FROM run_eval',
    );
    const right = new Map<string, number>();
    for (const line of workplace.lines(path.slice(workplace.folder.length + 1))) {
      if (line['type'] !== 'match') continue;
      const sample = String(line['sample_id']);
      const { correct } = line['data'] as { readonly correct: boolean };
      right.set(sample, (right.get(sample) ?? 0) + Number(correct));
    }
    const means = [...right.values()].map((count) => count / 3);
    const n = means.length;
    const mean = means.reduce((sum, each) => sum + each, 0) / n;
    const variance = means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (n - 1);
    expect(n).toBe(40);
    const found = JSON.parse(report) as Record<string, number>;
    expect(found).toMatchObject({ n: 40, attempts: 120 });
    expect(found['accuracy']).toBeCloseTo(mean, 12);
    expect(found['stderr']).toBeCloseTo(Math.sqrt(variance / n), 12);
    expect(found['pass@1']).toBeCloseTo(mean, 12);
    // pass@2 = 1 - C(3 - c, 2) / C(3, 2)
    const misses = [1, 1 / 3, 0, 0];
    const pass2 = [...right.values()].reduce((sum, count) => sum + 1 - (misses[count] ?? 0), 0) / n;
    expect(found['pass@2']).toBeCloseTo(pass2, 12);
  });
});

describe('--in-process', () => {
  it('comes to the same result without a process of its own', async () => {
    using workplace = createWorkplace();
    const evaltui = workplace.start([
      'run',
      COUNTING,
      '--param',
      'ms=10',
      '--in-process',
      '--display',
      'none',
    ]);
    await until('tasks are done', () => countDone(workplace) > 0);
    expect(executorsOf(workplace)).toEqual([]);
    expect(await evaltui.finished).toMatchObject({ code: 0, stderr: '' });
    expect(taskStates(workplace)).toEqual({ done: 100 });
    expectWholeRecords(workplace, { isThrough: true });
  });

  it('can be looked into and profiled from another terminal, and a task of it ended', async () => {
    using workplace = createWorkplace();
    const loop = join(FIXTURES, 'misbehaving/endless-loop.eval.ts');
    const evaltui = workplace.start(['run', loop, '--in-process', '--threads', '2', '--display', 'none']);
    const stack = await until('the loop is seen', async () => {
      const { code, stdout } = await workplace.run(['stack', 's7.1']);
      return code === 0 && stdout.includes('countForEver') && stdout;
    });
    expect(stack).toMatch(/countForEver +\S+endless-loop\.eval\.ts:9:\d+ {2}◀ yours/);
    const profile = await workplace.run(['profile', 's7.1', '--seconds', '0.2']);
    expect(profile).toMatchObject({ code: 0 });
    expect(profile.stdout).toContain('endless-loop.eval.ts');
    expect(await workplace.run(['kill', 's7.1'])).toMatchObject({ code: 0, stderr: '' });
    expect(await evaltui.finished).toMatchObject({ code: 0, stderr: '' });
    expect(taskStates(workplace)).toEqual({ done: 19, cancelled: 1 });
    const socket = readdirSync(join(tmpdir(), `evaltui-${userInfo().uid}`)).filter((name) =>
      name.startsWith(`${evaltui.pid}-`),
    );
    expect(socket).toEqual([]);
  });
});

describe('a freed slot', () => {
  it('is filled at once', async () => {
    using workplace = createWorkplace();
    const params = ['--param', 'count=200', '--param', 'ms=50'];
    const options = ['--concurrency', '5', '--executors', '2', '--display', 'none'];
    expect(await workplace.run(['run', COUNTING, ...params, ...options])).toMatchObject({ code: 0 });
    const facts = tries(workplace);
    const busyMs = facts.reduce((sum, each) => sum + each.endedAt - each.startedAt, 0);
    const starts = facts.map((each) => each.startedAt);
    const wallMs = Math.max(...facts.map((each) => each.endedAt)) - Math.min(...starts);
    // Polling, or a wait for the db, would leave the slots empty for a good part of the time.
    expect(busyMs / (5 * wallMs)).toBeGreaterThan(0.6);
  });
});
