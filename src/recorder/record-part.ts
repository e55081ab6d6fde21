import type { FileHandle } from 'node:fs/promises';

/** Lines of a record that are sent in one request. */
export interface RecordPart {
  readonly kind: 'spec' | 'events' | 'final-report';
  /** Without their line feeds. */
  readonly lines: readonly string[];
  /** Where they end in the file, their line feeds included. */
  readonly end: number;
}

const FIRST_READ = 256 * 1024;
/** A request of more bytes than this is not made of several events. */
const MAX_PART_BYTES = 4 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * The lines from `from` on that go together, of at most `most` events; undefined when there are none before
 * `to`, which is where a line ends.
 */
export async function readPart(
  file: FileHandle,
  { from, to, most }: { readonly from: number; readonly to: number; readonly most: number },
): Promise<RecordPart | undefined> {
  if (from >= to) return undefined;
  for (let size = FIRST_READ; ; size *= 2) {
    const length = Math.min(size, to - from);
    const bytes = await readAt(file, from, length);
    const part = partOf(bytes, from, most);
    const isWhole = part !== undefined && (part.isFull || length === to - from || size > MAX_PART_BYTES);
    if (isWhole) return part;
    if (length === to - from) throw new Error('the record does not end with a line feed');
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let read = 0; read < length;) {
    const { bytesRead } = await file.read(bytes, read, length - read, position + read);
    if (bytesRead === 0) throw new Error('the record is shorter than what was written');
    read += bytesRead;
  }
  return bytes;
}

function partOf(
  bytes: Buffer,
  from: number,
  most: number,
): (RecordPart & { readonly isFull: boolean }) | undefined {
  const lines: string[] = [];
  let kind: RecordPart['kind'] | undefined;
  let isFull = false;
  let at = 0;
  while (!isFull) {
    const end = bytes.indexOf(NEWLINE, at);
    if (end === -1) break;
    const line = bytes.toString('utf8', at, end);
    const kindHere = kindOf(line);
    kind ??= kindHere;
    isFull = kindHere !== kind || (lines.length > 0 && end > MAX_PART_BYTES);
    if (isFull) break;
    lines.push(line);
    at = end + 1;
    isFull = kind !== 'events' || lines.length >= most;
  }
  return kind === undefined ? undefined : { kind, lines, end: from + at, isFull };
}

function kindOf(line: string): RecordPart['kind'] {
  if (line.startsWith('{"spec": ')) return 'spec';
  return line.startsWith('{"final_report": ') ? 'final-report' : 'events';
}
