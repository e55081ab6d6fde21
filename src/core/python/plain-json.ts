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

/** What `JSON.parse` would give, if it took NaN and the infinities; as fast where the text has none. */
export function readPlainJson(text: string): PlainJson {
  try {
    return { kind: 'value', value: JSON.parse(text) as JsonValue };
  } catch {
    const read = readPythonJson(text);
    return read.kind === 'value' ? { kind: 'value', value: plainValue(read.value) } : read;
  }
}

function plainValue(value: PythonValue): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [key, plainValue(item)]));
  }
  return Array.isArray(value) ? value.map(plainValue) : (value as JsonValue);
}
