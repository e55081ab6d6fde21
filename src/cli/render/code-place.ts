import { relative, sep } from 'node:path';
import type { StackFrame } from '../../core/inspection.ts';
import { printable } from '../../core/printable.ts';

type CodePlace = Pick<StackFrame, 'file' | 'line' | 'column'>;

/** `file:line:column`, the path relative to the folder where that is shorter to read; `native` for no file. */
export function placeText({ file, line, column }: CodePlace, folder: string): string {
  if (file === '') return 'native';
  const isBelow = file.startsWith(`${folder}${sep}`);
  return `${printable(isBelow ? relative(folder, file) : file)}:${line}:${column}`;
}
