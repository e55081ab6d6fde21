import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { EvaltuiError } from '../core/errors.ts';
import type { RecordAppend, RecordAppender, RecordPosition } from '../core/record.ts';
import { recordError } from './record-error.ts';
import { eventLineRenderer, renderFinalReportLine } from './record-lines.ts';
import { ownerOfRecord, type RecordOwner } from './record-owner.ts';

export interface RecordFile extends Disposable {
  /**
   * Appends to the file of the position with one write, and keeps it open. Synchronous: it is called inside
   * the transaction that commits the same events, which is also what keeps two processes from writing at
   * once. When it throws, nothing counts as written: what reached the disk is cut off now or by the next call.
   *
   * Throws `disk-full`; `record-path` when the file may not be written any more; `io` when the file was
   * removed cut or replaced by somebody else, since the record could not be complete then.
   */
  readonly append: RecordAppender;
  /** Closes all files. Another append opens its file again. */
  close(): void;
}

/** More text than this is written in parts, since results of 8 MB each would make one string too long. */
const MAX_PART_LENGTH = 16 * 1024 * 1024;

/** Writes the records of one run: a file for each of its evals. It opens nothing before the first append. */
export function createRecordFile(run: { readonly runId: string; readonly createdBy: string }): RecordFile {
  const renderEventLine = eventLineRenderer(run);
  const descriptors = new Map<string, number>();

  const close = (): void => {
    const open = [...descriptors.values()];
    descriptors.clear();
    for (const descriptor of open) closeSync(descriptor);
  };

  const descriptorOf = (position: RecordPosition): number => {
    const kept = descriptors.get(position.path);
    if (kept !== undefined) return kept;
    const descriptor = openRecord(position, run.runId);
    descriptors.set(position.path, descriptor);
    return descriptor;
  };

  const append = (position: RecordPosition, entries: RecordAppend): RecordPosition => {
    const descriptor = descriptorOf(position);
    cutToPosition(descriptor, position);
    let bytes = position.bytes;
    let nextEventId = position.nextEventId;
    try {
      if (entries.kind === 'final-report') {
        bytes += writeAt(descriptor, renderFinalReportLine(run.runId, entries.report), bytes);
      } else {
        let text = '';
        for (const entry of entries.events) {
          text += renderEventLine(entry, nextEventId);
          nextEventId += 1;
          if (text.length < MAX_PART_LENGTH) continue;
          bytes += writeAt(descriptor, text, bytes);
          text = '';
        }
        bytes += writeAt(descriptor, text, bytes);
      }
    } catch (error) {
      cutWhatWasWritten(descriptor, position.bytes);
      throw recordError(error, position.path);
    }
    return { path: position.path, bytes, nextEventId };
  };

  return { append, close, [Symbol.dispose]: close };
}

function openRecord(position: RecordPosition, runId: string): number {
  // Only a record without a first line may be created here: any other one is there, or was removed.
  const create = position.bytes === 0 ? constants.O_CREAT : 0;
  let descriptor: number;
  try {
    descriptor = openSync(position.path, constants.O_RDWR | create, 0o600);
  } catch (error) {
    if (position.bytes > 0 && (error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw removedError(position.path, error);
    }
    throw recordError(error, position.path);
  }
  const owner = ownerOfRecord(descriptor);
  if (owner === undefined || owner.runId === runId) return descriptor;
  closeSync(descriptor);
  throw replacedError(position.path, owner);
}

/** Makes the file end at the position: bytes beyond it are of a transaction that never happened. */
function cutToPosition(descriptor: number, position: RecordPosition): void {
  const { size, nlink } = statRecord(descriptor, position.path);
  if (nlink === 0) throw removedError(position.path);
  if (size === position.bytes) return;
  if (size < position.bytes) {
    throw new EvaltuiError(
      'io',
      `The record ${position.path} has ${size} bytes, but ${position.bytes} were written: something cut it. ` +
        `Its events are safe in the db. Put the file back, or run again with another --record-path.`,
      { details: { path: position.path, size, expected: position.bytes } },
    );
  }
  try {
    ftruncateSync(descriptor, position.bytes);
  } catch (error) {
    throw recordError(error, position.path);
  }
}

function statRecord(descriptor: number, path: string): { readonly size: number; readonly nlink: number } {
  try {
    return fstatSync(descriptor);
  } catch (error) {
    throw recordError(error, path);
  }
}

/** Writes all of the text, also when the system takes it in parts; returns its bytes. */
function writeAt(descriptor: number, text: string, position: number): number {
  const buffer = Buffer.from(text, 'utf8');
  let written = 0;
  while (written < buffer.length) {
    written += writeSync(descriptor, buffer, written, buffer.length - written, position + written);
  }
  return buffer.length;
}

/** So that a full disk leaves no torn line behind. Should it fail too, the next append does it. */
function cutWhatWasWritten(descriptor: number, bytes: number): void {
  try {
    ftruncateSync(descriptor, bytes);
  } catch {
    // The write's own error is the one to tell.
  }
}

function removedError(path: string, cause?: unknown): EvaltuiError {
  return new EvaltuiError(
    'io',
    `The record ${path} was removed while its run went on. Its events are safe in the db. ` +
      `Put the file back, or run again with another --record-path.`,
    { cause, details: { path } },
  );
}

function replacedError(path: string, owner: RecordOwner): EvaltuiError {
  return new EvaltuiError(
    'io',
    `The record ${path} was replaced by that of ${owner.evalName} in run ${owner.runId}. The events of this run ` +
      `are safe in its db. Run again with another --record-path.`,
    { details: { path, owner: owner.runId } },
  );
}
