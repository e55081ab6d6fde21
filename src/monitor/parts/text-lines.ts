import stringWidth from 'string-width';
import { formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';

const BREAKS = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;
const PLAIN = /^[ -~]*$/;

/** What is shown of one text; more is of no use on a screen, and must not hold it up. */
const MAX_LINES = 2_000;
const MAX_CHARACTERS = 200_000;

/**
 * Text from a model, an eval or a file as lines that are safe to draw and at most `width` cells wide: its own
 * line breaks are kept, tabs become blanks, long lines are wrapped between words where there are some. What is
 * left out at the end is said.
 */
export function wrapLines(text: string, width: number): readonly string[] {
  const cut = text.slice(0, MAX_CHARACTERS);
  const lines = cut
    .split(BREAKS, MAX_LINES + 1)
    .flatMap((line) => wrapLine(printable(line.replaceAll('\t', '    ')), Math.max(1, width)));
  const left = text.length - cut.length;
  if (left === 0 && lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES), left > 0 ? `… ${formatCount(left)} more characters` : '… more lines'];
}

function wrapLine(line: string, width: number): readonly string[] {
  if (line.length <= width && PLAIN.test(line)) return [line];
  const wrapped: string[] = [];
  let current = '';
  let cells = 0;
  for (const piece of pieces(line, width)) {
    const wide = cellsOf(piece);
    if (cells + wide > width && current !== '') {
      wrapped.push(current.trimEnd());
      current = '';
      cells = 0;
    }
    // A blank that a line was broken at is not carried over.
    if (current === '' && wrapped.length > 0 && piece.trim() === '') continue;
    current += piece;
    cells += wide;
  }
  return [...wrapped, current];
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Words and the blanks between them; what is too wide for a line, or not of ASCII, by grapheme. */
function* pieces(line: string, width: number): Iterable<string> {
  for (const [word] of line.matchAll(/\s+|\S+/g)) {
    if (word.length <= width && PLAIN.test(word)) yield word;
    else for (const { segment } of graphemes.segment(word)) yield segment;
  }
}

function cellsOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}
