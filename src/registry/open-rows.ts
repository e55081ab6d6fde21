import { closeSync, fstatSync, readSync } from 'node:fs';
import type { DataRow, DataRows } from '../core/data-rows.ts';
import { EvaltuiError } from '../core/errors.ts';
import type { JsonValue } from '../core/json.ts';
import { NumberList } from '../core/number-list.ts';
import { readPlainJson } from '../core/python/plain-json.ts';
import { pythonStr } from '../core/python/represent.ts';
import type { DataPlace } from '../core/registry-eval.ts';
import { readLines } from '../templates/read-lines.ts';
import { requireData } from './find-data.ts';
import { openUnpacked } from './unpack.ts';

const CHUNK_BYTES = 256 * 1024;

/**
 * Opens an eval's data, a file or a folder of them, plain or compressed (`.gz`, `.zst`, `.lz4`). It is read through
 * once, so that every row is known to be JSON, as Python's `json.loads` takes it; then rows are read when they
 * are asked for, in any order. Memory: 8 bytes a row; what is compressed is unpacked into a temporary file that
 * has no name any more. Blank lines are passed over.
 *
 * Throws `data-missing` for what is not there, `eval-tasks-failed` with `file:line:column` for what is not JSON.
 */
export async function openRows(path: string, place: DataPlace): Promise<DataRows> {
  const files: IndexedFile[] = [];
  try {
    for (const file of requireData(path, place)) files.push(await IndexedFile.open(file));
  } catch (error) {
    closeAll(files);
    throw error;
  }
  const count = files.reduce((sum, file) => sum + file.count, 0);
  return {
    count,
    row: (index) => {
      let rest = index;
      for (const file of files) {
        if (rest < file.count) return file.row(rest);
        rest -= file.count;
      }
      throw new RangeError(`${path} has ${count} rows, and row ${index} was asked for`);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(closeAll(files)),
  };
}

function closeAll(files: readonly IndexedFile[]): void {
  for (const file of files) file.close();
}

/**
 * A file with the places of its rows. It is read synchronously: most files are small, and each wait for a thread
 * of the pool takes longer than reading them.
 */
class IndexedFile {
  readonly #path: string;
  readonly #descriptor: number;
  /** Where each row starts; one more at the end. */
  readonly #starts = new NumberList();
  /** For each blank line, the row that comes after it. */
  readonly #blanks = new NumberList();

  private constructor(path: string, descriptor: number) {
    this.#path = path;
    this.#descriptor = descriptor;
  }

  static async open(path: string): Promise<IndexedFile> {
    const file = new IndexedFile(path, await orFailed(path, () => openUnpacked(path)));
    try {
      await orFailed(path, () => file.#index());
    } catch (error) {
      file.close();
      throw error;
    }
    return file;
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  row(index: number): DataRow {
    const start = this.#starts.at(index);
    const bytes = Buffer.allocUnsafe(this.#starts.at(index + 1) - start);
    for (let read = 0; read < bytes.length;) {
      const more = readSync(this.#descriptor, bytes, read, bytes.length - read, start + read);
      if (more === 0) throw failed(this.#path, 'it became shorter while it was read');
      read += more;
    }
    const number = index + 1 + this.#blanksBefore(index);
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    return { value: parseRow(text, this.#path, number), place: `${this.#path}:${number}` };
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  async #index(): Promise<void> {
    const { size } = fstatSync(this.#descriptor);
    for await (const lines of readLines(this.#chunks(size), this.#path)) {
      for (const { text, end, number, start } of lines) {
        if (text.trim() === '') {
          this.#blanks.push(this.#starts.length);
          continue;
        }
        parseRow(text + end, this.#path, number);
        this.#starts.push(start);
      }
    }
    this.#starts.push(size);
  }

  *#chunks(size: number): Generator<Buffer> {
    for (let at = 0; at < size;) {
      // A new one each time: a line that goes on in the next chunk is kept as a part of this one.
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - at));
      const read = readSync(this.#descriptor, chunk, 0, chunk.length, at);
      if (read === 0) return;
      yield chunk.subarray(0, read);
      at += read;
    }
  }

  /** Blank lines before a row, by bisection. */
  #blanksBefore(row: number): number {
    let [low, high] = [0, this.#blanks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#blanks.at(middle) <= row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** JSON has no NaN and no infinities: they are texts, as Python shows them. */
function parseRow(text: string, path: string, line: number): JsonValue {
  const read = readPlainJson(text, pythonStr);
  if (read.kind === 'value') return read.value;
  const column = columnOf(text, read.at);
  // Some of Python's messages end where it would name the place.
  const message = read.message.endsWith(' at') ? `${read.message} column ${column}` : read.message;
  throw new EvaltuiError('eval-tasks-failed', `${path}:${line}:${column} is not JSON: ${message}.`);
}

/** As Python counts it: characters from the last line feed before, 1-based. */
function columnOf(text: string, at: number): number {
  const before = text.slice(0, at);
  return Array.from(before.slice(before.lastIndexOf('\n') + 1)).length + 1;
}

async function orFailed<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EvaltuiError) throw error;
    throw failed(path, error instanceof Error ? error.message : String(error), error);
  }
}

function failed(path: string, why: string, cause?: unknown): EvaltuiError {
  return new EvaltuiError(
    'eval-tasks-failed',
    `Cannot read ${path}: ${why}.`,
    cause === undefined ? {} : { cause },
  );
}
