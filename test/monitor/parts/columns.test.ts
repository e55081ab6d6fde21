import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { type Column, fit, layOutColumns, truncate } from '../../../src/monitor/parts/columns.ts';

test('text is cut or filled to exactly the width it has on a terminal', () => {
  expect(fit('abc', 5)).toBe('abc  ');
  expect(fit('abc', 5, 'right')).toBe('  abc');
  expect(fit('abcdef', 5)).toBe('abcd…');
  expect(fit('東京都', 5)).toBe('東京…');
  for (const text of ['東京都', 'e\u0301e\u0301e\u0301e\u0301', '🇫🇷🇫🇷🇫🇷', 'plain']) {
    for (const width of [0, 1, 2, 3, 4, 9]) expect(stringWidth(fit(text, width))).toBe(width);
  }
});

test('text that fits is left as it is', () => {
  expect(truncate('東京', 4)).toBe('東京');
});

interface Pair {
  readonly name: string;
  readonly count: number;
}

const COLUMNS: readonly Column<Pair>[] = [
  { title: 'NAME', width: 4, share: 1, text: ({ name }) => name },
  { title: 'N', width: 3, align: 'right', text: ({ count }) => String(count) },
  { title: 'MORE', width: 4, minRoom: 20, text: () => 'more' },
];

test('columns share the room, and those that need more are left out', () => {
  expect(layOutColumns(COLUMNS, [{ name: 'abcdefgh', count: 7 }], 12)).toEqual({
    heading: 'NAME       N',
    rows: ['abcdef…    7'],
  });
  expect(layOutColumns(COLUMNS, [{ name: 'abcdefgh', count: 7 }], 20)).toEqual({
    heading: 'NAME         N  MORE',
    rows: ['abcdefgh     7  more'],
  });
});

test('spare cells are given out by shares', () => {
  const columns: readonly Column<null>[] = [
    { title: 'A', width: 1, share: 1, text: () => 'a' },
    { title: 'B', width: 1, share: 3, text: () => 'b' },
  ];
  expect(layOutColumns(columns, [null], 14).rows).toEqual(['a    b        ']);
});
