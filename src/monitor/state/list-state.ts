import type { TaskStanding } from '../../store/task-store.ts';
import type { EndChoice } from './end-choice.ts';

/** Where a list stands: what is selected is known by its identity, so that it stays selected while rows move. */
export interface ListState {
  /** Of the selected row. Null: whatever is at `index`, the top of the list to begin with. */
  readonly key: string | null;
  /** Where the selected row was last seen in the whole list, 0-based. */
  readonly index: number;
  /** The line of the viewport that it is on, 0-based: it stays there when rows come and go above it. */
  readonly line: number;
  readonly marks: readonly ListedRow[];
  /** Null: the list's own order. */
  readonly sort: string | null;
  readonly isReversed: boolean;
}

export const INITIAL_LIST: ListState = Object.freeze({
  key: null,
  index: 0,
  line: 0,
  marks: [],
  sort: null,
  isReversed: false,
});

export interface ListedRow {
  /** The identity of what the row shows. */
  readonly key: string;
  /** What it is called in a question. */
  readonly label: string;
  /** The task that it is, when it is one. */
  readonly task?: { readonly taskId: number; readonly standing: TaskStanding };
  /** The live process that it is of, which can be looked at; without a thread all of them are. */
  readonly place?: { readonly executorId: string; readonly thread?: number };
  /** What can be ended of it, what is meant most likely first. Absent: nothing. */
  readonly ends?: readonly EndChoice[];
}

/** The part of a list that is known, and how much of it the screen shows. */
export interface Listing {
  readonly rows: readonly ListedRow[];
  /** Of the first of `rows` in the whole list. */
  readonly offset: number;
  readonly total: number;
  /** Lines of the viewport. */
  readonly places: number;
  /** What it can be sorted by, its own order first. */
  readonly sorts: readonly string[];
  /** Whether `rows` are an answer to what the list asks for now, not to what it asked for before. */
  readonly isCurrent: boolean;
}

/** Where the selected row is now; where it was last seen when it is not among the known ones. */
export function selectedIndex(list: ListState, listing: Listing): number {
  const found = list.key === null ? -1 : listing.rows.findIndex(({ key }) => key === list.key);
  const index = found === -1 ? list.index : listing.offset + found;
  return clamp(index, 0, Math.max(0, listing.total - 1));
}

/** The selected row; undefined while it is not known, and in an empty list. */
export function selectedRow(list: ListState, listing: Listing): ListedRow | undefined {
  return listing.rows[selectedIndex(list, listing) - listing.offset];
}

/** The first line that the viewport shows. */
export function topOf(list: ListState, listing: Listing): number {
  return clamp(
    selectedIndex(list, listing) - clamp(list.line, 0, Math.max(0, listing.places - 1)),
    0,
    Math.max(0, listing.total - listing.places),
  );
}

export function moveLines(list: ListState, listing: Listing, by: number): ListState {
  const from = selectedIndex(list, listing);
  const to = clamp(from + by, 0, Math.max(0, listing.total - 1));
  const line = from - topOf(list, listing) + (to - from);
  return select(list, listing, to, clamp(line, 0, Math.max(0, listing.places - 1)));
}

/** A page on: the rows change, the line does not, until an end is reached. */
export function movePages(list: ListState, listing: Listing, by: number): ListState {
  const from = selectedIndex(list, listing);
  const to = clamp(from + by * Math.max(1, listing.places - 1), 0, Math.max(0, listing.total - 1));
  const line = from - topOf(list, listing);
  if (to === 0) return select(list, listing, to, 0);
  return select(list, listing, to, to === listing.total - 1 ? listing.places - 1 : line);
}

/** To the top, which is then followed whatever comes there, or to the end. */
export function moveToEnd(list: ListState, listing: Listing, end: 'first' | 'last'): ListState {
  if (end === 'first') return { ...list, key: null, index: 0, line: 0 };
  return select(list, listing, Math.max(0, listing.total - 1), Math.max(0, listing.places - 1));
}

/**
 * After new data: the selected row is found where it is now. When it is gone, what came to its place is
 * selected.
 */
export function settleList(list: ListState, listing: Listing): ListState {
  const isFollowingTop = list.key === null && list.index === 0;
  if (isFollowingTop || !listing.isCurrent) return list;
  if (listing.total === 0) return { ...list, key: null, index: 0, line: 0 };
  const index = selectedIndex(list, listing);
  const row = listing.rows[index - listing.offset];
  return select(list, listing, index, Math.min(list.line, index), row?.key ?? null);
}

export function toggleMark(list: ListState, listing: Listing): ListState {
  const row = selectedRow(list, listing);
  if (row === undefined) return list;
  const others = list.marks.filter(({ key }) => key !== row.key);
  const marks = others.length === list.marks.length ? [...others, row] : others;
  return moveLines({ ...list, marks }, listing, 1);
}

/** Sorted by the next column, in that column's own direction; after the last one by the first again. */
export function sortNext(list: ListState, listing: Listing): ListState {
  const { sorts } = listing;
  const at = list.sort === null ? 0 : sorts.indexOf(list.sort);
  return sortBy(list, sorts[(at + 1) % Math.max(1, sorts.length)] ?? null);
}

/** Another order is read from its top. */
export function sortBy(list: ListState, sort: string | null): ListState {
  return { ...INITIAL_LIST, marks: list.marks, sort };
}

function select(
  list: ListState,
  listing: Listing,
  index: number,
  line: number,
  key = listing.rows[index - listing.offset]?.key ?? null,
): ListState {
  if (key === list.key && index === list.index && line === list.line) return list;
  return { ...list, key, index, line };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
