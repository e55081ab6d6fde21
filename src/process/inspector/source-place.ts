import { fileURLToPath } from 'node:url';
import type { StackFrame } from '../../core/inspection.ts';

/** Where code is, as V8 says it: the URL of the script, lines and columns from 0. */
export interface ScriptPlace {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** The same for people: a path, from 1, and whether it is code of theirs. */
export function sourcePlace(place: ScriptPlace): Omit<StackFrame, 'isAwaiting' | 'locals'> {
  const file = fileOf(place.url);
  return {
    functionName: place.functionName || '(anonymous)',
    file,
    line: place.lineNumber + 1,
    column: place.columnNumber + 1,
    isYours: isYours(file),
  };
}

function fileOf(url: string): string {
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
  const isOfNode = file === '' || file.startsWith('node:');
  return !isOfNode && !file.includes('/node_modules/') && !file.startsWith(OWN_CODE);
}
