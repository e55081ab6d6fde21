import { expect, test, vi } from 'vitest';
import { makeExecutor, makeSnapshot, makeTask, NOW } from '../monitor/make-snapshot.ts';
import { openScreen, type TestScreen } from './terminal.ts';

vi.hoisted(() => {
  // Colours are bytes too.
  process.env['FORCE_COLOR'] = '1';
});

async function shows({ terminal }: TestScreen, text: string): Promise<void> {
  await expect.poll(terminal.text, { timeout: 5_000, interval: 20 }).toContain(text);
}

test('a run that only waits writes less than 1 kB with every second', async () => {
  const longestRunning = Array.from({ length: 10 }, (_, index) => makeTask({ sampleId: `s${index}` }));
  let now = NOW;
  const executors = [makeExecutor({ heartbeatAt: NOW + 3_000 })];
  const snapshot = makeSnapshot({ longestRunning, executors, waiting: [], lastErrors: [], stuck: [] });
  using screen = openScreen(snapshot, { columns: 120, rows: 36, now: () => now });
  await shows(screen, 's0.1');
  now += 1_000;
  // With the second one rates are known, which draws more.
  await shows(screen, '32 s');
  for (const age of ['33 s', '34 s', '35 s']) {
    const before = screen.terminal.written();
    now += 1_000;
    await shows(screen, age);
    expect(screen.terminal.written() - before).toBeLessThan(1_000);
  }
});
