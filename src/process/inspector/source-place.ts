import { fileURLToPath } from 'node:url';
import type { StackFrame } from '../../core/inspection.ts';
import { mappedScript, type CodePosition } from './source-map.ts';

/** Where code is, as V8 says it: the URL of the script, lines and columns from 0. */
export interface ScriptPlace {
  /** `0`: none, it is V8's own. */
  readonly scriptId: string;
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
  /** Where the function begins: by that a map knows its name. */
  readonly functionAt?: CodePosition;
}

/** Stands for the file of what `eval` and `new Function` have made. */
const NO_FILE = "eval'd code";

/** The same for people: a path, from 1, in the source that the script was made from if it has a map, and whether it is code of theirs, as far as that can be told. */
export function sourcePlace(place: ScriptPlace): Omit<StackFrame, 'isAwaiting' | 'locals'> {
  const script = fileOf(place);
  const map = isYours(script) ? mappedScript(script) : undefined;
  const { file, lineNumber, columnNumber } = map?.placeOf(place) ?? { ...place, file: script };
  const name = place.functionAt && map?.nameOf(place.functionName, place.functionAt);
  return {
    functionName: (name ?? place.functionName) || '(anonymous)',
    file,
    line: lineNumber + 1,
    column: columnNumber + 1,
    isYours: isYours(file),
  };
}

function fileOf({ url, scriptId }: ScriptPlace): string {
  if (url === '') return scriptId === '0' ? '' : NO_FILE;
  if (!url.startsWith('file:')) return url;
  try {
    // A query makes a module load anew; it is no part of the path.
    return fileURLToPath(url);
  } catch {
    // Not a path of this system: shown as it is.
    return url;
  }
}

const OWN_CODE = fileURLToPath(new URL('../../', import.meta.url));

function isYours(file: string): boolean {
  const isOfNode = file === '' || file === NO_FILE || file.startsWith('node:');
  return !isOfNode && !file.includes('/node_modules/') && !file.startsWith(OWN_CODE);
}
