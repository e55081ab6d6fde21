import { printable } from '../../core/printable.ts';

/** Text of others as one line of Markdown: nothing in it is taken for a sign of Markdown or HTML. */
export function plainText(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]()<>#|~]/g, '\\$&');
}

/** Text of others in the fixed-width letters of code, on one line. */
export function codeText(text: string): string {
  const line = printable(text).replaceAll('|', '¦');
  if (line === '') return '–';
  const fence = '`'.repeat(longestRun(line) + 1);
  const gap = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${gap}${line}${gap}${fence}`;
}

/** Lines of others as a block of code that they cannot end. */
export function codeBlock(lines: readonly string[]): readonly string[] {
  const clean = lines.map(printable);
  const fence = '`'.repeat(Math.max(3, longestRun(clean.join('\n')) + 1));
  return [fence, ...clean, fence, ''];
}

/** A table; cells are Markdown already. No rows, no table. */
export function markdownTable(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line), ''];
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
