import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEvaltui, type PtyProgram } from './pty.ts';
import { createWorkplace, until } from './run-evaltui.ts';
import { counting, expectRestored, runFacts, straying } from './screen-run.ts';

const CTRL_C = '\u0003';
const CTRL_L = '\u000C';

/** Waits for a whole frame: the header above, the keys below, every panel closed on both sides. */
async function showsWholeFrame(screen: PtyProgram): Promise<void> {
  const isWhole = (): boolean => {
    const lines = screen.text().split('\n');
    return (
      lines[0]?.startsWith(' evaltui ▸ counting ') === true &&
      lines.at(-1)?.startsWith(' Ctrl-C stop') === true &&
      lines.slice(2, -2).every((line) => /^[╭│╰].*[╮│╯]$/.test(line))
    );
  };
  await until('a whole frame', isWhole).catch((error: unknown) => {
    throw new Error(`${String(error)}; the screen shows:\n${screen.text()}`);
  });
}

test('answers keys, fits every size, asks before it quits, and leaves the summary and the way on', async () => {
  using place = createWorkplace();
  using screen = openEvaltui(place, counting(5_000, 20));
  await screen.shows(/[1-9]\d* done/);
  screen.press('?');
  await screen.shows('Draw the whole screen anew.');
  screen.press('?');
  await screen.hides('Draw the whole screen anew.');
  for (let burst = 0; burst < 40; burst += 1) screen.resize(61 + 3 * burst, 16 + (burst % 20));
  screen.resize(120, 36);
  await showsWholeFrame(screen);
  screen.press('z');
  await screen.shows('display frozen');
  await showsWholeFrame(screen);
  screen.resize(50, 10);
  await screen.shows('60x15');
  screen.resize(120, 36);
  await screen.shows('Newest results');
  screen.press('z');
  screen.press('q');
  await screen.shows('Stop the run?');
  screen.press('n');
  await screen.hides('Stop the run?');
  screen.press('q');
  await screen.shows('Stop the run?');
  screen.press('y');
  expect(await screen.exited).toEqual({ code: 130, signal: 0 });
  expectRestored(screen);
  const { runId } = await runFacts(place);
  expect(screen.history()).toContain(`evaltui resume ${runId}`);
  expect(screen.history()).not.toContain('Newest results');
});

test('what others write to the terminal never reaches the frame, is kept, and is printed afterwards', async () => {
  using place = createWorkplace();
  using screen = openEvaltui(place, counting(20_000, 20), {
    env: straying('output'),
  });
  await screen.shows(/[1-9]\d* done/);
  screen.signal('SIGUSR2');
  await screen.shows('8 lines past the screen');
  screen.press('L');
  await screen.shows('stray of descriptor 2');
  screen.press('1');
  await screen.shows('Newest results');
  screen.press('z');
  await screen.shows('display frozen');
  await showsWholeFrame(screen);
  const drawn = screen.text();
  const before = screen.raw().length;
  screen.press(CTRL_L);
  await until('the repaint', () => screen.raw().slice(before).includes('Newest results'));
  await until('the same frame again', () => screen.text() === drawn);
  screen.press(CTRL_C + CTRL_C);
  expect((await screen.exited).code).toBe(130);
  expectRestored(screen);
  const { runId } = await runFacts(place);
  const log = join(place.folder, '.evaltui', 'logs', `${runId}-screen.log`);
  expect(statSync(log).mode & 0o777).toBe(0o600);
  for (const stray of ['console.log', 'console.error', 'stdout', 'a warning', 'a thread']) {
    expect(readFileSync(log, 'utf8')).toContain(`stray of ${stray}`);
    expect(screen.history()).toContain(`stray of ${stray}`);
  }
  expect(readFileSync(log, 'utf8')).toContain('stray of descriptor 1');
  expect(readFileSync(log, 'utf8')).toContain('stray of descriptor 2');
});

test('prints only the end of much stray output, and says where the rest is', async () => {
  using place = createWorkplace();
  using screen = openEvaltui(place, counting(3, 0), {
    env: straying('flood'),
  });
  await screen.shows('Summary');
  screen.signal('SIGUSR2');
  await screen.shows('1000 lines past the screen');
  screen.press('q');
  expect((await screen.exited).code).toBe(0);
  expect(screen.history()).toContain('980 lines before in ');
  expect(screen.history()).not.toContain('flood 980\n');
  expect(screen.history()).toContain('flood 1000');
});

test('a dumb terminal gets plain lines, and NO_COLOR the same screen without a colour', async () => {
  using place = createWorkplace();
  using dumb = openEvaltui(place, counting(4, 0), { env: { TERM: 'dumb' } });
  expect((await dumb.exited).code).toBe(0);
  expect(dumb.raw()).not.toContain('\u001B');
  expect(dumb.history()).toContain('accuracy');
  using plain = openEvaltui(place, ['monitor'], { env: { NO_COLOR: '1' } });
  await plain.shows('accuracy 0.750');
  plain.press('q');
  await plain.exited;
  // oxlint-disable-next-line no-control-regex -- colours of text and ground
  expect(plain.raw()).not.toMatch(/\u001B\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]/);
});

test('leaves no empty log behind', async () => {
  using place = createWorkplace();
  using screen = openEvaltui(place, counting(2, 0));
  await screen.shows('Summary');
  screen.press('q');
  expect((await screen.exited).code).toBe(0);
  const logs = readdirSync(join(place.folder, '.evaltui', 'logs'));
  expect(logs.filter((name) => name.includes('screen'))).toEqual([]);
});

test('mends its frame also when the terminal has its old size again before the program looked', async () => {
  using place = createWorkplace();
  using screen = openEvaltui(place, counting(5_000, 20), {
    env: straying('block'),
  });
  await screen.shows(/[1-9]\d* done/);
  screen.press('z');
  await screen.shows('display frozen');
  screen.signal('SIGUSR2');
  screen.resize(40, 10);
  screen.resize(120, 36);
  expect(screen.text()).not.toContain('Newest results');
  await showsWholeFrame(screen);
});

test('a run goes on in lines when it cannot be drawn any more', async () => {
  using place = createWorkplace();
  using screen = openEvaltui(place, counting(300, 20), { env: straying('undrawable') });
  await screen.shows(/[1-9]\d* done/);
  screen.signal('SIGUSR2');
  expect((await screen.exited).code).toBe(0);
  expectRestored(screen);
  expect(screen.history()).toContain('The screen could not be drawn (a view that fails); going on in lines.');
  expect(screen.history()).toContain('300 of 300 tasks done');
  expect((await runFacts(place)).counts.done).toBe(300);
});
