import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEvaltui, openPty, type PtyProgram } from './pty.ts';
import { createWorkplace, FIXTURES, until } from './run-evaltui.ts';
import { counting, expectNothingRuns, expectRestored, runFacts, straying } from './screen-run.ts';

const CTRL_C = '\u0003';
const CTRL_Z = '\u001A';

function isZombie(pid: number): boolean {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
}

test('Ctrl-C stops in three stages, each is shown, and what is left goes on with resume', async () => {
  using place = createWorkplace();
  // One of its tasks does not listen to being stopped: only its thread can be ended, some time later.
  using screen = openEvaltui(place, ['run', join(FIXTURES, 'misbehaving.eval.ts'), '--param', 'how=hang']);
  await screen.shows('19 done');
  screen.press(CTRL_C);
  await screen.shows('draining');
  screen.press(CTRL_C);
  await screen.shows('aborting');
  screen.press(CTRL_C);
  expect((await screen.exited).code).toBe(130);
  expectRestored(screen);
  expect(screen.history()).toContain('evaltui resume ');
  await expectNothingRuns(place);
  expect((await runFacts(place)).status).toBe('cancelled');
});

test.each([
  ['throw', 70, 'thrown by nobody knows whom'],
  ['reject', 70, 'rejected by nobody knows whom'],
  ['exit', 3, ''],
])(
  'gives the terminal back when its process ends by %s, and leaves nothing running',
  async (way, code, text) => {
    using place = createWorkplace();
    using screen = openEvaltui(place, counting(5_000, 20), {
      env: straying(way),
    });
    await screen.shows(/[1-9]\d* done/);
    screen.signal('SIGUSR2');
    expect((await screen.exited).code).toBe(code);
    expectRestored(screen);
    expect(screen.history()).toContain(text);
    const ps = async (): Promise<string> => (await place.run(['ps', '--json'])).stdout;
    await until('its executors are gone', async () => !/"state": "(busy|idle|starting)"/.test(await ps()));
  },
);

test('a terminal that hangs up ends the run, which resume goes on with', async () => {
  using place = createWorkplace();
  using screen = openEvaltui(place, counting(200, 20));
  await screen.shows(/[1-9]\d* done/);
  screen.hangUp();
  await until('the process is gone', () => !existsSync(`/proc/${screen.pid}`) || isZombie(screen.pid));
  await expectNothingRuns(place);
  const { runId, status } = await runFacts(place);
  expect(status).toBe('cancelled');
  const resumed = await place.run(['resume', runId, '--display', 'none']);
  expect(resumed).toMatchObject({ code: 0 });
  expect((await runFacts(place)).counts).toMatchObject({ done: 200, running: 0, queued: 0 });
});

test.each([
  ['hangs up', (screen: PtyProgram) => screen.hangUp()],
  ['is left by SIGTERM', (screen: PtyProgram) => screen.signal('SIGTERM')],
])('a screen of a finished run does not outlive its terminal when that %s', async (_how, leave) => {
  using place = createWorkplace();
  using screen = openEvaltui(place, counting(2, 0));
  await screen.shows('Summary');
  leave(screen);
  await until('the process is gone', () => !existsSync(`/proc/${screen.pid}`) || isZombie(screen.pid));
  expect((await runFacts(place)).status).toBe('completed');
});

test('a terminal that takes nothing in does not hold up the run, and shows its end when it goes on', async () => {
  using place = createWorkplace();
  using screen = openEvaltui(place, counting(2_000, 10));
  await screen.shows(/[1-9]\d* done/);
  screen.stall();
  await until('the run is over', async () => (await runFacts(place)).status === 'completed', 30_000);
  screen.goOn();
  await screen.shows('Summary');
  await screen.shows('q Ctrl-C leave');
  screen.press('q');
  expect((await screen.exited).code).toBe(0);
  expectRestored(screen);
});

test('SIGTERM stops the run and restores the terminal; a monitor only leaves', async () => {
  using place = createWorkplace();
  using screen = openEvaltui(place, counting(5_000, 20));
  await screen.shows(/[1-9]\d* done/);
  using monitor = openEvaltui(place, ['monitor'], { columns: 80, rows: 24 });
  await monitor.shows('stop the run');
  monitor.signal('SIGTERM');
  await monitor.exited;
  expectRestored(monitor);
  expect((await runFacts(place)).status).toBe('running');
  screen.signal('SIGTERM');
  expect((await screen.exited).code).toBe(130);
  expectRestored(screen);
  await expectNothingRuns(place);
});

test('a monitor tells when the supervisor of the run is killed, and how to go on', async () => {
  using place = createWorkplace();
  using owner = openEvaltui(place, counting(12, 60_000));
  await owner.shows('8 running');
  using monitor = openEvaltui(place, ['monitor'], { columns: 80, rows: 24 });
  await monitor.shows('● running');
  owner.signal('SIGKILL');
  await owner.exited;
  await monitor.shows(/lost: no process supervises it — evaltui resume \w+ goes on/);
  await monitor.shows('✖ lost');
  monitor.press('5');
  await monitor.shows(/▸ ✖ lost/);
  monitor.press('q');
  expect((await monitor.exited).code).toBe(0);
  expectRestored(monitor);
  expect(monitor.history()).toContain('No process supervises run ');
});

test('Ctrl-Z hands the terminal back to the shell, and fg shows the run, which went on', async () => {
  using place = createWorkplace();
  using shell = openPty('bash', ['--norc', '--noprofile', '-i'], {
    folder: place.folder,
    env: { PS1: 'PROMPT> ' },
  });
  await shell.shows('PROMPT>');
  const command = [process.execPath, place.bin, ...counting(8, 1_500)].join(' ');
  shell.press(`${command}\r`);
  await shell.shows('8 running');
  expect(shell.isAlternate()).toBe(true);
  shell.press(CTRL_Z);
  await shell.shows('Stopped');
  expectRestored(shell);
  expect(shell.text()).toContain('fg brings the screen back');
  shell.press('stty -a\r');
  await shell.shows(/ icanon /);
  await until('the tasks in flight ended', async () => (await runFacts(place)).counts.done === 8);
  shell.press('fg\r');
  await shell.shows('accuracy 0.750');
  expect(shell.isAlternate()).toBe(true);
  shell.press('q');
  await shell.shows('Run ');
  await shell.shows(/PROMPT> *$/m);
  shell.press('echo "code $?"\r');
  await shell.shows('code 0');
  shell.press('stty -a\r');
  await shell.shows(/ icanon /);
  expectRestored(shell);
});

test('a monitor in a second terminal agrees with the owner, and can stop the run', async () => {
  using place = createWorkplace();
  using owner = openEvaltui(place, counting(12, 60_000), { columns: 80, rows: 24 });
  await owner.shows('8 running');
  using monitor = openEvaltui(place, ['monitor'], { columns: 80, rows: 24 });
  await monitor.shows('8 running');
  const counts = (text: string): string => /✔ .*/.exec(text)?.[0] ?? '';
  expect(counts(monitor.text())).toBe(counts(owner.text()));
  // These tasks stop at once when they are aborted: then the run may be over before it is drawn as aborting.
  for (const stage of ['draining', /aborting|interrupted/]) {
    monitor.press('Q');
    await monitor.shows('y yes');
    monitor.press('y');
    await monitor.shows(stage);
    if (stage === 'draining') await owner.shows(stage);
  }
  expect((await owner.exited).code).toBe(130);
  await monitor.shows('interrupted');
  monitor.press('q');
  expect((await monitor.exited).code).toBe(0);
  expectRestored(monitor);
});
