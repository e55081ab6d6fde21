import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIXTURES, until } from './run-evaltui.ts';
import { createHeldWorkplace, query, taskStates } from './run-facts.ts';

const STUCK = join(FIXTURES, 'stuck.eval.ts');
const SQLITE = createRequire(import.meta.url).resolve('better-sqlite3');

interface Evidence {
  readonly task: string;
  readonly verdict: string;
  readonly afterMs: number;
  readonly data: string;
}

const EVIDENCE = `SELECT s.sample_id AS task, e.verdict, e.created_at - t.started_at AS afterMs, e.data
  FROM evidence e JOIN task t ON t.id = e.task JOIN sample s ON s.id = t.sample
  WHERE e.verdict <> 'starved' ORDER BY e.id`;

/** In each thread one task. */
const eachAlone = (threads: number): string[] => [
  '--executors',
  '1',
  '--threads',
  String(threads),
  '--concurrency',
  String(threads),
];

const WAYS = {
  loop: 'cpu-bound',
  regex: 'cpu-bound',
  microtasks: 'cpu-bound',
  atomics: 'blocked',
  sqlite: 'native',
  child: 'native',
  never: 'awaiting',
};

describe('a task that is stuck', () => {
  it('is told with the verdict that fits, whatever else is stuck beside it', async () => {
    using workplace = createHeldWorkplace();
    const ways = Object.keys(WAYS);
    const params = ['--param', `does=${ways.join(',')}`, '--param', `sqlite=${SQLITE}`];
    const options = [...eachAlone(ways.length), '--stuck-after', '5s', '--display', 'none'];
    workplace.start(['run', STUCK, ...params, ...options]);
    const isToldOf = (rows: readonly Evidence[], way: string): boolean =>
      rows.some(({ task }) => task.startsWith(`${way}-`));
    for (const way of ways) {
      await until(`${way} is told of`, () => isToldOf(query<Evidence>(workplace, EVIDENCE), way), 60_000);
    }
    const found = query<Evidence>(workplace, EVIDENCE);
    const verdicts = found.map(({ task, verdict }) => [task.replace(/-\d+$/, ''), verdict] as const);
    expect(Object.fromEntries(verdicts)).toEqual(WAYS);
    expect(found).toHaveLength(ways.length);
    const dataOf = (way: string) =>
      JSON.parse(found.find(({ task }) => task.startsWith(way))?.data ?? '{}') as {
        readonly stack: readonly string[];
        readonly step: string;
        readonly facts: { readonly state: string };
      };
    expect(dataOf('loop').stack[0]).toMatch(/^loop \(.*stuck\.eval\.ts:\d+:\d+\)$/);
    expect(dataOf('regex').stack[0]).toMatch(/^getStuck \(.*stuck\.eval\.ts:\d+:\d+\)$/);
    expect(dataOf('atomics').stack[0]).toMatch(/^getStuck \(.*stuck\.eval\.ts:\d+:\d+\)$/);
    expect(dataOf('child')).toMatchObject({ stack: [], facts: { state: 'S' } });
    expect(dataOf('never').step).toBe('get stuck');
  }, 90_000);

  it('is in the step whose timer, event or stream called what is stuck, wherever it is told', async () => {
    using workplace = createHeldWorkplace();
    const options = [...eachAlone(1), '--stuck-after', '1s', '--display', 'none'];
    workplace.start(['run', STUCK, '--param', 'does=timer', ...options]);
    await until('it is told', () => query<Evidence>(workplace, EVIDENCE).length > 0);
    const [found] = query<Evidence>(workplace, EVIDENCE);
    expect(JSON.parse(found?.data ?? '')).toMatchObject({ step: 'get stuck' });
    const stacks = await workplace.run(['stack', 'timer-1.1', '--json']);
    expect(JSON.parse(stacks.stdout)).toMatchObject({ task: { name: 'timer-1.1', step: 'get stuck' } });
    await until('its executor has told it', async () => {
      const tasks = await workplace.run(['inflight', '--json']);
      const [task] = JSON.parse(tasks.stdout) as { readonly steps: readonly { readonly name: string }[] }[];
      return task?.steps.at(-1)?.name === 'get stuck';
    });
  });

  it('is the one of sixteen tasks of its thread whose code is on the stack', async () => {
    using workplace = createHeldWorkplace();
    const options = ['--executors', '1', '--threads', '1', '--concurrency', '16', '--stuck-after', '1s'];
    const evaltui = workplace.start([
      'run',
      STUCK,
      '--param',
      'does=wait*9,loop,wait*6',
      ...options,
      '--display',
      'plain',
    ]);
    await until('it is told', () => evaltui.stdout().includes('stuck: loop-10.1'));
    workplace.letGo();
    expect(await evaltui.finished).toMatchObject({ code: 0 });
    const stuck = query<Evidence>(workplace, EVIDENCE).filter(({ verdict }) => verdict !== 'recovered');
    expect(stuck).toMatchObject([{ task: 'loop-10', verdict: 'cpu-bound' }]);
  });
});

describe('a task that is slow and moves', () => {
  it('is not told of, on a machine with more to do than it can', async () => {
    using workplace = createHeldWorkplace();
    workplace.letGo();
    const does = 'does=slow*2,chunks*8';
    const evaltui = workplace.start([
      'run',
      STUCK,
      '--param',
      does,
      ...eachAlone(5),
      '--stuck-after',
      '60s',
      '--display',
      'none',
    ]);
    expect(await evaltui.finished).toMatchObject({ code: 0 });
    expect(taskStates(workplace)).toEqual({ done: 10 });
    expect(query(workplace, EVIDENCE)).toEqual([]);
  }, 60_000);
});
