import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Document, LineCounter } from 'yaml';
import { readPlainYaml, type PlainYaml } from './plain-yaml.ts';
import { PYTHON_SCALARS } from './python-yaml.ts';

/** A place in a file, 1-based. */
interface Place {
  readonly line: number;
  readonly column?: number;
}

/** One name of a registry's file. */
export interface YamlEntry {
  readonly name: string;
  readonly value: unknown;
  readonly line: number;
  /** The line of a key of the entry; the entry's own when it has no such key. */
  lineOf(key: string): number;
}

export type YamlFile =
  | { readonly kind: 'entries'; readonly entries: readonly YamlEntry[] }
  /** Without a mapping at its top: such a file has no entries. */
  | { readonly kind: 'no-mapping'; readonly isEmpty: boolean }
  | { readonly kind: 'broken'; readonly place: Place; readonly message: string };

type Yaml = typeof import('yaml');

const require = createRequire(import.meta.url);

/** Loaded with the first file that needs it: it is half of what a worker would load. */
function loadYaml(): Yaml {
  return require('yaml') as Yaml;
}

/** Reads a file of a registry: a mapping from names to specs, in the file's order. Never throws. */
export function readYamlFile(file: string): YamlFile {
  try {
    const bytes = readFileSync(file);
    if (!isUtf8(bytes)) return broken({ line: 1 }, 'the file is not UTF-8');
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    const plain = readPlainYaml(text);
    return plain === undefined ? readAnyYaml(text) : { kind: 'entries', entries: plainEntries(plain, text) };
  } catch (error) {
    return broken({ line: 1 }, sentence(error instanceof Error ? error.message : String(error)));
  }
}

function plainEntries({ values, lines }: PlainYaml, text: string): readonly YamlEntry[] {
  return [...lines].map(([name, line]) => ({
    name,
    value: values[name],
    line,
    // Asked for where something is wrong, which is seldom.
    lineOf: (key) => {
      const whole = readAnyYaml(text);
      const entry = whole.kind === 'entries' ? whole.entries.find((each) => each.name === name) : undefined;
      return entry?.lineOf(key) ?? line;
    },
  }));
}

function readAnyYaml(text: string): YamlFile {
  const yaml = loadYaml();
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // PyYAML lets the last of equal keys win.
    uniqueKeys: false,
    schema: 'failsafe',
    customTags: PYTHON_SCALARS,
    merge: true,
  });
  const [error] = [...document.errors, ...document.warnings];
  if (error === undefined) return entriesOf(yaml, document, lines);
  const { line, col } = lines.linePos(error.pos[0]);
  return broken({ line, column: col }, MESSAGES[error.code] ?? sentence(error.message));
}

/** By the parser's codes, where its own words are for those who call it. */
const MESSAGES: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins; a file of a registry is one, without "---" inside',
};

function entriesOf({ isMap, isNode, isScalar }: Yaml, document: Document, lines: LineCounter): YamlFile {
  const { contents } = document;
  if (!isMap(contents)) {
    return {
      kind: 'no-mapping',
      isEmpty: contents === null || (isScalar(contents) && contents.value === null),
    };
  }
  const values = document.toJS() as Readonly<Record<string, unknown>>;
  const lineAt = (path: readonly unknown[], otherwise: number): number => {
    const node = document.getIn(path, true);
    return isNode(node) && node.range ? lines.linePos(node.range[0]).line : otherwise;
  };
  const places = new Map<string, number>();
  for (const { key } of contents.items) {
    const name = isScalar(key) ? String(key.value) : String(key);
    places.set(name, isNode(key) && key.range ? lines.linePos(key.range[0]).line : 1);
  }
  const entries = [...places].flatMap(([name, line]): readonly YamlEntry[] =>
    name in values ? [{ name, value: values[name], line, lineOf: (key) => lineAt([name, key], line) }] : [],
  );
  return { kind: 'entries', entries };
}

function broken(place: Place, message: string): YamlFile {
  return { kind: 'broken', place, message };
}

/** The first line of a message, without the full stop that the caller sets. */
function sentence(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/[.:]$/, '');
}
