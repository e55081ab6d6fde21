import type { KeyHint } from '../keys/key-map.ts';
import type { Part, Row, ScreenView } from '../parts/view-model.ts';

/**
 * A screen as lines to be read out: no frames, bars, curves or glyphs, every panel's title as a line of its own,
 * columns parted by commas. What a glyph says, a word beside it says too.
 */
export function selectLinear(view: ScreenView, hints: readonly KeyHint[]): readonly string[] {
  const panels = view.bands.flatMap((band) => band.panels);
  const lines = [
    partsText([...view.header.left, { text: '  ' }, ...view.header.right]),
    partsText([...view.tabs.left, { text: '  ' }, ...view.tabs.right]),
    ...panels.flatMap((panel) => {
      const rows = panel.rows.map(rowText).filter((row) => row !== '');
      return rows.length === 0 ? [] : [`${readable(panel.title)}:`, ...rows];
    }),
    partsText(view.foot),
    hints.length === 0 ? '' : `Keys: ${hints.map(({ keys, label }) => `${keys} ${label}`).join(', ')}`,
  ];
  return lines.filter((line) => line !== '');
}

function rowText(row: Row): string {
  switch (row.kind) {
    case 'parts':
      return `${row.isSelected === true ? 'selected: ' : ''}${partsText(row.parts)}`;
    case 'bar':
    case 'curve':
      return readable(`${row.label}  ${row.text}`);
  }
}

function partsText(parts: readonly Part[]): string {
  return readable(parts.map(({ text, status }) => (status === undefined ? text : `  ${text}`)).join(''));
}

/** Columns are padded with blanks, headings are underlined, and the cursor is a sign: nobody hears that. */
function readable(text: string): string {
  return text
    .replace(/─{2,}|^ *▸/g, ' ')
    .trim()
    .replace(/ · | {2,}/g, ', ')
    .replace(/(, )+/g, ', ');
}
