import { expect, test, vi } from 'vitest';
import { makeSnapshot, NOW } from '../monitor/make-snapshot.ts';
import { KNOWN, makeDetail, makeListedTasks } from '../monitor/make-view-data.ts';
import { hides, LIMIT, shows, STUCK } from './screen-text.ts';
import { openScreen } from './terminal.ts';

vi.hoisted(() => {
  // Times of day are the user's own.
  process.env['TZ'] = 'UTC';
});

const VIEWS = {
  ...KNOWN,
  tasks: makeListedTasks([['stuck', 1]]),
  detail: makeDetail({
    progressAt: NOW - 70_000,
    steps: [{ name: 'score', startedAt: NOW - 70_000 }],
    pastSteps: [{ name: 'model call', startedAt: NOW - 73_000, endedAt: NOW - 71_500, depth: 0 }],
  }),
};

test('sampled and profiled, a stuck task is seen in full at 120x36, 80x24 and 60x20', async () => {
  for (const [columns, rows] of [
    [120, 36],
    [80, 24],
    [60, 20],
  ] as const) {
    using screen = openScreen(STUCK, { columns, rows, views: VIEWS });
    await shows(screen, '? help');
    screen.terminal.press('4');
    await shows(screen, '[4 Stuck');
    screen.terminal.press('i');
    await shows(screen, 'sampled 07:59:59');
    screen.terminal.press('P');
    screen.terminal.press('\r');
    await shows(screen, 'Profile · 5 s');
    expect(`\n${screen.terminal.text()}\n`).toMatchSnapshot(`${columns}x${rows}`);
  }
});

test('kills exactly what was asked about, although the list moves meanwhile; Enter does nothing', async () => {
  using screen = openScreen(STUCK, { views: VIEWS });
  await shows(screen, '? help');
  screen.terminal.press('4');
  await shows(screen, '▸ ▲ cpu-bound');
  screen.terminal.press('x');
  await shows(screen, 'Kill task fr.1?');
  const [row] = STUCK.stuck;
  if (row === undefined) throw new Error('nothing is stuck');
  const another = { ...row, taskId: 99, sampleId: 'newer', since: NOW - 900_000, pid: 20305, thread: 8 };
  screen.show({ ...STUCK, stuck: [another, row] });
  screen.terminal.press('\r');
  await hides(screen, 'Kill task');
  expect(screen.asked).toEqual([]);
  await shows(screen, 'newer.1');
  await shows(screen, '▸ ▲ cpu-bound  newer.1');
  screen.terminal.press('j');
  screen.terminal.press('x');
  await shows(screen, 'Kill task fr.1?');
  screen.show({ ...STUCK, stuck: [another] });
  screen.terminal.press('\u001B[C');
  await shows(screen, 'Kill thread 3 of pid 20301?');
  expect(screen.terminal.text()).toContain('The 4 tasks in it lose what they did so far');
  screen.terminal.press('y');
  await expect
    .poll(() => screen.asked, LIMIT)
    .toEqual([{ kind: 'end-worker', executorId: 'executor-20301', thread: 3, fate: 'retry' }]);
  await hides(screen, 'fr.1');
});

test('while the question stands the lists stand still', async () => {
  using screen = openScreen(STUCK, { views: VIEWS, columns: 120, rows: 36 });
  await shows(screen, '? help');
  screen.terminal.press('4');
  await shows(screen, 'extract');
  screen.terminal.press('x');
  await shows(screen, 'Kill task fr.1?');
  const before = screen.terminal.text();
  screen.show(makeSnapshot());
  screen.terminal.press('\t');
  await shows(screen, '▸ tasks');
  screen.terminal.press('\t');
  await shows(screen, '▸ what');
  expect(screen.terminal.text()).toBe(before);
  screen.terminal.press('n');
  await shows(screen, 'nothing is held to be stuck');
});

test('an executor is killed from the view of executors, or one of its threads', async () => {
  using screen = openScreen(STUCK);
  await shows(screen, '? help');
  screen.terminal.press('3');
  await shows(screen, '[3 Exec]');
  screen.terminal.press('x');
  await shows(screen, 'Kill executor pid 20301?');
  screen.terminal.press('l');
  screen.terminal.press('l');
  await shows(screen, 'Kill thread 3 of pid 20301?');
  screen.terminal.press('h');
  screen.terminal.press('h');
  await shows(screen, 'Kill executor pid 20301?');
  screen.terminal.press('y');
  await expect
    .poll(() => screen.asked, LIMIT)
    .toEqual([{ kind: 'end-executor', executorId: 'executor-20301', fate: 'retry' }]);
});

test('asks for a report of the task, and for the stack to be copied', async () => {
  using screen = openScreen(STUCK, { views: VIEWS });
  await shows(screen, '? help');
  screen.terminal.press('4');
  await shows(screen, '▸ ▲ cpu-bound');
  screen.terminal.press('w');
  screen.terminal.press('y');
  await expect.poll(() => screen.asked.length, LIMIT).toBe(2);
  expect(screen.asked[0]).toEqual({ kind: 'write-report', taskId: 1 });
  expect(screen.asked[1]).toMatchObject({ kind: 'copy', what: 'the stack of fr.1' });
});

test('hands a text to the terminal for its clipboard without drawing anything, unless it is too long', async () => {
  using screen = openScreen(STUCK);
  await shows(screen, '? help');
  const taken: string[] = [];
  const { stdout } = screen.terminal;
  const write = stdout.write.bind(stdout);
  stdout.write = (chunk: string): boolean => {
    taken.push(chunk);
    return write(chunk);
  };
  const before = screen.terminal.text();
  expect(screen.screen.copy('at extract\n東京')).toBe(true);
  const encoded = Buffer.from('at extract\n東京').toString('base64');
  expect(taken.join('')).toContain(`\u001B]52;c;${encoded}\u0007`);
  expect(screen.terminal.text()).toBe(before);
  expect(screen.screen.copy('x'.repeat(80_000))).toBe(false);
});
