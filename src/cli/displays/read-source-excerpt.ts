import { open } from 'node:fs/promises';
import { constants } from 'node:fs';
import { printable } from '../../core/printable.ts';
import type { SourceExcerpt, SourcePlace } from '../../monitor/state/live-look.ts';

const LINES_AROUND = 3;
/** Larger files are bundles, in which a line is no help. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_LINE = 400;

/** The lines around a place in code, safe to draw; null when there is no such file, or it is no text to be shown. */
export async function readSourceExcerpt({ file, line }: SourcePlace): Promise<SourceExcerpt | null> {
  const text = await readText(file);
  if (text === null) return null;
  const all = text.split(/\r\n|\n|\r/);
  if (line < 1 || line > all.length) return null;
  const firstLine = Math.max(1, line - LINES_AROUND);
  const lines = all.slice(firstLine - 1, line + LINES_AROUND);
  return { firstLine, lines: lines.map(shownLine) };
}

function shownLine(line: string): string {
  return printable(line.slice(0, MAX_LINE).replaceAll('\t', '  '));
}

async function readText(file: string): Promise<string | null> {
  try {
    // What a stack calls a file may be a pipe: opening that must not wait for its other end.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await handle.stat();
    return stats.isFile() && stats.size <= MAX_BYTES ? await handle.readFile('utf8') : null;
  } catch {
    // It was moved, or is not ours to read: the stack says where it was.
    return null;
  }
}
