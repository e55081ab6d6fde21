const INTEGER = /^[+-]?\d+(?:_\d+)*$/;
const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;

/**
 * A text as Python's `int()` or, where that fails, `float()` reads it, with white space around it and `_` between
 * digits; undefined for any other. So are `nan` and `inf`, which are floats there: JSON has neither.
 */
export function readPythonNumber(text: string): number | undefined {
  const number = text.trim();
  if (!INTEGER.test(number) && !FLOAT.test(number)) return undefined;
  const value = Number(number.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

/** The same of `int()` alone. */
export function readPythonInteger(text: string): number | undefined {
  return INTEGER.test(text.trim()) ? readPythonNumber(text) : undefined;
}
