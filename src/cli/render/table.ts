import stringWidth from 'string-width';
import { fit, truncate } from '../../monitor/parts/columns.ts';

export interface TableColumn<Row> {
  readonly title: string;
  /** `right` for numbers. Default left. */
  readonly align?: 'left' | 'right';
  /** Gives way when the table is wider than there is room; the others are never cut. */
  readonly isFlexible?: boolean;
  /** Printable text. */
  readonly text: (row: Row) => string;
}

const GAP = '  ';
const LEAST_FLEXIBLE = 8;

/**
 * A heading and one line a row; columns are as wide as what is in them. One flexible column is cut to make the
 * table fit into `width` cells; `Infinity` cuts nothing, as for a pipe.
 */
export function renderTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  width: number,
): readonly string[] {
  const cells = rows.map((row) => columns.map(({ text }) => text(row)));
  const widths = columns.map(({ title }, index) =>
    cells.reduce((widest, row) => Math.max(widest, stringWidth(row[index] ?? '')), stringWidth(title)),
  );
  const flexible = columns.findIndex(({ isFlexible }) => isFlexible === true);
  const total = widths.reduce((sum, one) => sum + one, GAP.length * (columns.length - 1));
  const natural = widths[flexible];
  if (natural !== undefined && total > width) {
    widths[flexible] = Math.max(Math.min(natural, LEAST_FLEXIBLE), natural - (total - width));
  }
  const line = (texts: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const isLast = index === columns.length - 1 && align !== 'right';
        const [text, room] = [texts[index] ?? '', widths[index] ?? 0];
        return isLast ? truncate(text, room) : fit(text, room, align);
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...cells.map(line)];
}
