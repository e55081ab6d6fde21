import type { JsonObject, JsonValue } from '../core/json.ts';

export interface PlainYaml {
  readonly values: JsonObject;
  /** The 1-based line of each name at the top, in the order of the file. */
  readonly lines: ReadonlyMap<string, number>;
}

interface Row {
  readonly line: number;
  readonly indent: number;
  /** Undefined: an item of a sequence. */
  readonly key: string | undefined;
  /** What stands behind the colon or the dash; empty for what stands on the lines below. */
  readonly value: string;
}

/** Thrown and caught in here: the text is more than plain. */
class NotPlain extends Error {}

/**
 * Reads a mapping in the YAML that nearly all files of registries are written in: one key or item a line,
 * values that end on their line. Undefined for a text with anything else in it, right or wrong, which the parser of
 * all of YAML is to read: of what is read here, it makes the same. That takes ten times as long.
 */
export function readPlainYaml(text: string): PlainYaml | undefined {
  const unified = text.replaceAll('\r\n', '\n');
  if (UNUSUAL.test(unified)) return undefined;
  try {
    const rows = rowsOf(unified);
    const reader = new Reader(rows);
    const lines = new Map<string, number>();
    for (const { indent, key, line } of rows) if (indent === 0 && key !== undefined) lines.set(key, line);
    return rows.length === 0 ? undefined : { values: reader.readAll(), lines };
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

/** Control characters, other spaces than the one, what ends a line in some version of YAML, what is no text. */
const UNUSUAL = /[^\n\x20-\x7e\u00a1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u3001-\ud7ff]/;

const KEY = /^([1-9]?[A-Za-z][\w./-]{0,200}):(?: +(.+))?$/;
const ITEM = /^- +(.+)$/;

function rowsOf(text: string): readonly Row[] {
  const rows: Row[] = [];
  for (const [index, whole] of text.split('\n').entries()) {
    const content = whole.trim();
    if (content === '' || content.startsWith('#')) continue;
    const place = { line: index + 1, indent: whole.length - whole.trimStart().length };
    const key = KEY.exec(content);
    const item = key === null ? ITEM.exec(content) : null;
    if (key?.[1] !== undefined && !RESERVED.test(key[1])) {
      rows.push({ ...place, key: key[1], value: key[2] ?? '' });
    } else if (item?.[1] !== undefined) rows.push({ ...place, key: undefined, value: item[1] });
    else throw new NotPlain();
  }
  return rows;
}

class Reader {
  readonly #rows: readonly Row[];
  #at = 0;

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  readAll(): JsonObject {
    const values = this.#mapping(0);
    if (this.#at < this.#rows.length) throw new NotPlain();
    return values;
  }

  #mapping(indent: number): JsonObject {
    const values: Record<string, JsonValue> = {};
    for (let row = this.#next(indent); row?.key !== undefined; row = this.#next(indent)) {
      // Of equal keys the last one counts, in the place of the first.
      if (Object.hasOwn(values, row.key)) throw new NotPlain();
      this.#at += 1;
      values[row.key] = row.value === '' ? this.#below(indent) : scalarOf(row.value);
    }
    return values;
  }

  #below(indent: number): JsonValue {
    const row = this.#rows[this.#at];
    if (row === undefined || row.indent < indent) return null;
    // The items of a sequence may stand as far left as its key.
    if (row.key === undefined) return this.#sequence(row.indent);
    return row.indent === indent ? null : this.#mapping(row.indent);
  }

  #sequence(indent: number): JsonValue {
    const values: JsonValue[] = [];
    for (let row = this.#next(indent); row !== undefined && row.key === undefined; row = this.#next(indent)) {
      this.#at += 1;
      values.push(scalarOf(row.value));
    }
    return values;
  }

  /** The next row of a block; undefined behind it. What is further right goes on with a value, or is wrong. */
  #next(indent: number): Row | undefined {
    const row = this.#rows[this.#at];
    if (row === undefined || row.indent < indent) return undefined;
    if (row.indent > indent) throw new NotPlain();
    return row;
  }
}

/** Words that are no texts, in one version of YAML or the other. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const LIST_ITEM = /^(?:[A-Za-z][\w./-]*|[\d.]+|"[\w ./-]*"|'[\w ./-]*')$/;

function scalarOf(value: string): JsonValue {
  if (/^'[^']*'$|^"[^"\\]*"$/.test(value)) return value.slice(1, -1);
  if (/^(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?$/.test(value)) return Number(value);
  if (/^[Tt]rue$/.test(value)) return true;
  if (/^[Ff]alse$/.test(value)) return false;
  if (value.startsWith('[')) return listOf(value);
  const isText = /^(?:[A-Za-z]|\.\/)/.test(value) && !/: | #|:$/.test(value) && !RESERVED.test(value);
  if (!isText) throw new NotPlain();
  return value;
}

/** `[accuracy, "f1", 2]` */
function listOf(value: string): JsonValue {
  const inside = /^\[ *(.*?) *\]$/.exec(value)?.[1];
  if (inside === undefined) throw new NotPlain();
  if (inside === '') return [];
  return inside.split(',').map((each) => {
    const item = each.trim();
    if (!LIST_ITEM.test(item)) throw new NotPlain();
    return scalarOf(item);
  });
}
