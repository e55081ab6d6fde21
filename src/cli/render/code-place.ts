import { relative, sep } from 'node:path';
import stringWidth from 'string-width';
import type { StackFrame } from '../../core/inspection.ts';
import { printable } from '../../core/printable.ts';
import { truncate } from '../../monitor/columns.ts';

type CodePlace = Pick<StackFrame, 'file' | 'line' | 'column'>;

/** `file:line:column`, the path relative to the folder where that is shorter to read; `native` for no file. */
export function placeText({ file, line, column }: CodePlace, folder: string): string {
  if (file === '') return 'native';
  const isBelow = file.startsWith(`${folder}${sep}`);
  return `${printable(isBelow ? relative(folder, file) : file)}:${line}:${column}`;
}

/** Cut to so many cells at its start: the line is what one looks for. */
export function truncateStart(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const reversed = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)]
    .map(({ segment }) => segment)
    .toReversed()
    .join('');
  return [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(truncate(reversed, width))]
    .map(({ segment }) => segment)
    .toReversed()
    .join('');
}
