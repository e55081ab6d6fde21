import { formatCount } from '../../core/format.ts';
import type { PaneSize } from './pane-layout.ts';
import { searchHits, scrolledTop, type ScrolledText, type ScrollState } from '../state/scroll-state.ts';
import { type Panel, type Part, type Row, rowText } from './view-model.ts';

/** The rows of a text as what can be scrolled and searched. */
export function scrolledText(rows: readonly Row[], size: PaneSize): ScrolledText {
  return { lines: rows.map(rowText), places: size.places };
}

/** Draws the part of a text that is in sight; lines that hold what is searched for are marked. */
export function selectTextPanel(
  rows: readonly Row[],
  pane: {
    readonly key: string;
    readonly title: string;
    readonly scroll: ScrollState;
    readonly text: ScrolledText;
    readonly size: PaneSize;
    readonly isActive: boolean;
  },
): Panel {
  const { scroll, text, size } = pane;
  const top = scrolledTop(scroll, text);
  const hits = new Set(searchHits(scroll.search, text));
  const shown = rows.slice(top, top + text.places).map((row, index): Row => {
    if (!hits.has(top + index) || row.kind !== 'parts') return row;
    return {
      kind: 'parts',
      parts: highlighted(row.parts, scroll.search),
      isSelected: top + index === scroll.hit,
    };
  });
  return {
    key: pane.key,
    title: pane.title,
    note: noteOf(scroll, text, top, hits.size),
    width: size.width,
    isActive: pane.isActive,
    rows: shown,
  };
}

function noteOf(scroll: ScrollState, text: ScrolledText, top: number, hits: number): string {
  const found =
    scroll.search === ''
      ? []
      : [`${hits === 0 ? 'no' : formatCount(hits)} ${hits === 1 ? 'line' : 'lines'} with "${scroll.search}"`];
  const end = Math.min(text.lines.length, top + text.places);
  const place =
    text.lines.length <= text.places
      ? []
      : [`${formatCount(top + 1)}–${formatCount(end)}/${formatCount(text.lines.length)}`];
  return [...found, ...(scroll.isFollowing ? ['following'] : []), ...place].join(' · ');
}

/** What was searched for stands out, in whatever part it is. */
function highlighted(parts: readonly Part[], search: string): readonly Part[] {
  const wanted = search.toLowerCase();
  return parts.flatMap((part): readonly Part[] => {
    // A glyph is drawn once for its part, so such a part stays whole.
    if (part.status !== undefined) return [part];
    const lower = part.text.toLowerCase();
    // Lower case of another length would point to other places.
    if (lower.length !== part.text.length) return [part];
    const pieces: Part[] = [];
    let from = 0;
    for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
      if (at > from) pieces.push({ ...part, text: part.text.slice(from, at) });
      pieces.push({ text: part.text.slice(at, at + wanted.length), tone: 'warning' });
      from = at + wanted.length;
    }
    return pieces.length === 0 ? [part] : [...pieces, { ...part, text: part.text.slice(from) }];
  });
}
