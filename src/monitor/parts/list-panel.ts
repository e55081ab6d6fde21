import { formatCount } from '../../core/format.ts';
import { type Column, layOutColumns } from './columns.ts';
import { type ListedRow, type Listing, selectedIndex, topOf } from '../state/list-state.ts';
import type { PaneSize } from './pane-layout.ts';
import type { ViewState } from '../state/screen-state.ts';
import { passesTextFilter } from '../state/task-filter.ts';
import { type Panel, type Part, type Row, textRow } from './view-model.ts';

/** A column that a list can be sorted by. */
export interface ListColumn<Item> extends Column<Item> {
  /** The name of the order; absent: not sorted by. */
  readonly sort?: string;
  /** What is compared; numbers and times the largest first, texts from a to z. */
  readonly value?: (item: Item) => number | string | null;
}

/** Rows of one kind: what they are called, look like and are told apart by. */
export interface ListKind<Item> {
  readonly columns: readonly ListColumn<Item>[];
  readonly status: (item: Item) => Part;
  /** Over the status, and its width. */
  readonly statusTitle: string;
  readonly statusWidth: number;
  readonly identify: (item: Item) => ListedRow;
}

/** Items of a list that is known as a whole: those that the filter lets through, in the order that is asked for. */
export function arrange<Item>(
  kind: ListKind<Item>,
  items: readonly Item[],
  view: ViewState,
): readonly Item[] {
  const textOf = (item: Item): string =>
    [kind.status(item).text, ...kind.columns.map(({ text }) => text(item))].join(' ');
  const passing =
    view.filter === '' ? items : items.filter((item) => passesTextFilter(view.filter, textOf(item)));
  const { sort, isReversed } = view.list;
  const value = kind.columns.find((column) => column.sort === sort)?.value;
  const sorted = value === undefined ? passing : [...passing].sort((a, b) => compare(value(a), value(b)));
  return isReversed ? [...sorted].reverse() : sorted;
}

/** The item of a list that is selected, before any of it is laid out. */
export function selectedItem<Item>(
  kind: ListKind<Item>,
  items: readonly Item[],
  view: ViewState,
): Item | undefined {
  const shown = arrange(kind, items, view);
  const { key, index } = view.list;
  const found = key === null ? undefined : shown.find((item) => kind.identify(item).key === key);
  return found ?? shown[Math.min(index, shown.length - 1)];
}

/** What is not known comes last. */
function compare(a: number | string | null, b: number | string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'string' || typeof b === 'string') return String(a).localeCompare(String(b), 'en');
  return b - a;
}

/** The listing of a list that is known as a whole. */
export function wholeListing<Item>(
  kind: ListKind<Item>,
  items: readonly Item[],
  places: number,
  ownSort: string,
): Listing {
  return {
    rows: items.map((item) => kind.identify(item)),
    offset: 0,
    total: items.length,
    places,
    sorts: [ownSort, ...kind.columns.flatMap(({ sort }) => (sort === undefined ? [] : [sort]))],
    isCurrent: true,
  };
}

/** Rows of a list that fit under its heading. */
export function listPlaces(size: PaneSize | null): number {
  return Math.max(1, (size?.places ?? 1) - 1);
}

/** Draws the part of a list that is in sight. `items` are those of `listing.rows`. */
export function selectListPanel<Item>(
  kind: ListKind<Item>,
  items: readonly Item[],
  list: {
    readonly key: string;
    readonly title: string;
    readonly empty: string;
    readonly view: ViewState;
    readonly listing: Listing;
    readonly size: PaneSize;
    readonly isActive: boolean;
  },
): Panel {
  const { listing, view, size } = list;
  const top = topOf(view.list, listing);
  const end = Math.min(listing.total, top + listing.places);
  const shown = items.slice(Math.max(0, top - listing.offset), Math.max(0, end - listing.offset));
  const selected = selectedIndex(view.list, listing) - Math.max(top, listing.offset);
  const table = layOutColumns(marked(kind.columns, view), shown, size.room - kind.statusWidth - MARGIN);
  const marks = new Set(view.list.marks.map(({ key }) => key));
  const rows = shown.map((item, index): Row => {
    const isSelected = index === selected;
    const status = kind.status(item);
    return {
      kind: 'parts',
      parts: [
        { text: isSelected ? '▸' : ' ', tone: 'accent' },
        { text: marks.has(kind.identify(item).key) ? '*' : ' ', tone: 'accent' },
        { ...status, text: status.text.padEnd(kind.statusWidth) },
        { text: ` ${table.rows[index] ?? ''}` },
      ],
      isSelected,
    };
  });
  const heading = `    ${kind.statusTitle.padEnd(kind.statusWidth)} ${table.heading}`;
  const isUnread = listing.total > 0 && rows.length === 0;
  return {
    key: list.key,
    title: list.title,
    note:
      listing.total === 0
        ? ''
        : `${formatCount(top + 1)}–${formatCount(end)} of ${formatCount(listing.total)}`,
    width: size.width,
    isActive: list.isActive,
    rows: [
      textRow(heading, 'muted'),
      ...(rows.length > 0 ? rows : [textRow(isUnread ? '  reading …' : `  ${list.empty}`, 'muted')]),
    ],
  };
}

/** Cursor, mark, the status's glyph and a blank behind it, a blank before the columns. */
const MARGIN = 5;

/** The heading of the column that sorts says so, and which way. */
function marked<Item>(columns: readonly ListColumn<Item>[], { list }: ViewState): readonly Column<Item>[] {
  return columns.map((column) => {
    const { sort, title, width } = column;
    if (sort === undefined || sort !== list.sort) return column;
    const arrow = list.isReversed ? '▴' : '▾';
    return { ...column, title: `${title.slice(0, Math.max(1, width - 1))}${arrow}` };
  });
}
