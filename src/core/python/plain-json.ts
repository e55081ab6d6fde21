import type { JsonValue } from '../json.ts';
import { readPythonJson, type PythonValue } from './json.ts';

/** What a text is as JSON in Python's dialect, with JavaScript's numbers. */
export type PlainJson =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | {
      readonly kind: 'error';
      /** Python's words for it. */
      readonly message: string;
      /** Where it is in the text, UTF-16 units from its start. */
      readonly at: number;
    };

/**
 * What `JSON.parse` would give, if it took NaN and the infinities; as fast where the text has none.
 *
 * @param nonFinite what stands for NaN and the infinities; by default they are what they are
 */
export function readPlainJson(
  text: string,
  nonFinite: (value: number) => JsonValue = (value) => value,
): PlainJson {
  try {
    return { kind: 'value', value: JSON.parse(text) as JsonValue };
  } catch {
    const read = readPythonJson(text);
    return read.kind === 'value' ? { kind: 'value', value: plainValue(read.value, nonFinite) } : read;
  }
}

function plainValue(value: PythonValue, nonFinite: (value: number) => JsonValue): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : nonFinite(value);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [key, plainValue(item, nonFinite)]));
  }
  return Array.isArray(value) ? value.map((each) => plainValue(each, nonFinite)) : (value as JsonValue);
}
