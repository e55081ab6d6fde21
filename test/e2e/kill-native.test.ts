import { expect, it } from 'vitest';
import { until } from './run-evaltui.ts';
import { createHeldWorkplace, executorsOf, query, startHeld } from './run-facts.ts';

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
