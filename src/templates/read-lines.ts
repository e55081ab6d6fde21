import { isUtf8 } from 'node:buffer';
import { EvaltuiError } from '../core/errors.ts';

/** A line without what ends it. */
export interface Line {
  readonly text: string;
  /** Empty for a last line that is not ended. The `\r` of `\r\n` is part of the text. */
  readonly end: '\n' | '\r' | '';
  /** 1-based. */
  readonly number: number;
  /** Where it starts in the file, bytes. */
  readonly start: number;
}

/** A file without line ends would otherwise be read into memory whole. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * The lines of a UTF-8 file, several at a time, in memory that does not grow with the file. `\n`, `\r\n` and
 * `\r` end a line, as in a text file of Python, and nothing else: `readline` splits at U+2028 as well, which may
 * stand in a JSON text. A byte order mark is left out. Throws `eval-tasks-failed`, naming the file and the line, for what is not UTF-8 and for a line of more than
 * 64 MiB; what reading throws is passed on.
 *
 * @param path for messages
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  path: string,
): AsyncGenerator<readonly Line[], void, undefined> {
  let pieces: Buffer[] = [];
  let pending = 0;
  let number = 0;
  let start = 0;
  let hasReturns = false;
  const lineOf = (bytes: Buffer, end: Line['end']): Line => {
    number += 1;
    const line = { text: decode(bytes, path, number), end, number, start };
    start += bytes.length + end.length;
    return line;
  };
  /** What lies between two line feeds: one line, unless single carriage returns part it. */
  const finishLines = (last: Buffer, end: '\n' | ''): readonly Line[] => {
    const bytes = pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
    [pieces, pending] = [[], 0];
    if (!hasReturns) return [lineOf(bytes, end)];
    const lines: Line[] = [];
    let from = 0;
    // The last byte before a line feed is the first half of `\r\n`.
    const behind = bytes.length - end.length;
    for (let at = bytes.indexOf(CARRIAGE_RETURN); at >= 0 && at < behind;) {
      lines.push(lineOf(bytes.subarray(from, at), '\r'));
      from = at + 1;
      at = bytes.indexOf(CARRIAGE_RETURN, from);
    }
    if (end !== '' || from < bytes.length) lines.push(lineOf(bytes.subarray(from), end));
    return lines;
  };
  for await (const chunk of chunks) {
    hasReturns ||= chunk.includes(CARRIAGE_RETURN);
    const lines: Line[] = [];
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      lines.push(...finishLines(chunk.subarray(from, at), '\n'));
      from = at + 1;
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from));
    pending += chunk.length - from;
    if (pending > MAX_LINE_BYTES) {
      throw new EvaltuiError(
        'eval-tasks-failed',
        `${path}:${number + 1} has more than 64 MiB: a JSONL file holds one value a line.`,
      );
    }
    if (lines.length > 0) yield lines;
  }
  if (pending > 0) yield finishLines(Buffer.alloc(0), '');
}

function decode(bytes: Buffer, path: string, number: number): string {
  const text = bytes.toString('utf8');
  if (text.includes('\uFFFD') && !isUtf8(bytes)) {
    throw new EvaltuiError('eval-tasks-failed', `${path}:${number} is not UTF-8.`);
  }
  return number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text;
}
