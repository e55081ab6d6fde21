import { fileURLToPath } from 'node:url';
import { codePlace } from '../../core/error-place.ts';

/** evaltui's own code, which is never the place of an error in an eval. */
const OWN_CODE = fileURLToPath(new URL('../..', import.meta.url));

/**
 * `file:line` of an error in an eval: of a syntax error (the first line of its stack), or of the top frame that is
 * neither Node's nor evaltui's. Undefined when there is none, or what was thrown is no error.
 */
export function placeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  for (const line of (thrown.stack ?? '').split('\n')) {
    const match = /(?:file:\/\/)?(\/[^\s()]+?:\d+(?::\d+)?)\)?$/.exec(line.trim());
    const place = match?.[1];
    if (place === undefined || line.includes('node:internal') || place.startsWith(OWN_CODE)) continue;
    return place;
  }
  return undefined;
}

/**
 * The innermost frame of the user's own code in the stack of an error: of no package, neither Node's nor evaltui's.
 * Where there is none, the innermost of a package: evals that come with one are its code. See `core/error-place`.
 */
export function codePlaceOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const frames = framesOf(thrown).filter(({ file }) => !file.startsWith(OWN_CODE));
  const frame = frames.find(({ file }) => !file.includes('/node_modules/')) ?? frames[0];
  return frame && codePlace(frame);
}

type Frame = Parameters<typeof codePlace>[0];

const FRAME = /^\s*at (?:(?:async )?(.*?) \()?(?:async )?(?:file:\/\/)?(\/.*?):(\d+):\d+\)?$/;

/** Frames that are in a file; a message that looks like one is none. */
function framesOf({ stack = '', message }: Error): readonly Frame[] {
  const start = message === '' ? 0 : stack.indexOf(message);
  const lines = stack.slice(start < 0 ? 0 : start + message.length).split('\n');
  return lines.flatMap((line) => {
    const [, functionName = '', path, number] = FRAME.exec(line) ?? [];
    if (path === undefined) return [];
    const file = line.includes('file://') ? pathOf(path) : path;
    // `Object.evaluate [as run]` is `evaluate`.
    const name = functionName.replace(/ \[as .*\]$/, '').replace(/^(?:Object|<anonymous>)\./, '');
    return [{ functionName: name === '<anonymous>' ? '' : name, file, line: Number(number) }];
  });
}

/** A query makes a module load anew; it is no part of the path. */
function pathOf(path: string): string {
  try {
    return fileURLToPath(`file://${path}`);
  } catch {
    // Not a path of this system: shown as it is.
    return path;
  }
}
