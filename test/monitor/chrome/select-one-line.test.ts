import { expect, test } from 'vitest';
import { selectOneLine } from '../../../src/monitor/chrome/select-one-line.ts';
import { EMPTY_HISTORY, rememberSnapshot } from '../../../src/monitor/history/throughput.ts';
import { makeCounts, makeEval, makeRun, makeSnapshot, NOW } from '../make-snapshot.ts';

function snapshotWith(done: number): ReturnType<typeof makeSnapshot> {
  const counts = makeCounts({ done, queued: 5_000 - done, errored: 0 });
  return makeSnapshot({ run: makeRun({ evals: [makeEval({ counts })] }) });
}

test('leaves out the share, then the time left, before the way to more', () => {
  const history = rememberSnapshot(EMPTY_HISTORY, snapshotWith(100), NOW - 10_000);
  const snapshot = snapshotWith(1_852);
  const later = rememberSnapshot(history, snapshot, NOW);
  const line = (columns: number): string =>
    selectOneLine(snapshot, later, NOW, columns, false)
      .map(({ text }) => text)
      .join('');
  expect(line(80)).toBe('running 1,852/5,000 37.0 % ETA 17 s · 60x15 shows more');
  expect(line(50)).toBe('running 1,852/5,000 ETA 17 s · 60x15 shows more');
  expect(line(40)).toBe('running 1,852/5,000 · 60x15 shows more');
});
