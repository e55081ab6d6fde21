export type JsonPrimitive = string | number | boolean | null;
export type JsonValue = JsonPrimitive | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** Largest JSON text of one result, or of one event's data. Beyond it the try is an error, not a slow db. */
export const MAX_JSON_BYTES: number = 8 * 1024 * 1024;

/** Depth beyond which a value is refused: neither a worker's message nor Python takes much more. */
const MAX_DEPTH = 1000;

/**
 * Why a value would not survive JSON unchanged, with the path to the first offender
 * (`result.scores[3] is NaN`), or undefined when it would. Properties that are `undefined` are allowed:
 * JSON leaves them out.
 */
export function whyNotJson(value: unknown, path: string): string | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : `${path} is ${value}`;
    case 'object':
      return value === null ? undefined : whyNotJsonObject(value, path, new Set());
    case 'undefined':
      return `${path} is undefined`;
    default:
      return `${path} is a ${typeof value}`;
  }
}

function whyNotJsonObject(value: object, path: string, ancestors: Set<object>): string | undefined {
  if (ancestors.has(value)) return `${path} refers to itself`;
  if (ancestors.size === MAX_DEPTH)
    return `${path.slice(0, 40)}… is nested more than ${MAX_DEPTH} levels deep`;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isArray = Array.isArray(value);
  if (!isArray && prototype !== Object.prototype && prototype !== null) {
    return `${path} is a ${value.constructor?.name ?? 'class instance'}`;
  }
  ancestors.add(value);
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined && !isArray) continue;
    const itemPath = isArray ? `${path}[${key}]` : `${path}.${key}`;
    const why =
      typeof item === 'object' && item !== null
        ? whyNotJsonObject(item, itemPath, ancestors)
        : whyNotJson(item, itemPath);
    if (why !== undefined) return why;
  }
  ancestors.delete(value);
  return undefined;
}
