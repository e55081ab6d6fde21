import { expect, test } from 'vitest';
import { makeExecutor, makeRun, makeSnapshot, NOW } from '../monitor/make-snapshot.ts';
import { KNOWN, makeDetail } from '../monitor/make-view-data.ts';
import { shows, STUCK } from './screen-text.ts';
import { openScreen } from './terminal.ts';

test('opens a run of the history, and leads back to its own', async () => {
  const asked: (string | null)[] = [];
  const other = KNOWN.runs[1];
  using screen = openScreen(STUCK, {
    source: {
      version: () => 1,
      isSupervised: () => true,
      read: async (runId) => {
        asked.push(runId);
        return runId === null || other === undefined ? STUCK : makeSnapshot({ run: other });
      },
      readView: async (query) =>
        query.part === 'runs' ? { part: 'runs', value: KNOWN.runs } : { part: 'acts', value: [] },
    },
  });
  await shows(screen, '? help');
  screen.terminal.press('5');
  await shows(screen, '270114080000');
  screen.terminal.press('j');
  screen.terminal.press('\r');
  await shows(screen, 'Summary');
  expect(asked).toContain(other?.runId);
  screen.terminal.press('q');
  await shows(screen, '● running');
  expect(screen.asked).toEqual([]);
});

test('a slow read holds no key up', async () => {
  using screen = openScreen(STUCK, {
    source: {
      version: () => 1,
      isSupervised: () => true,
      read: async () => STUCK,
      readView: () => new Promise(() => undefined),
    },
  });
  await shows(screen, '? help');
  screen.terminal.press('2');
  await shows(screen, 'reading …');
  screen.terminal.press('3');
  await shows(screen, '[3 Exec]');
});

test('draws a transcript of control, wide and joining characters without breaking its frame', async () => {
  const detail = makeDetail({
    events: [
      {
        type: 'sampling',
        try: 1,
        createdAt: NOW,
        data: { prompt: 'a\u001B[2Jb\n東京'.repeat(6), sampled: ['👩‍👩‍👧‍👦\u202Ex e\u0301'.repeat(30)] },
      },
    ],
  });
  using screen = openScreen(STUCK, { columns: 120, rows: 36, views: { ...KNOWN, detail } });
  await shows(screen, '? help');
  screen.terminal.press('2');
  await shows(screen, '│ answer ');
  const lines = screen.terminal.text().split('\n').slice(3, 33);
  for (const line of lines) expect(line).toMatch(/^│.*││.*│$/);
});

test('a frozen display keeps its lists and numbers, and a view opened meanwhile is read once', async () => {
  using screen = openScreen(STUCK, { columns: 120, rows: 36 });
  await shows(screen, '? help');
  screen.terminal.press('3');
  await shows(screen, 'pid 20301');
  screen.terminal.press('z');
  await shows(screen, 'display frozen');
  const before = screen.terminal.text();
  screen.show(makeSnapshot({ executors: [makeExecutor({ pid: 999, cpu: 0.5 })] }));
  screen.terminal.press('2');
  await shows(screen, 's001.1');
  screen.terminal.press('3');
  await shows(screen, '[3 Executors]');
  expect(screen.terminal.text()).toBe(before);
  screen.terminal.press('z');
  await shows(screen, 'pid 999');
});

test('says that nobody supervises the run any more, how to go on, and offers no act', async () => {
  using screen = openScreen(STUCK, { isOwner: false, columns: 120, rows: 36 });
  await shows(screen, '● running');
  screen.loseSupervisor();
  await shows(screen, `lost: no process supervises it — evaltui resume ${STUCK.run.runId} goes on`);
  const text = screen.terminal.text();
  expect(text).toContain('✖ lost');
  expect(text).not.toContain('ETA');
  expect(text).not.toContain('pause');
  screen.terminal.resize(50, 5);
  await shows(screen, 'lost 3');
});

test('runs that began in the same second are told apart in the history, lost ones too', async () => {
  const run = { ...makeRun({ runId: '270115080000ABCDEFGH' }), isSupervised: true };
  const other = { ...makeRun({ runId: '270115080000ABXYZEFG' }), isSupervised: false };
  using screen = openScreen(makeSnapshot({ run }), { views: { ...KNOWN, runs: [run, other] } });
  screen.terminal.press('5');
  await shows(screen, '270115080000ABX');
  const text = screen.terminal.text();
  expect(text).toMatch(/running +270115080000ABC·/);
  expect(text).toMatch(/lost +270115080000ABX .*–$/m);
});
