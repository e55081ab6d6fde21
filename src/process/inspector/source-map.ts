import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A place in a script, lines and columns from 0. */
export interface CodePosition {
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** What a script was made from. */
export interface MappedScript {
  /** Where a place in it comes from; the path, or the URL where it is no file. Undefined where the map has none. */
  placeOf(position: CodePosition): (CodePosition & { readonly file: string }) | undefined;
  /** How a function was called that begins there, with its parameters or the word `function`. */
  nameOf(functionName: string, position: CodePosition): string | undefined;
}

interface KnownScript {
  readonly mtimeMs: number;
  readonly size: number;
  readonly script: MappedScript | undefined;
}

/** Larger ones are not looked into. */
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_KNOWN = 50;
/** Types are stripped from `.ts` in place: these have no map. */
const MAY_HAVE_MAP = /\.[cm]?jsx?$/;
const COMMENT = /^\/\/[#@] ?sourceMappingURL=(\S+)[ \t]*$/gm;
const DATA_URL = /^data:application\/json[^,]*?(;base64)?,(.*)$/s;

const known = new Map<string, KnownScript>();

/** The map that a script names in its last comment, inline or in a file; nothing is fetched. Wrong ones are no map. */
export function mappedScript(file: string): MappedScript | undefined {
  if (!MAY_HAVE_MAP.test(file)) return undefined;
  try {
    const { mtimeMs, size } = statSync(file);
    const before = known.get(file);
    if (before?.mtimeMs === mtimeMs && before.size === size) return before.script;
    if (known.size >= MAX_KNOWN) known.clear();
    // One that cannot be read is not tried again.
    known.set(file, { mtimeMs, size, script: undefined });
    const script = readScript(file);
    known.set(file, { mtimeMs, size, script });
    return script;
  } catch {
    // It is gone, or no map.
    return undefined;
  }
}

function readScript(file: string): MappedScript | undefined {
  const text = readText(file);
  const url = [...text.matchAll(COMMENT)].at(-1)?.[1];
  if (url === undefined) return undefined;
  const [, base64, data] = DATA_URL.exec(url) ?? [];
  const mapUrl = data === undefined ? new URL(url, pathToFileURL(file)) : pathToFileURL(file);
  const mapText = data === undefined ? readText(fileURLToPath(mapUrl)) : decode(data, base64 !== undefined);
  const map = JSON.parse(mapText) as ConstructorParameters<typeof SourceMap>[0];
  return scriptWith(new SourceMap(map), {
    lines: text.split('\n'),
    fileOf: (source) => fileOf(new URL(`${map.sourceRoot ?? ''}${source}`, mapUrl)),
  });
}

function decode(data: string, isBase64: boolean): string {
  return isBase64 ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data);
}

/** Throws unless it is a file that is not too large: opening a pipe must not wait for its other end. */
function readText(file: string): string {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > MAX_BYTES) throw new Error('not a file, or too large');
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

function fileOf(url: URL): string {
  return url.protocol === 'file:' ? fileURLToPath(url) : url.href;
}

function scriptWith(
  map: SourceMap,
  { lines, fileOf }: { readonly lines: readonly string[]; readonly fileOf: (source: string) => string },
): MappedScript {
  const entryAt = ({ lineNumber, columnNumber }: CodePosition) => {
    const entry = map.findEntry(lineNumber, columnNumber);
    // What stands in a line without entries would get the last one of the line before.
    return 'originalSource' in entry && entry.generatedLine === lineNumber ? entry : undefined;
  };
  return {
    placeOf: (position) => {
      const entry = entryAt(position);
      // Code that the bundler has made is from nowhere.
      if (typeof entry?.originalSource !== 'string') return undefined;
      const { originalLine: lineNumber, originalColumn: columnNumber } = entry;
      return { file: fileOf(entry.originalSource), lineNumber, columnNumber };
    },
    nameOf: (functionName, { lineNumber, columnNumber }) => {
      const start = startOfName(functionName, lines[lineNumber] ?? '', columnNumber);
      if (start === undefined) return undefined;
      const entry = entryAt({ lineNumber, columnNumber: start });
      return entry?.generatedColumn === start ? (entry as { readonly name?: string }).name : undefined;
    },
  };
}

/** A map knows the names of places: that of a function is where it is declared, or what it is assigned to. */
function startOfName(name: string, line: string, column: number): number | undefined {
  if (name === '') return undefined;
  const [word] = /^(?:async\s+)?function[\s*]+/.exec(line.slice(column, column + 50)) ?? [];
  if (word !== undefined && line.startsWith(name, column + word.length)) return column + word.length;
  const before = line.slice(Math.max(0, column - name.length - 50), column);
  const declared = before.replace(/\s*[=:]\s*(?:async\s*)?(?:function[\s*]*)?$/, '').trimEnd();
  return declared.endsWith(name) ? column - before.length + declared.length - name.length : undefined;
}
