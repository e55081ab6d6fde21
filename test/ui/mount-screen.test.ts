import { expect, test, vi } from 'vitest';
import type { RunState } from '../../src/store/task-store.ts';
import {
  makeCounts,
  makeEval,
  makeRun,
  makeSnapshot,
  makeTask,
  NOW,
  REPORT,
} from '../monitor/make-snapshot.ts';
import { answerView, KNOWN } from '../monitor/make-view-data.ts';
import { openScreen, type TestScreen } from './terminal.ts';

vi.hoisted(() => {
  // chalk looks at it when it is first imported; without it nothing is coloured here.
  process.env['FORCE_COLOR'] = '1';
});

const CTRL_C = '\u0003';
const CTRL_L = '\u000C';
const LIMIT = { timeout: 5_000, interval: 20 };

async function shows({ terminal }: TestScreen, text: string): Promise<void> {
  await expect.poll(terminal.text, LIMIT).toContain(text);
}

function inState(state: RunState): ReturnType<typeof makeSnapshot> {
  return makeSnapshot({ run: makeRun({ state }) });
}

function finished(): ReturnType<typeof makeSnapshot> {
  const counts = makeCounts({ done: 989, errored: 11 });
  return makeSnapshot({
    run: makeRun({
      state: 'finished',
      status: 'errored',
      finishedAt: NOW,
      evals: [makeEval({ counts, report: REPORT })],
    }),
    longestRunning: [],
    waiting: [],
  });
}

test.each([
  [120, 36],
  [80, 24],
  [60, 20],
])('draws a live run at %ix%i', async (columns, rows) => {
  using screen = openScreen(makeSnapshot(), { columns, rows });
  await shows(screen, '? help');
  expect(`\n${screen.terminal.text()}\n`).toMatchSnapshot();
});

test.each([
  [120, 36],
  [80, 24],
])('draws the summary of a finished run at %ix%i', async (columns, rows) => {
  using screen = openScreen(finished(), { columns, rows });
  await shows(screen, 'accuracy 0.812');
  expect(`\n${screen.terminal.text()}\n`).toMatchSnapshot();
});

test('says in one line how the run is where there is no room for more', async () => {
  using screen = openScreen(makeSnapshot(), { columns: 50, rows: 10 });
  await shows(screen, '● running 320/1,000 32.0 % ! 11');
  expect(screen.terminal.text().trim().split('\n')).toHaveLength(1);
});

test('follows the run', async () => {
  using screen = openScreen(makeSnapshot());
  await shows(screen, '309 done');
  const counts = makeCounts({ queued: 567, running: 10, done: 412, errored: 11 });
  screen.show(makeSnapshot({ run: makeRun({ evals: [makeEval({ counts })] }) }));
  await shows(screen, '412 done');
});

test('Ctrl-C stops the run in three stages, each shown, and then leaves', async () => {
  using screen = openScreen(makeSnapshot());
  await shows(screen, '? help');
  screen.terminal.press(CTRL_C);
  await shows(screen, 'finishing 12 tasks in flight — Ctrl-C again aborts them');
  screen.terminal.press(CTRL_C);
  await shows(screen, 'aborting 12 tasks in flight — Ctrl-C again kills the executors');
  screen.terminal.press(CTRL_C);
  await shows(screen, 'killed');
  expect(screen.asked).toEqual(['drain', 'abort', 'kill'].map((stage) => ({ kind: 'stop', stage })));
  screen.terminal.press(CTRL_C);
  await screen.screen.waitUntilExit();
  expect(screen.terminal.isAlternate()).toBe(false);
});

test('goes on from the stage that another screen asked for', async () => {
  using screen = openScreen(inState('draining'));
  await shows(screen, 'Ctrl-C again aborts them');
  screen.terminal.press(CTRL_C);
  await shows(screen, 'aborting 12 tasks');
  expect(screen.asked).toEqual([{ kind: 'stop', stage: 'abort' }]);
});

test('q asks before it stops the run, and no is the default', async () => {
  using screen = openScreen(makeSnapshot());
  await shows(screen, '? help');
  screen.terminal.press('q');
  await shows(screen, 'Stop the run?');
  screen.terminal.press('\r');
  await expect.poll(screen.terminal.text, LIMIT).not.toContain('Stop the run?');
  expect(screen.asked).toEqual([]);
  screen.terminal.press('q');
  await shows(screen, 'The 12 tasks in flight finish.');
  screen.terminal.press('y');
  await shows(screen, 'finishing 12 tasks');
  expect(screen.asked).toEqual([{ kind: 'stop', stage: 'drain' }]);
});

test('q leaves at once when the run is of another process, which is said', async () => {
  using screen = openScreen(makeSnapshot(), { isOwner: false });
  await shows(screen, 'leave (run goes on)');
  screen.terminal.press('q');
  await screen.screen.waitUntilExit();
  expect(screen.asked).toEqual([]);
});

test('q leaves a finished run', async () => {
  using screen = openScreen(finished());
  await shows(screen, 'q Ctrl-C leave');
  screen.terminal.press('q');
  await screen.screen.waitUntilExit();
  expect(screen.asked).toEqual([]);
});

test('takes letters that arrive together one by one', async () => {
  using screen = openScreen(makeSnapshot());
  await shows(screen, '? help');
  screen.terminal.press('zq');
  await shows(screen, 'Stop the run?');
  await shows(screen, 'display frozen');
});

test('Ctrl-Z is told, and the terminal given away is taken back and drawn anew', async () => {
  let suspensions = 0;
  using screen = openScreen(makeSnapshot(), { onSuspend: () => (suspensions += 1) });
  await shows(screen, '? help');
  const whole = screen.terminal.text();
  screen.terminal.press('\u001A');
  await expect.poll(() => suspensions, LIMIT).toBe(1);
  await screen.screen.handOver(async () => {
    await expect.poll(screen.terminal.isAlternate, LIMIT).toBe(false);
    screen.terminal.scribble('a shell was here');
  }, 'the screen will be back');
  await expect.poll(screen.terminal.isAlternate, LIMIT).toBe(true);
  await expect.poll(screen.terminal.text, LIMIT).toBe(whole);
});

test('shows the keys of the map as help, and closes it', async () => {
  using screen = openScreen(makeSnapshot());
  await shows(screen, '? help');
  screen.terminal.press('?');
  await shows(screen, 'Draw the whole screen anew.');
  screen.terminal.press('?');
  await expect.poll(screen.terminal.text, LIMIT).not.toContain('Draw the whole screen anew.');
});

test('a frozen display stands still until it is let go', async () => {
  using screen = openScreen(makeSnapshot());
  await shows(screen, '309 done');
  screen.terminal.press('z');
  await shows(screen, 'display frozen');
  const counts = makeCounts({ queued: 567, running: 10, done: 412, errored: 11 });
  screen.show(makeSnapshot({ run: makeRun({ state: 'draining', evals: [makeEval({ counts })] }) }));
  // The stop is told all the same, so the new snapshot was read; what is counted stands.
  screen.terminal.press('?');
  await shows(screen, 'Draw the whole screen anew.');
  expect(screen.terminal.text()).not.toContain('412 done');
  screen.terminal.press('?');
  screen.terminal.press('z');
  await shows(screen, '412 done');
});

test('fills every new size, and nothing of the old one stays', async () => {
  using screen = openScreen(makeSnapshot(), { columns: 120, rows: 36 });
  await shows(screen, 'Throughput');
  for (const [columns, rows] of [
    [80, 24],
    [60, 20],
    [120, 36],
  ] as const) {
    screen.terminal.resize(columns, rows);
    using fresh = openScreen(makeSnapshot(), { columns, rows });
    await shows(fresh, '? help');
    await expect.poll(screen.terminal.text, LIMIT).toBe(fresh.terminal.text());
  }
});

test('Ctrl-L mends a screen that somebody drew on', async () => {
  using screen = openScreen(makeSnapshot());
  await shows(screen, '? help');
  const whole = screen.terminal.text();
  screen.terminal.scribble('\u001B[5;10Hgarbage\n\n\ngarbage');
  await shows(screen, 'garbage');
  screen.terminal.press(CTRL_L);
  await expect.poll(screen.terminal.text, LIMIT).toBe(whole);
});

test('keeps what others write off the screen, and hands it over', async () => {
  const before = Object.getOwnPropertyDescriptor(process.stdout, 'write');
  {
    using screen = openScreen(makeSnapshot());
    await shows(screen, '? help');
    const whole = screen.terminal.text();
    process.stderr.write('(node:1) a warning\n');
    process.stdout.write(Buffer.from('bytes of a library\n'));
    expect(screen.stray).toEqual(['(node:1) a warning\n', 'bytes of a library\n']);
    screen.screen.note('2 lines went to the log');
    await shows(screen, '2 lines went to the log');
    expect(screen.terminal.text().split('\n').slice(0, 20)).toEqual(whole.split('\n').slice(0, 20));
    screen.screen.unmount();
    await screen.screen.waitUntilExit();
  }
  expect(Object.getOwnPropertyDescriptor(process.stdout, 'write')).toEqual(before);
});

test('uses colours, and none under NO_COLOR, where every state still has its glyph and word', async () => {
  using colored = openScreen(makeSnapshot());
  await shows(colored, '? help');
  expect(colored.terminal.hasColor()).toBe(true);
  using plain = openScreen(makeSnapshot(), { env: { NO_COLOR: '1' } });
  await shows(plain, '? help');
  expect(plain.terminal.hasColor()).toBe(false);
  expect(plain.terminal.text()).toBe(colored.terminal.text());
});

test('gives a screen reader lines on the terminal itself, without frames, curves or glyphs', async () => {
  using screen = openScreen(makeSnapshot(), { env: { INK_SCREEN_READER: 'true' }, rows: 40 });
  await shows(screen, 'Keys: Ctrl-C stop, q quit');
  const text = screen.terminal.text();
  expect(screen.terminal.isAlternate()).toBe(false);
  expect(text).toContain('309 done, 12 running');
  expect(text).not.toMatch(/[╭╮╰╯│─█░▁▂▃▄▅▆▇●○✔✖]| {3}/);
  screen.terminal.press('q');
  await shows(screen, 'Stop the run?');
  expect(screen.terminal.text()).not.toMatch(/[╭╮╰╯│─]/);
});

test('draws in ASCII alone where it is asked to', async () => {
  using screen = openScreen(makeSnapshot(), { columns: 120, rows: 36, env: { EVALTUI_ASCII: '1' } });
  await shows(screen, '? help');
  expect(screen.terminal.text()).toMatch(/^[\n -~]*$/);
  screen.terminal.press('q');
  await shows(screen, 'Stop the run?');
  expect(screen.terminal.text()).toMatch(/^[\n -~]*$/);
});

test('draws names with control, wide and joining characters without breaking its frames', async () => {
  const names = [
    '\u001B[31mred\u001B[0m\u0007',
    '東京の首都',
    'a\u200B\u202Eb',
    '👩‍👩‍👧‍👦 family',
    'e\u0301\u0301',
  ];
  const longestRunning = names.map((sampleId, taskId) => makeTask({ taskId, sampleId, step: sampleId }));
  using screen = openScreen(makeSnapshot({ longestRunning }), { columns: 120, rows: 36 });
  await shows(screen, '東京の首都.1');
  const lines = screen.terminal.text().split('\n');
  const panel = lines.slice(lines.findIndex((line) => line.includes('Longest running')) + 1);
  for (const line of panel.slice(0, names.length + 1)) expect(line).toMatch(/^│.*││.*│$/);
});

test('says why the run cannot be read, and goes on when it can be again', async () => {
  let isBroken = true;
  using screen = openScreen(makeSnapshot(), {
    source: {
      version: () => (isBroken ? 1 : 2),
      isSupervised: () => true,
      readView: async (query) => answerView(KNOWN, query),
      read: async () => {
        if (isBroken) throw new Error('the db is locked');
        return makeSnapshot();
      },
    },
  });
  await shows(screen, 'the db is locked');
  isBroken = false;
  await shows(screen, '309 done');
  expect(screen.terminal.text()).not.toContain('the db is locked');
});
