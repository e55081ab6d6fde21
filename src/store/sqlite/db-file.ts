import { closeSync, mkdirSync, openSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EvaltuiError } from '../../core/errors.ts';

/** The folder of a project's runs; it keeps itself out of git. */
const PROJECT_FOLDER = '.evaltui';

/** Makes the folder (0700) and an empty file (0600) where they are missing; what is there stays as it is. */
export function createDbFile(path: string): void {
  const folder = dirname(resolve(path));
  makeFolder(folder);
  if (basename(folder) === PROJECT_FOLDER) createFile(join(folder, '.gitignore'), '*\n');
  // SQLite gives -wal and -shm the mode of the db, so that has to be right before they are made.
  createFile(path, '');
}

/** Node's own `recursive` goes on for ever in /proc, and says ENOENT of a file system that is read-only. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
    const parent = dirname(folder);
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || statSync(parent, { throwIfNoEntry: false }) !== undefined) throw error;
    makeFolder(parent);
    // Another process may be as quick.
    makeFolder(folder);
  }
}

/**
 * Only ever creates. An existing db must not be opened and closed here: closing any handle of a file drops the
 * POSIX locks that SQLite holds on it in the same process.
 * @see https://www.sqlite.org/howtocorrupt.html section 2.2
 */
function createFile(path: string, text: string): void {
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Throws `db-unwritable`: of a folder, SQLite says no more than that it cannot be opened. */
export function refuseFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  const message = `${path} is a folder, not a task db. Name a file by --db.`;
  throw new EvaltuiError('db-unwritable', message, { details: { path } });
}

/** Throws `run-not-found` when there is no db to read. Creates nothing. */
export function requireDbFile(path: string): void {
  try {
    statSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw dbMissing(path);
    throw error;
  }
}

export function dbMissing(path: string): EvaltuiError {
  const message = `There is no task db at ${path}: nothing was run here yet. Start a run, or name another db by --db.`;
  return new EvaltuiError('run-not-found', message, { details: { path, missing: true } });
}
