import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FIXTURES, until } from './run-evaltui.ts';
import { createHeldWorkplace } from './run-facts.ts';

const STUBBORN = join(FIXTURES, 'stubborn.eval.ts');

/** Runs one task that waits until it is let go, which is once it was told to be stuck. */
async function linesOfRun(display: 'plain' | 'json', isTold: (text: string) => boolean): Promise<string[]> {
  using workplace = createHeldWorkplace();
  const options = ['--stuck-after', '1s', '--display', display];
  const evaltui = workplace.start(['run', STUBBORN, '--param', 'does=wait,ok*3', ...options]);
  await until('the task is told to be stuck', () => isTold(evaltui.stdout()));
  workplace.letGo();
  const { code, stdout } = await evaltui.finished;
  expect(code).toBe(0);
  return stdout.split('\n');
}

it('tells of a stuck task once, as a line of JSON', async () => {
  const lines = await linesOfRun('json', (text) => text.includes('task.stuck'));
  const objects = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as { type: string });
  const stuck = objects.filter(({ type }) => type === 'task.stuck');
  expect(stuck).toMatchObject([
    { task: 'wait-1.1', verdict: 'awaiting', thread: expect.any(Number) as number, step: 'evaluate' },
  ]);
  const { pid, ageMs } = stuck[0] as unknown as { pid: number; ageMs: number };
  expect(pid).toBeGreaterThan(1);
  expect(ageMs).toBeGreaterThanOrEqual(1000);
});

it('tells of a stuck task once, as a line of text', async () => {
  const lines = await linesOfRun('plain', (text) => text.includes('stuck: '));
  const stuck = lines.filter((line) => line.includes('stuck: '));
  expect(stuck).toEqual([
    expect.stringMatching(/stuck: wait-1\.1 for \S+( m?s)? in "evaluate", pid \d+, thread \d+: awaiting$/),
  ]);
});
