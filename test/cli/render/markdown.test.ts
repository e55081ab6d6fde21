import { expect, it } from 'vitest';
import { codeBlock, codeText, markdownTable, plainText } from '../../../src/cli/render/markdown.ts';

it('leaves nothing in a text that Markdown or HTML would take for a sign', () => {
  expect(plainText('**<b>|`a`_[x](y)')).toBe('\\*\\*\\<b\\>\\|\\`a\\`\\_\\[x\\]\\(y\\)');
  expect(plainText('a\u001b[31mb\nc')).toBe('ab c');
});

it('fences code by more backticks than are in it', () => {
  expect(codeText('a`b')).toBe('``a`b``');
  expect(codeText('``a')).toBe('``` ``a ```');
  expect(codeText('a|b')).toBe('`a¦b`');
  expect(codeText('')).toBe('–');
  expect(codeBlock(['```', 'x'])).toEqual(['````', '```', 'x', '````', '']);
});

it('draws a table, and none without rows', () => {
  expect(markdownTable(['a', 'b'], [['1', '2']])).toEqual(['| a | b |', '| --- | --- |', '| 1 | 2 |', '']);
  expect(markdownTable(['a', 'b'], [])).toEqual([]);
});
