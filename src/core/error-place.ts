import { errorPattern } from './error-pattern.ts';

/**
 * Where an error came from, as one text that errors are grouped by: of code `function (/path/file.ts:12)`, or
 * without the function where that has no name; of a model the name of its completion function; of a try that was
 * ended from outside the step that it was in, `step fetch page *`.
 */
export function codePlace(frame: {
  /** `(anonymous)`, or empty, when it has no name. */
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
}): string {
  const place = `${frame.file}:${frame.line}`;
  return frame.functionName === '' || frame.functionName === '(anonymous)'
    ? place
    : `${frame.functionName} (${place})`;
}

/** The step without its numbers and ids: what stood in `page 12` and in `page 13` stood in the same place. */
export function stepPlace(name: string): string {
  return `step ${errorPattern(name)}`;
}

const CODE = /^(?:(.+) \()?(?:.*[/\\])?([^/\\]+:\d+)\)?$/s;

/** A place for where there is little room: `file.ts:12 function`, the path left out; others as they are. */
export function shortPlace(place: string): string {
  if (!/[/\\]/.test(place)) return place;
  const [, functionName, file] = CODE.exec(place) ?? [];
  if (file === undefined) return place;
  return functionName === undefined ? file : `${file} ${functionName}`;
}
