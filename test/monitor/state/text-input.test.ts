import { expect, test } from 'vitest';
import { eraseText, moveCursor, openInput, typeText } from '../../../src/monitor/state/text-input.ts';

test('types and erases at the cursor, by whole graphemes', () => {
  const typed = typeText(openInput('filter', 'ab'), 'e\u0301👩‍👩‍👧');
  expect(typed).toMatchObject({ text: 'abe\u0301👩‍👩‍👧', before: 'ab' });
  expect(eraseText(typed, 'grapheme').text).toBe('abe\u0301');
  const inside = moveCursor(moveCursor(typed, 'left'), 'left');
  expect(inside.cursor).toBe(2);
  expect(typeText(inside, 'X').text).toBe('abXe\u0301👩‍👩‍👧');
  expect(eraseText(inside, 'ahead').text).toBe('ab👩‍👩‍👧');
  expect(moveCursor(openInput('command', ''), 'left').cursor).toBe(0);
});

test('erases a word, or all', () => {
  const input = openInput('filter', 'state:run paris ');
  expect(eraseText(input, 'word').text).toBe('state:run ');
  expect(eraseText(eraseText(input, 'word'), 'word').text).toBe('');
  expect(eraseText(input, 'all')).toMatchObject({ text: '', cursor: 0 });
});
