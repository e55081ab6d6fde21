import type { JsonObject, JsonValue } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';

/** What a verdict rests on, a line each: its reasons, the stack innermost first, then every other fact. */
export function evidenceTexts({ reasons, stack, ...facts }: JsonObject): readonly string[] {
  return [
    ...textsOf(reasons).map(printable),
    ...textsOf(stack).map((frame) => `  at ${printable(frame)}`),
    ...Object.entries(facts).map(([name, value]) => printable(`${name}: ${valueText(value)}`)),
  ];
}

function valueText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
