import { describe, expect, it } from 'vitest';
import { until, type Running, type Workplace } from './run-evaltui.ts';
import {
  createHeldWorkplace,
  executorsOf,
  processesOf,
  query,
  startHeld,
  STUBBORN,
  taskStates,
} from './run-facts.ts';

it('tells each of two who end a thread in native code at once that it still stands', async () => {
  using workplace = createHeldWorkplace();
  const evaltui = await startHeld(workplace, 'native', { slots: 1 });
  const [pid = 0] = executorsOf(workplace);
  // Node numbers threads as they come: 1 is the guard.
  const kill = ['kill', `${pid}`, '--thread', '2'];
  const first = workplace.run(kill);
  await until('it was asked for', () => query(workplace, 'SELECT id FROM command').length === 1);
  const killed = await Promise.all([first, workplace.run(kill)]);
  for (const { code, stdout } of killed) {
    expect(code).toBe(0);
    expect(stdout).toContain('The thread is in native code');
  }
  expect(executorsOf(workplace)).not.toContain(pid);
  workplace.letGo();
  expect(await evaltui.finished).toMatchObject({ code: 0 });
}, 60_000);

/** Starts a run whose first task is in native code, in a thread of the supervisor's process. */
async function startInside(workplace: Workplace): Promise<Running> {
  const shape = ['--in-process', '--threads', '2', '--concurrency', '2', '--display', 'none'];
  const evaltui = workplace.start(['run', STUBBORN, '--param', 'does=native,ok*3', ...shape]);
  await until('its child runs', () => processesOf(workplace, 'tail').length === 1);
  await until('the others are done', () => taskStates(workplace).done === 3);
  return evaltui;
}

describe('native code in the process of the supervisor', () => {
  it.each(['task', 'thread'])(
    'is said to stay when its %s is killed, and what it started ends with the run',
    async (what) => {
      using workplace = createHeldWorkplace();
      const evaltui = await startInside(workplace);
      const thread = await until('its thread is known', () => {
        const [row] = query<{ thread: number | null }>(workplace, 'SELECT thread FROM step');
        return row?.thread ?? undefined;
      });
      const named = what === 'task' ? ['native-1.1'] : [`${evaltui.pid}`, '--thread', `${thread}`];
      const killed = await workplace.run(['kill', ...named]);
      expect(killed).toMatchObject({ code: 1, stderr: '' });
      expect(killed.stdout).toMatch(
        /stays in native code.* inside the supervisor.*Ctrl-C.*without --in-process/,
      );
      expect(killed.stdout).not.toMatch(/process is ended|it is killed/);
      const { code, stderr } = await evaltui.finished;
      expect(code).not.toBe(0);
      expect(stderr).toContain('did not stop when it was told to');
      expect(stderr).not.toContain('over its time');
      expect(processesOf(workplace)).toEqual([]);
    },
  );

  it('leaves nothing that it started when the run is stopped by Ctrl-C', async () => {
    using workplace = createHeldWorkplace();
    const evaltui = await startInside(workplace);
    for (const state of ['draining', 'aborting']) {
      evaltui.child.kill('SIGINT');
      await until(`it is ${state}`, async () =>
        (await workplace.run(['runs', '--json'])).stdout.includes(`"${state}"`),
      );
    }
    evaltui.child.kill('SIGINT');
    await evaltui.finished;
    expect(processesOf(workplace)).toEqual([]);
  });
}, 60_000);
