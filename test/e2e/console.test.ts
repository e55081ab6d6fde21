import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FIXTURES, until } from './run-evaltui.ts';
import { createHeldWorkplace, query, taskStates } from './run-facts.ts';

const STUBBORN = join(FIXTURES, 'stubborn.eval.ts');
const KEY = 'sk-never-to-be-shown-123';

it('evaluates in a worker of a run that allows it, spinning or not, and tells errors apart', async () => {
  using workplace = createHeldWorkplace();
  const shape = ['-m', 'mock', '--executors', '1', '--threads', '2', '--display', 'none'];
  const running = workplace.start(
    ['run', STUBBORN, '--param', 'does=spin,wait*20', ...shape, '--allow-console'],
    {
      OPENAI_API_KEY: KEY,
    },
  );
  await until('every task is under way', () => taskStates(workplace).running === 21);
  const [row] = query<{ pid: number }>(workplace, 'SELECT pid FROM executor');
  const pid = String(row?.pid);
  const { stdout } = await workplace.run(['stack', pid, '--json']);
  const { threads } = JSON.parse(stdout) as {
    threads: readonly { threadId: number; frames: readonly { functionName: string }[] }[];
  };
  const isSpinning = (frames: readonly { functionName: string }[]): boolean =>
    frames.some(({ functionName }) => functionName === 'spinWhileHeld');
  const spins = String(threads.find(({ frames }) => isSpinning(frames))?.threadId);
  const free = String(threads.find(({ frames, threadId }) => threadId > 0 && !isSpinning(frames))?.threadId);
  const evaluate = (thread: string, expression: string) =>
    workplace.run(['console', pid, '--thread', thread, expression]);

  expect(await evaluate(spins, 'typeof spinWhileHeld')).toMatchObject({ code: 0, stdout: "'function'\n" });
  expect(await evaluate(free, 'await Promise.resolve([1, { a: 2 }])')).toMatchObject({
    code: 0,
    stdout: '[ 1, { a: 2 } ]\n',
  });
  const thrown = await evaluate(free, 'nothing.of.that');
  expect(thrown).toMatchObject({ code: 1, stdout: '' });
  expect(thrown.stderr).toContain('ReferenceError: nothing is not defined');
  const painted = await evaluate(free, String.raw`'\u001b[31mred'`);
  expect(painted.stdout).not.toContain('\u001b');
  const secret = await evaluate(free, 'process.env.OPENAI_API_KEY');
  expect(secret.stdout + secret.stderr).not.toContain(KEY);
  const several = await workplace.run(['console', pid, '1']);
  expect(several).toMatchObject({ code: 2, stdout: '' });
  expect(several.stderr).toContain('has several worker threads: name one with --thread');

  workplace.letGo();
  expect(await running.finished).toMatchObject({ code: 0 });
  expect(taskStates(workplace)).toEqual({ done: 21 });
});
