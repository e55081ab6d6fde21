import { expect, test } from 'vitest';
import {
  INITIAL_LIST,
  type Listing,
  type ListState,
  moveLines,
  movePages,
  moveToEnd,
  selectedIndex,
  selectedRow,
  settleList,
  sortNext,
  toggleMark,
  topOf,
} from '../../../src/monitor/state/list-state.ts';

function listing(keys: string, more: Partial<Listing> = {}): Listing {
  return {
    rows: keys.split('').map((key) => ({ key, label: key })),
    offset: 0,
    total: keys.length,
    places: 4,
    sorts: ['severity', 'task', 'age'],
    isCurrent: true,
    ...more,
  };
}

const LETTERS = listing('abcdefghij');

function keyIn(list: ListState, where: Listing): string | undefined {
  return selectedRow(list, where)?.key;
}

test('follows the top of a list until the user moves, and from then on what is selected', () => {
  expect(keyIn(settleList(INITIAL_LIST, listing('zab')), listing('zab'))).toBe('z');
  const moved = moveLines(INITIAL_LIST, LETTERS, 2);
  expect(keyIn(moved, LETTERS)).toBe('c');
  const changed = listing('xyzabcdefg');
  const settled = settleList(moved, changed);
  expect(keyIn(settled, changed)).toBe('c');
  // On the same line as before: what came went in above the viewport.
  expect(selectedIndex(settled, changed) - topOf(settled, changed)).toBe(2);
});

test('selects what came to the place of a row that is gone', () => {
  const moved = moveLines(INITIAL_LIST, LETTERS, 3);
  const without = listing('abcefghij');
  expect(keyIn(settleList(moved, without), without)).toBe('e');
  const short = listing('ab');
  expect(keyIn(settleList(moved, short), short)).toBe('b');
  expect(settleList(moved, listing(''))).toMatchObject({ key: null, index: 0 });
});

test('waits for the answer to what the list asks for now before it gives a row up', () => {
  const moved = moveLines(INITIAL_LIST, LETTERS, 3);
  expect(settleList(moved, listing('xyz', { isCurrent: false }))).toBe(moved);
});

test('scrolls when the selection leaves the viewport, and never past the ends', () => {
  let list = INITIAL_LIST;
  const tops = Array.from({ length: 12 }, () => {
    list = moveLines(list, LETTERS, 1);
    return topOf(list, LETTERS);
  });
  expect(tops).toEqual([0, 0, 0, 1, 2, 3, 4, 5, 6, 6, 6, 6]);
  expect(keyIn(list, LETTERS)).toBe('j');
  expect(keyIn(moveLines(list, LETTERS, -99), LETTERS)).toBe('a');
});

test('a page keeps the line, and an end is an end', () => {
  const second = moveLines(INITIAL_LIST, LETTERS, 1);
  const paged = movePages(second, LETTERS, 1);
  expect(keyIn(paged, LETTERS)).toBe('e');
  expect(selectedIndex(paged, LETTERS) - topOf(paged, LETTERS)).toBe(1);
  expect(keyIn(movePages(paged, LETTERS, 9), LETTERS)).toBe('j');
  expect(topOf(movePages(paged, LETTERS, -9), LETTERS)).toBe(0);
  expect(keyIn(moveToEnd(paged, LETTERS, 'last'), LETTERS)).toBe('j');
  expect(moveToEnd(paged, LETTERS, 'first')).toMatchObject({ key: null, index: 0 });
});

test('moves on in a list of which only a part is known, and finds the row when it comes', () => {
  const part = listing('abcd', { total: 1_000_000 });
  const end = moveToEnd(INITIAL_LIST, part, 'last');
  expect(selectedIndex(end, part)).toBe(999_999);
  expect(keyIn(end, part)).toBeUndefined();
  const last = listing('wxyz', { offset: 999_996, total: 1_000_000 });
  const settled = settleList(end, last);
  expect(settled.key).toBe('z');
  expect(topOf(settled, last)).toBe(999_996);
});

test('marks the selected row and goes on to the next; marking it again unmarks it', () => {
  const marked = toggleMark(toggleMark(INITIAL_LIST, LETTERS), LETTERS);
  expect(marked.marks.map(({ key }) => key)).toEqual(['a', 'b']);
  const back = toggleMark(moveLines(marked, LETTERS, -1), LETTERS);
  expect(back.marks.map(({ key }) => key)).toEqual(['a']);
});

test('sorts by each column in turn, from the top', () => {
  const moved = moveLines(INITIAL_LIST, LETTERS, 5);
  const sorts: (string | null)[] = [];
  let list: ListState = moved;
  for (let step = 0; step < 3; step += 1) {
    list = sortNext(list, LETTERS);
    sorts.push(list.sort);
  }
  expect(sorts).toEqual(['task', 'age', 'severity']);
  expect(list).toMatchObject({ key: null, index: 0 });
});
