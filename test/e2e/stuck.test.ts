import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIXTURES, until } from './run-evaltui.ts';
import {
  createHeldWorkplace,
  expectWholeRecords,
  processesOf,
  query,
  taskStates,
  tries,
  type TryFact,
} from './run-facts.ts';

const STUBBORN = join(FIXTURES, 'stubborn.eval.ts');

interface Evidence {
  readonly task: string;
  readonly verdict: string;
  readonly data: string;
  readonly createdAt: number;
}

const EVIDENCE = `SELECT s.sample_id AS task, e.verdict, e.data, e.created_at AS createdAt
  FROM evidence e JOIN task t ON t.id = e.task JOIN sample s ON s.id = t.sample
  WHERE e.verdict NOT IN ('starved', 'ended') ORDER BY e.id`;

const kindsOf = (facts: readonly TryFact[], task: string): readonly (string | null)[] =>
  facts.filter((each) => each.task === task).map(({ kind }) => kind);

describe.concurrent('a task that runs longer than --task-timeout', () => {
  it('is told to stop, and its thread is ended when it does not', async () => {
    using workplace = createHeldWorkplace();
    const options = ['--task-timeout', '300ms', '--max-retries', '1', '--threads', '2', '--display', 'none'];
    const does = 'does=obedient,hang,short*20';
    expect(await workplace.run(['run', STUBBORN, '--param', does, ...options])).toMatchObject({ code: 1 });
    expect(taskStates(workplace)).toEqual({ done: 20, errored: 2 });
    const facts = tries(workplace);
    expect(kindsOf(facts, 'obedient-1.1')).toEqual(['timeout', 'timeout']);
    expect(kindsOf(facts, 'hang-2.1')).toEqual(['timeout', 'timeout']);
    const durations = facts
      .filter(({ kind }) => kind === 'timeout')
      .map((each) => each.endedAt - each.startedAt);
    expect(Math.max(...durations)).toBeLessThan(5000);
    expectWholeRecords(workplace, { isThrough: true });
  });

  it('is the only one that counts as failed when it holds its thread in a loop', async () => {
    using workplace = createHeldWorkplace();
    const options = ['--task-timeout', '4s', '--max-retries', '0', '--threads', '2', '--display', 'none'];
    const does = 'does=loop,short*30';
    const evaltui = workplace.start(['run', STUBBORN, '--param', does, ...options, '--concurrency', '8']);
    await until(
      'all that are not held in the thread are done',
      () => (taskStates(workplace).done ?? 0) >= 20,
    );
    const [first] = await until('there is evidence', () => {
      const rows = query<Evidence>(workplace, EVIDENCE);
      return rows.length > 0 && rows;
    });
    expect(first).toMatchObject({ task: 'loop-1', verdict: 'cpu-bound' });
    const { stack } = JSON.parse(first?.data ?? '{}') as { readonly stack: readonly string[] };
    expect(stack[0]).toMatch(/^loopForEver \(.*stubborn\.eval\.ts:\d+:\d+\)$/);
    expect(await evaltui.finished).toMatchObject({ code: 1 });
    expect(taskStates(workplace)).toEqual({ done: 30, errored: 1 });
    const facts = tries(workplace);
    expect(kindsOf(facts, 'loop-1.1')).toEqual(['timeout']);
    const loop = facts.find(({ task }) => task === 'loop-1.1');
    expect(first?.createdAt).toBeLessThan(loop?.endedAt ?? 0);
    expect(query(workplace, EVIDENCE)).toHaveLength(1);
    const others = facts.filter(({ task }) => task !== 'loop-1.1');
    expect(new Set(others.map(({ kind }) => kind))).toEqual(new Set([null, 'killed']));
    expectWholeRecords(workplace, { isThrough: true });
  });

  it('is ended with its process, and its children, when it holds its thread in native code', async () => {
    using workplace = createHeldWorkplace();
    const options = ['--task-timeout', '300ms', '--max-retries', '0', '--display', 'none'];
    const shape = ['--executors', '1', '--threads', '2', '--concurrency', '2'];
    const does = 'does=native,short*60';
    const evaltui = workplace.start(['run', STUBBORN, '--param', does, ...options, ...shape]);
    await until('the other worker finishes its tasks', () => taskStates(workplace).done === 60);
    expect(processesOf(workplace, 'tail')).toHaveLength(1);
    expect(await evaltui.finished).toMatchObject({ code: 1 });
    expect(processesOf(workplace)).toEqual([]);
    expect(taskStates(workplace)).toEqual({ done: 60, errored: 1 });
    const facts = tries(workplace).filter(({ kind }) => kind !== null);
    expect(facts).toMatchObject([{ task: 'native-1.1', kind: 'timeout' }]);
    expectWholeRecords(workplace, { isThrough: true });
  });
});
