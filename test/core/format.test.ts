import { expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatNames,
  formatPercent,
  formatQuantity,
} from '../../src/core/format.ts';

test.each([
  [0, '0'],
  [7, '7'],
  [999, '999'],
  [1000, '1,000'],
  [1284, '1,284'],
  [1_000_000, '1,000,000'],
  [-12_345, '-12,345'],
  [1284.4, '1,284'],
])('counts %d as %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

test.each([
  [0, '0.0 %'],
  [0.8661, '86.6 %'],
  [0.5, '50.0 %'],
  [1, '100.0 %'],
])('writes the share %d as %s', (share, text) => {
  expect(formatPercent(share)).toBe(text);
});

test('does not round a share to none or all', () => {
  expect(formatPercent(0.0004)).toBe('<0.1 %');
  expect(formatPercent(0.99996)).toBe('>99.9 %');
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [100 * 1024, '100 KiB'],
  [1024 * 1024 - 1, '1.0 MiB'],
  [312 * 1024 ** 2, '312 MiB'],
  [1.5 * 1024 ** 3, '1.5 GiB'],
  [5000 * 1024 ** 4, '5000 TiB'],
])('writes %d bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0 tasks'],
  [1, '1 task'],
  [1284, '1,284 tasks'],
])('counts %d things in words', (count, text) => {
  expect(formatQuantity(count, 'task')).toBe(text);
});

test.each([
  ['', 0],
  ['e1, e2, e3', 3],
  ['e1, e2 and 2 more', 4],
  ['e1, e2 and 1,498 more', 1_500],
])('lists names as %j', (text, count) => {
  expect(formatNames(Array.from({ length: count }, (_, index) => `e${index + 1}`))).toBe(text);
});
