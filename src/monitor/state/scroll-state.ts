/** Where a text that is longer than its pane stands. */
export interface ScrollState {
  /** The first line that is shown, 0-based. */
  readonly top: number;
  /** Whether the end stays in sight while lines are added. */
  readonly isFollowing: boolean;
  /** What is searched for; empty: nothing. */
  readonly search: string;
  /** The line of the hit that was gone to last. */
  readonly hit: number | null;
}

export const INITIAL_SCROLL: ScrollState = Object.freeze({
  top: 0,
  isFollowing: false,
  search: '',
  hit: null,
});

/** A text, line by line, and how many lines of it the screen shows. */
export interface ScrolledText {
  readonly lines: readonly string[];
  readonly places: number;
}

/** The first line to show now: never so far that there is nothing below. */
export function scrolledTop(scroll: ScrollState, text: ScrolledText): number {
  const last = Math.max(0, text.lines.length - text.places);
  return scroll.isFollowing ? last : Math.min(scroll.top, last);
}

/** Moving up ends following; moving to the very end does not begin it. */
export function scrollBy(scroll: ScrollState, text: ScrolledText, by: number): ScrollState {
  const last = Math.max(0, text.lines.length - text.places);
  const top = Math.max(0, Math.min(last, scrolledTop(scroll, text) + by));
  return { ...scroll, top, isFollowing: scroll.isFollowing && by > 0 };
}

export function scrollToEnd(scroll: ScrollState, text: ScrolledText, end: 'first' | 'last'): ScrollState {
  if (end === 'first') return { ...scroll, top: 0, isFollowing: false, hit: null };
  return { ...scroll, top: Math.max(0, text.lines.length - text.places), hit: null };
}

export function toggleFollow(scroll: ScrollState, text: ScrolledText): ScrollState {
  return { ...scroll, top: scrolledTop(scroll, text), isFollowing: !scroll.isFollowing };
}

/** Lines that hold what is searched for, upper and lower case alike. */
export function searchHits(search: string, { lines }: ScrolledText): readonly number[] {
  if (search === '') return [];
  const wanted = search.toLowerCase();
  return lines.flatMap((line, index) => (line.toLowerCase().includes(wanted) ? [index] : []));
}

/**
 * The next hit behind the last one (`by` -1: before it), around the ends; the first one from where the text
 * stands when there was none. Nothing changes when there is no hit.
 */
export function goToHit(scroll: ScrollState, text: ScrolledText, by: 1 | -1): ScrollState {
  const hits = searchHits(scroll.search, text);
  const from = scroll.hit ?? scrolledTop(scroll, text) - by;
  const next =
    by === 1
      ? (hits.find((hit) => hit > from) ?? hits[0])
      : (hits.findLast((hit) => hit < from) ?? hits.at(-1));
  if (next === undefined) return { ...scroll, hit: null };
  const top = scrolledTop(scroll, text);
  const isInSight = next >= top && next < top + text.places;
  return {
    ...scroll,
    hit: next,
    isFollowing: false,
    top: isInSight ? top : Math.max(0, next - Math.floor(text.places / 3)),
  };
}
