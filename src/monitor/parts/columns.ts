import stringWidth from 'string-width';

export interface Column<Row> {
  readonly title: string;
  /** Cells; with a share the least it can do with. */
  readonly width: number;
  /** Its share of what is left over by all widths, among those that have one. Absent: none. */
  readonly share?: number;
  /** `right` for numbers. Default left. */
  readonly align?: 'left' | 'right';
  /** The column is left out where there is less room than this for the row, cells. */
  readonly minRoom?: number;
  readonly text: (row: Row) => string;
}

const GAP = 2;

interface TextTable {
  readonly heading: string;
  readonly rows: readonly string[];
}

/** Rows of fixed columns, each exactly as wide as `room` unless the columns are narrower. */
export function layOutColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  room: number,
): TextTable {
  const shown = columns.filter(({ minRoom }) => minRoom === undefined || room >= minRoom);
  const fixed = shown.reduce((sum, { width }) => sum + width, GAP * Math.max(0, shown.length - 1));
  const widths = shareOut(shown, Math.max(0, room - fixed));
  const line = (cell: (column: Column<Row>) => string): string =>
    shown.map((column, index) => fit(cell(column), widths[index] ?? 0, column.align)).join(' '.repeat(GAP));
  return {
    heading: line(({ title }) => title),
    rows: rows.map((row) => line(({ text }) => text(row))),
  };
}

/** Widths with the spare cells given out by shares; the last one with a share takes what rounding leaves. */
function shareOut<Row>(columns: readonly Column<Row>[], spare: number): readonly number[] {
  let shares = columns.reduce((sum, { share }) => sum + (share ?? 0), 0);
  let left = spare;
  return columns.map(({ width, share }) => {
    if (share === undefined) return width;
    const extra = Math.floor((left * share) / shares);
    left -= extra;
    shares -= share;
    return width + extra;
  });
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Text cut or filled to exactly `width` cells of a terminal; a cut one ends in `…`. Never splits a grapheme. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = truncate(text, width);
  const fill = ' '.repeat(Math.max(0, width - stringWidth(cut)));
  return align === 'right' ? fill + cut : cut + fill;
}

/** Text cut to at most `width` cells; a cut one ends in `…`. */
export function truncate(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = '';
  let cells = 0;
  for (const { segment } of graphemes.segment(text)) {
    const segmentCells = stringWidth(segment);
    if (cells + segmentCells > width - 1) break;
    cut += segment;
    cells += segmentCells;
  }
  return width > 0 ? `${cut}…` : '';
}

/** Text cut to at most `width` cells at its start, where less is to be learnt: the line of a place in code is at its end. */
export function truncateStart(text: string, width: number): string {
  return stringWidth(text) <= width ? text : reversed(truncate(reversed(text), width));
}

function reversed(text: string): string {
  return [...graphemes.segment(text)]
    .map(({ segment }) => segment)
    .toReversed()
    .join('');
}
