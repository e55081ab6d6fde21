import { expect, test } from 'vitest';
import type { Dialog } from '../../../src/monitor/state/screen-state.ts';
import { selectDialog } from '../../../src/monitor/chrome/select-dialog.ts';
import { makeState, OWN } from '../make-context.ts';
import { makeSnapshot } from '../make-snapshot.ts';

function linesAt(columns: number, dialog: Dialog): readonly string[] {
  const content = selectDialog(makeState({ dialog }), OWN, makeSnapshot(), columns);
  if (content === null) throw new Error('no dialog');
  const lines = [content.title, ...content.lines];
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns - 4);
  return lines;
}

const words = (lines: readonly string[]): string => lines.join(' ').replace(/\s+/g, ' ').trim();

test('nothing of a question or of the help is cut off where the screen is narrow', () => {
  const dialogs: readonly Dialog[] = [
    { kind: 'help', top: 0 },
    { kind: 'confirm-stop', stage: 'drain' },
    {
      kind: 'confirm-acts',
      title: 'Cancel fr.1?',
      lines: ['What was done of it so far is lost.'.repeat(3)],
      acts: [],
    },
  ];
  for (const dialog of dialogs) expect(words(linesAt(60, dialog))).toBe(words(linesAt(200, dialog)));
});

test('a question about a task with a long name says all of it', () => {
  const title = `Cancel ${'a-long-name/'.repeat(7)}fr.1?`;
  const lines = linesAt(60, { kind: 'confirm-acts', title, lines: ['It is lost.'], acts: [] });
  expect(lines.join('')).toContain('a-long-name/'.repeat(7).slice(-20) + 'fr.1?');
  expect(lines.at(-1)).toContain('n no');
});
