import { EvaltuiError } from '../../core/errors.ts';
import type { EvalDefinition } from '../../core/eval.ts';
import type { JsonObject } from '../../core/json.ts';
import { nearestMatch } from '../../core/nearest-match.ts';

/**
 * The eval's parameters from `--param key=value` texts. A value is tried as the number, boolean, null or JSON
 * that it spells, then as the text itself, so that both `z.number()` and `z.string()` take `3`.
 * Throws `bad-param` naming the parameter, what was given, and the ones that the eval declares.
 */
export function parseParams(
  definition: EvalDefinition,
  given: Readonly<Record<string, string>>,
): { readonly params: unknown; readonly record: JsonObject } {
  const schema = definition.params;
  const names = Object.keys(schema?.shape ?? {});
  for (const name of Object.keys(given)) {
    if (schema === undefined || (names.length > 0 && !names.includes(name))) {
      const nearest = nearestMatch(name, names);
      const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
      throw new EvaltuiError(
        'bad-param',
        `The eval "${definition.name}" has no parameter "${name}".${hint} ${allowed(names)}`,
      );
    }
  }
  if (schema === undefined) return { params: {}, record: {} };
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, spelt(text)]),
  );
  const first = schema.safeParse(values);
  if (first.success) return { params: first.data, record: asRecord(first.data) };
  for (const issue of first.error.issues) {
    const name = String(issue.path[0] ?? '');
    if (given[name] !== undefined) values[name] = given[name];
  }
  const second = schema.safeParse(values);
  if (second.success) return { params: second.data, record: asRecord(second.data) };
  const issue = first.error.issues[0];
  const name = String(issue?.path[0] ?? '');
  const was = given[name] === undefined ? 'was not given' : `was given as "${given[name]}"`;
  throw new EvaltuiError(
    'bad-param',
    `Parameter "${name}" of the eval "${definition.name}" ${was}: ${issue?.message ?? 'not accepted'}. ${allowed(names)}`,
  );
}

function allowed(names: readonly string[]): string {
  return names.length === 0 ? 'It has no parameters.' : `Its parameters are: ${names.join(', ')}.`;
}

function spelt(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function asRecord(params: unknown): JsonObject {
  return JSON.parse(JSON.stringify(params ?? {})) as JsonObject;
}
