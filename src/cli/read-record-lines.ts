import { createReadStream } from 'node:fs';
import { EvaltuiError } from '../core/errors.ts';
import { parseRecordLine, type RecordLine } from '../core/record-line.ts';
import { readLines } from '../templates/read-lines.ts';

const CHUNK_BYTES = 1024 * 1024;

/** What a record's line says, or that the record ends in the middle of one. */
export type ReadLine =
  | Exclude<RecordLine, { kind: 'broken' }>
  | { readonly kind: 'cut-off'; readonly number: number };

/**
 * The lines of a record file, several at a time, in memory that does not grow with the file. Blank ones are
 * passed over. The last one may be cut off: whatever wrote it was killed. Throws `record-invalid`, with
 * `file:line:column`, for every other one that is no line of a record, and for what cannot be read.
 */
export async function* readRecordLines(path: string): AsyncGenerator<readonly ReadLine[], void, undefined> {
  const chunks = createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  try {
    for await (const lines of readLines(chunks, path)) {
      yield lines.flatMap(({ text, end, number }): readonly ReadLine[] => {
        if (text.trim() === '') return [];
        const line = parseRecordLine(text);
        if (line.kind !== 'broken') return [line];
        if (end === '' && line.at !== undefined && number > 1) return [{ kind: 'cut-off', number }];
        const column = line.at === undefined ? '' : `:${columnOf(text, line.at)}`;
        throw new EvaltuiError(
          'record-invalid',
          `${path}:${number}${column} is no line of a record: ${line.why}.`,
        );
      });
    }
  } catch (error) {
    throw readError(error, path);
  }
}

/** 1-based, in characters, as Python counts them. */
function columnOf(text: string, at: number): number {
  return Array.from(text.slice(0, at)).length + 1;
}

function readError(error: unknown, path: string): unknown {
  if (error instanceof EvaltuiError) {
    // Of reading lines; it speaks of data.
    return error.code === 'eval-tasks-failed'
      ? new EvaltuiError('record-invalid', error.message, { cause: error })
      : error;
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const why =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EISDIR'
        ? 'it is a folder; give one of the files in it'
        : `it cannot be read (${code})`;
  return new EvaltuiError('record-invalid', `--record ${path}: ${why}.`, { cause: error });
}
