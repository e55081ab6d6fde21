import { expect, test, vi } from 'vitest';
import { KNOWN, makeListedTask, makeListedTasks } from '../monitor/make-view-data.ts';
import { hides, LIMIT, shows, STUCK } from './screen-text.ts';
import { openScreen, type TestScreen } from './terminal.ts';

vi.hoisted(() => {
  // Times of day are the user's own.
  process.env['TZ'] = 'UTC';
});

const KEYS = { enter: '\r', escape: '\u001B', down: '\u001B[B', pageDown: '\u001B[6~', tab: '\t' };

/** The line with the cursor. */
function cursorLine({ terminal }: TestScreen): string {
  return (
    terminal
      .text()
      .split('\n')
      .find((line) => /^[│ ]*▸ [!●✖✔○▲↻◆·–‖▼]/.test(line)) ?? ''
  );
}

test.each([
  ['2', 'tasks', 's001.1'],
  ['3', 'executors', 'busiest'],
  ['4', 'stuck', 'RegExp.exec'],
  ['5', 'history', '270114080000'],
  ['6', 'errors', 'slow down'],
  ['a', 'acts', '16 → 20'],
  ['L', 'strays', '(node:1) a warning'],
])('key %s shows %s at 120x36, 80x24 and 60x20', async (key, _view, sign) => {
  for (const [columns, rows] of [
    [120, 36],
    [80, 24],
    [60, 20],
  ] as const) {
    using screen = openScreen(STUCK, { columns, rows });
    await shows(screen, '? help');
    screen.terminal.press(key);
    if (/\d/.test(key)) await shows(screen, `[${key} `);
    await shows(screen, sign);
    await hides(screen, 'reading …');
    expect(`\n${screen.terminal.text()}\n`).toMatchSnapshot(`${columns}x${rows}`);
  }
});

test('Enter opens a task in full, text line by line; Esc leads back', async () => {
  using screen = openScreen(STUCK);
  await shows(screen, '? help');
  screen.terminal.press('2');
  await shows(screen, 's001.1');
  screen.terminal.press(KEYS.enter);
  await shows(screen, 'Name it only.');
  const text = screen.terminal.text();
  expect(text).toContain('user      What is the capital of France?');
  expect(text).toContain('answer    Paris\n           of course');
  expect(text).toContain('── Expected');
  screen.terminal.press('G');
  await shows(screen, '429 slow down');
  screen.terminal.press(KEYS.escape);
  await shows(screen, 's002.1');
  screen.terminal.press(KEYS.escape);
  await shows(screen, '[1 Run]');
});

test('searches inside a text, from hit to hit', async () => {
  using screen = openScreen(STUCK);
  await shows(screen, '? help');
  screen.terminal.press('2');
  await shows(screen, 's001.1');
  screen.terminal.press(KEYS.enter);
  await shows(screen, 'Name it only.');
  screen.terminal.press('/');
  await shows(screen, 'search /');
  for (const key of 'paris') screen.terminal.press(key);
  screen.terminal.press(KEYS.enter);
  await shows(screen, '3 lines with "paris"');
  screen.terminal.press('n');
  screen.terminal.press(KEYS.escape);
  await hides(screen, 'lines with');
  expect(screen.terminal.text()).toContain('── Expected');
});

test('filters while it is typed, completes terms, and Esc gives the filter up', async () => {
  using screen = openScreen(STUCK);
  await shows(screen, '? help');
  screen.terminal.press('2');
  await shows(screen, '1–17 of 150');
  screen.terminal.press('/');
  for (const key of 'state:er') screen.terminal.press(key);
  await shows(screen, '1–2 of 2');
  screen.terminal.press(KEYS.tab);
  await shows(screen, 'filter /state:errored');
  screen.terminal.press(KEYS.enter);
  await shows(screen, 'Tasks 2 of 1,000 · state:errored');
  screen.terminal.press('/');
  for (const key of ' q') screen.terminal.press(key);
  await shows(screen, 'no task is so');
  screen.terminal.press(KEYS.escape);
  await shows(screen, '1–2 of 2');
  screen.terminal.press(KEYS.escape);
  await shows(screen, '1–17 of 150');
});

test('says which term of a filter means nothing', async () => {
  using screen = openScreen(STUCK);
  await shows(screen, '? help');
  screen.terminal.press('2');
  await shows(screen, 's001.1');
  screen.terminal.press('/');
  for (const key of 'state:bored') screen.terminal.press(key);
  await shows(screen, 'no state "bored": stuck, running');
});

test('what is selected stays selected while tasks move above it', async () => {
  using screen = openScreen(STUCK);
  await shows(screen, '? help');
  screen.terminal.press('2');
  await shows(screen, 's001.1');
  for (const _ of 'four') screen.terminal.press('j');
  await expect.poll(() => cursorLine(screen), LIMIT).toContain('s005.1');
  const before = screen.terminal.text().split('\n').indexOf(cursorLine(screen));
  const added = Array.from({ length: 30 }, (_, index) =>
    makeListedTask({ taskId: 1_000 + index, sampleId: `new${index}`, step: 'model call' }),
  );
  screen.know({ tasks: [...added, ...KNOWN.tasks] });
  await shows(screen, 'of 180');
  expect(cursorLine(screen)).toContain('s005.1');
  expect(screen.terminal.text().split('\n').indexOf(cursorLine(screen))).toBe(before);
  screen.know({ tasks: KNOWN.tasks.filter(({ taskId }) => taskId !== 5) });
  await shows(screen, 'of 149');
  await expect.poll(() => cursorLine(screen), LIMIT).toMatch(/s\d+\.1/);
});

test('moves by pages and to the ends of a list that is read in parts', async () => {
  using screen = openScreen(STUCK, { views: { ...KNOWN, tasks: makeListedTasks([['queued', 900]]) } });
  await shows(screen, '? help');
  screen.terminal.press('2');
  await shows(screen, '1–17 of 900');
  screen.terminal.press(KEYS.pageDown);
  await expect.poll(() => cursorLine(screen), LIMIT).toContain('s017.1');
  screen.terminal.press('G');
  await expect.poll(() => cursorLine(screen), LIMIT).toContain('s900.1');
  await shows(screen, '884–900 of 900');
  screen.terminal.press('g');
  await shows(screen, '1–17 of 900');
});

test('cancels exactly the task that was asked about, after a yes', async () => {
  using screen = openScreen(STUCK);
  await shows(screen, '? help');
  screen.terminal.press('2');
  await shows(screen, 's001.1');
  screen.terminal.press('j');
  await expect.poll(() => cursorLine(screen), LIMIT).toContain('s002.1');
  screen.terminal.press('c');
  await shows(screen, 'Cancel s002.1?');
  screen.know({ tasks: KNOWN.tasks.toReversed() });
  screen.terminal.press('\r');
  await hides(screen, 'Cancel s002.1?');
  expect(screen.asked).toEqual([]);
  screen.terminal.press('c');
  await shows(screen, 'Cancel s002.1?');
  screen.terminal.press('y');
  await expect.poll(() => screen.asked, LIMIT).toEqual([{ kind: 'cancel-task', taskId: 2 }]);
});

test('gives commands by their names', async () => {
  using screen = openScreen(STUCK);
  await shows(screen, '? help');
  screen.terminal.press(':');
  for (const key of 'limit 20') screen.terminal.press(key);
  await shows(screen, ':limit 20');
  screen.terminal.press(KEYS.enter);
  await expect.poll(() => screen.asked, LIMIT).toEqual([{ kind: 'limit', concurrency: 20 }]);
  await shows(screen, 'asked for 20 tasks in flight');
  screen.terminal.press(':');
  for (const key of 'errrs') screen.terminal.press(key);
  screen.terminal.press(KEYS.enter);
  await shows(screen, 'did you mean :errors?');
});

test('turns through the views with Tab, and the help is of the view', async () => {
  using screen = openScreen(STUCK, { columns: 120, rows: 36 });
  await shows(screen, '? help');
  screen.terminal.press(KEYS.tab);
  await shows(screen, '[2 Tasks]');
  screen.terminal.press('?');
  await shows(screen, 'Mark what is selected');
  screen.terminal.press(KEYS.escape);
  await hides(screen, 'Mark what is selected');
  screen.terminal.press('1');
  await shows(screen, '[1 Run]');
  screen.terminal.press('?');
  await shows(screen, 'Draw the whole screen anew.');
  expect(screen.terminal.text()).not.toContain('Mark what is selected');
});
