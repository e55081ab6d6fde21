import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Which eval of which run a record is of. */
export interface RecordOwner {
  readonly runId: string;
  readonly evalName: string;
}

/** Longer first lines exist only in files that are no records. */
const MAX_SPEC_BYTES = 16 * 1024 * 1024;

/** Most spec lines are shorter. */
const FIRST_PART_BYTES = 64 * 1024;

/** Whose record the open file is; undefined when it does not begin with a spec line. */
export function ownerOfRecord(descriptor: number): RecordOwner | undefined {
  try {
    const line = JSON.parse(firstLine(descriptor)) as {
      readonly spec?: { readonly run_id?: unknown; readonly eval_name?: unknown };
    } | null;
    const { run_id: runId, eval_name: evalName } = line?.spec ?? {};
    return typeof runId === 'string' && typeof evalName === 'string' ? { runId, evalName } : undefined;
  } catch {
    return undefined;
  }
}

/** The same of a path; undefined too when there is no file that can be read. */
export function ownerOfRecordAt(path: string): RecordOwner | undefined {
  let descriptor: number | undefined;
  try {
    // Without O_NONBLOCK the open of a FIFO would wait for a writer.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return fstatSync(descriptor).isFile() ? ownerOfRecord(descriptor) : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Up to its line feed, or as much as there is. */
function firstLine(descriptor: number): string {
  const { size } = fstatSync(descriptor);
  for (let bytes = FIRST_PART_BYTES; ; bytes = MAX_SPEC_BYTES) {
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const length = readSync(descriptor, buffer, 0, buffer.length, 0);
    const end = buffer.subarray(0, length).indexOf('\n');
    if (end !== -1) return buffer.toString('utf8', 0, end);
    if (length === size || bytes === MAX_SPEC_BYTES) return buffer.toString('utf8', 0, length);
  }
}
