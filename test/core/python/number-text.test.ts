import { expect, it } from 'vitest';
import { readPythonInteger, readPythonNumber } from '../../../src/core/python/number-text.ts';

it('reads what int() and float() read', () => {
  const numbers = ['3', '-5', '+5', ' 7 ', '1_000', '0.5', '.5', '2.', '1e3', '1E-2', '1_0.5_0'];
  expect(numbers.map(readPythonNumber)).toEqual([3, -5, 5, 7, 1000, 0.5, 0.5, 2, 1000, 0.01, 10.5]);
  const texts = ['', 'x', '1__0', '_1', '1_', '.', '1e', '0x10', '1,5', 'nan', 'inf', '1e999'];
  expect(texts.map(readPythonNumber)).toEqual(texts.map(() => undefined));
  expect(['12', '1.0', '1e3'].map(readPythonInteger)).toEqual([12, undefined, undefined]);
});
