import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorGroup } from '../../src/store/task-store.ts';
import { createWorkplace, FIXTURES } from './run-evaltui.ts';
import { createHeldWorkplace, expectWholeRecords, taskStates, tries } from './run-facts.ts';

const STUBBORN = join(FIXTURES, 'stubborn.eval.ts');
const MISBEHAVING = join(FIXTURES, 'misbehaving.eval.ts');

describe("errors of an eval's code", () => {
  it('end their own task, without a retry, and no other one', async () => {
    using workplace = createHeldWorkplace();
    const does = 'does=throw,exit,stray,timer,system,short*20';
    const options = ['--max-retries', '1', '--display', 'none'];
    expect(await workplace.run(['run', STUBBORN, '--param', does, ...options])).toMatchObject({ code: 1 });
    expect(taskStates(workplace)).toEqual({ done: 20, errored: 5 });
    const failed = tries(workplace).filter(({ kind }) => kind !== null);
    const told = failed.map(({ task, kind, message }) => `${task} ${kind}: ${message}`).toSorted();
    expect(told).toEqual([
      'exit-2.1 eval-error: the eval called process.exit(3); throw an error instead',
      'stray-3.1 eval-error: nobody caught this',
      'system-5.1 system: the world was not there',
      'system-5.1 system: the world was not there',
      'throw-1.1 eval-error: this sample is broken',
      'timer-4.1 eval-error: thrown in a timer',
    ]);
    expectWholeRecords(workplace, { isThrough: true });
  });

  it('are retried when they are system errors, and forgotten when a retry goes well', async () => {
    using workplace = createWorkplace();
    const one = ['--executors', '1', '--threads', '1', '--display', 'none'];
    const { code } = await workplace.run(['run', MISBEHAVING, '--param', 'how=system', ...one]);
    expect(code).toBe(0);
    const kinds = tries(workplace)
      .filter(({ task }) => task === 's7.1')
      .map(({ kind }) => kind);
    expect(kinds).toEqual(['system', 'system', null]);
    expectWholeRecords(workplace, { isThrough: true });
  });

  it('are told apart by the place that they come from', async () => {
    using workplace = createWorkplace();
    const options = ['-m', 'mock:errors=1', '--max-retries', '0', '--display', 'none'];
    const eachAlone = ['--executors', '1', '--threads', '1', '--concurrency', '1', '--task-timeout', '500ms'];
    const run = ['run', join(FIXTURES, 'failing-places.eval.ts'), ...options, ...eachAlone];
    expect(await workplace.run(run)).toMatchObject({ code: 1 });
    const { stdout } = await workplace.run(['show', '--json']);
    const { errorGroups } = JSON.parse(stdout) as { errorGroups: ErrorGroup[] };
    const places = errorGroups.map(({ example, place }) => [
      example.task.slice(0, -2),
      String(place).replace(FIXTURES, ''),
    ]);
    const file = '/failing-places.eval.ts';
    expect(Object.fromEntries(places)).toMatchObject({
      parse: `parse (${file}:4)`,
      refuse: `refuse (${file}:8)`,
      'refuse late': `evaluate (${file}:25)`,
      fetch: 'step fetch page *',
      loop: `evaluate (${file}:21)`,
      wait: 'step wait for page *',
    });
    const ofModel = places.filter(([task]) => task?.startsWith('ask') === true);
    expect(new Set(ofModel.map(([, place]) => place))).toEqual(new Set(['mock:errors=1']));
    const text = (await workplace.run(['show'])).stdout;
    expect(text).toContain(`1 try, 1 task errored, from refuse (${FIXTURES}${file}:8)`);
  });

  it('stop the run with --fail-fast, and what was in flight goes back', async () => {
    using workplace = createHeldWorkplace();
    const does = 'does=obedient*3,throw,short*200';
    const options = ['--fail-fast', '--concurrency', '5', '--display', 'plain'];
    const { code, stdout } = await workplace.run(['run', STUBBORN, '--param', does, ...options]);
    expect(code).toBe(1);
    expect(taskStates(workplace).errored).toBe(1);
    expect(taskStates(workplace).queued).toBeGreaterThan(100);
    expect(stdout).toContain('throw-4.1');
    expectWholeRecords(workplace, { isThrough: false });
  });

  it('that end the thread (no memory left) are the death of that thread alone', async () => {
    using workplace = createHeldWorkplace();
    const does = 'does=hoard,short*40';
    const options = ['--executors', '1', '--threads', '2', '--concurrency', '8', '--display', 'none'];
    const { code } = await workplace.run(['run', STUBBORN, '--param', does, ...options], {
      NODE_OPTIONS: '--max-old-space-size=64',
    });
    expect(code).toBe(1);
    expect(taskStates(workplace)).toEqual({ done: 40, errored: 1 });
    const hoard = tries(workplace).filter(({ task }) => task === 'hoard-1.1');
    expect(hoard.map(({ kind }) => kind)).toEqual(['executor-died', 'executor-died', 'executor-died']);
    expect(hoard[0]?.message).toContain('memory');
    expectWholeRecords(workplace, { isThrough: true });
  });
});
