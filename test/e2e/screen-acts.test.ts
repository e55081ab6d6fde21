import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { openEvaltui } from './pty.ts';
import { createWorkplace, FIXTURES, until } from './run-evaltui.ts';

const CTRL_C = '\u0003';
const COUNTING = join(FIXTURES, 'counting.eval.ts');

function counting(count: number, ms: number, concurrency: number): readonly string[] {
  const params = ['--param', `count=${count}`, '--param', `ms=${ms}`];
  return ['run', COUNTING, ...params, '--concurrency', String(concurrency)];
}

test('pausing, the limit and a cancellation work from either screen, and both tell of them', async () => {
  using place = createWorkplace();
  using owner = openEvaltui(place, counting(2_000, 500, 4));
  await owner.shows(/[1-9]\d* done/);
  using monitor = openEvaltui(place, ['monitor'], { columns: 80, rows: 24 });
  await monitor.shows(/[1-9]\d* done/);

  monitor.press('p');
  await owner.shows('‖ paused');
  await monitor.shows('‖ paused');
  await owner.shows('0 running');
  owner.press('p');
  await monitor.shows('● running');

  owner.press(':limit 2\r');
  await monitor.shows('At most 2 tasks are in flight.');
  await monitor.shows(/in flight \d\/2/);

  monitor.press('2');
  await monitor.shows('[2 Tasks]');
  monitor.press('/state:queued\r');
  await monitor.shows('▸ ○ queued');
  monitor.press('G');
  await monitor.shows(/▸ ○ queued +s1999\.1/);
  monitor.press('c');
  await monitor.shows('Cancel s1999.1?');
  monitor.press('y');
  await owner.shows('1 cancelled');
  monitor.press('/');
  await monitor.shows('filter /');
  monitor.press('\u0015state:cancelled\r');
  await monitor.shows(/▸ – cancelled +s1999\.1/);
  monitor.press('r');
  await owner.hides('1 cancelled');

  monitor.press('a');
  await monitor.shows('retry-task');
  await monitor.shows(/limit +screen \d+ +4 → 2/);
  owner.press('Q');
  await owner.shows('y yes');
  owner.press('y');
  await owner.exited;
  await monitor.shows('interrupted');
});

test('all errored tasks are tried again in the live run, after a question that does nothing by default', async () => {
  using place = createWorkplace();
  const params = ['--param', 'broken=3', '--param', 'count=3000', '--param', 'ms=100'];
  const steerable = join(FIXTURES, 'steerable.eval.ts');
  using screen = openEvaltui(place, ['run', steerable, ...params, '--concurrency', '4']);
  await screen.shows('! 3 errored');
  writeFileSync(join(place.folder, 'mended'), '');
  screen.press('R');
  await screen.shows('Try all 3 errored tasks again?');
  screen.press('\r');
  await screen.hides('Try all 3 errored tasks again?');
  screen.press('a');
  await screen.shows('nothing was done to this run');
  screen.press('R');
  await screen.shows('Try all 3 errored tasks again?');
  screen.press('y');
  await screen.shows('retry-errored');
  screen.press('1');
  await screen.shows('0 errored');
  screen.press(CTRL_C);
  await screen.shows('Ctrl-C again aborts');
  screen.press(CTRL_C);
  await screen.exited;
});

test('a task is found, opened and read in full while the run goes on, at every size', async () => {
  using place = createWorkplace();
  using screen = openEvaltui(place, counting(3_000, 200, 4));
  await screen.shows(/[1-9]\d* done/);
  screen.press('2');
  await screen.shows('[2 Tasks]');
  screen.press('/s17 state:queued,run,ri,wr\r');
  await screen.shows(/╮╭─ s17/);
  screen.press('\r');
  await screen.shows('── Input');
  screen.resize(80, 24);
  await screen.shows(/^── s17\S* ─/m);
  screen.press('\u001B');
  await screen.shows(/^── Tasks \d+ of 3,000 · s17/m);
  screen.resize(50, 12);
  await screen.shows('60x15 shows more');
  screen.resize(120, 36);
  await until('the list and the task beside it', () => /╭─ ▸ Tasks .*╮╭─ s17/.test(screen.text()));
  screen.press(CTRL_C);
  await screen.shows('Ctrl-C again aborts');
  screen.press(CTRL_C);
  await screen.exited;
});
