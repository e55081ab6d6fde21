import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { wrapLines } from '../../../src/monitor/parts/text-lines.ts';

test('keeps line breaks of every kind as lines, and blanks for tabs', () => {
  expect(wrapLines('a\nb\r\nc\u2028d\n\n\tx', 20)).toEqual(['a', 'b', 'c', 'd', '', '    x']);
});

test('breaks between words, and inside one that is too long', () => {
  expect(wrapLines('the quick brown fox', 10)).toEqual(['the quick', 'brown fox']);
  expect(wrapLines('abcdefghijklm no', 5)).toEqual(['abcde', 'fghij', 'klm', 'no']);
});

test('no line is wider than its room, whatever the characters are', () => {
  const text = '東京の首都 is 東京 👩‍👩‍👧‍👦 e\u0301e\u0301 \u001B[31mred\u001B[0m \u202Eabc '.repeat(5);
  for (const width of [2, 7, 20, 33]) {
    for (const line of wrapLines(text, width)) {
      expect(stringWidth(line)).toBeLessThanOrEqual(width);
      // oxlint-disable-next-line no-control-regex -- that there is none is the point
      expect(line).not.toMatch(/[\u0000-\u001f\u202e\u200d]/);
    }
  }
});

test('loses nothing but blanks where it breaks', () => {
  const text = 'Lorem ipsum dolor sit amet, 東京 consetetur sadipscing elitr';
  const joined = wrapLines(text, 9).join('').replaceAll(' ', '');
  expect(joined).toBe(text.replaceAll(' ', ''));
});

test('says how much of a huge text it left out', () => {
  expect(wrapLines('x'.repeat(300_000), 1_000).at(-1)).toBe('… 100,000 more characters');
  expect(wrapLines('\n'.repeat(5_000), 10).at(-1)).toBe('… more lines');
});
