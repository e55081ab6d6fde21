import { expect, test } from 'vitest';
import {
  goToHit,
  INITIAL_SCROLL,
  scrollBy,
  scrolledTop,
  scrollToEnd,
  searchHits,
  toggleFollow,
} from '../../../src/monitor/state/scroll-state.ts';

const TEXT = {
  lines: Array.from({ length: 20 }, (_, line) => (line % 6 === 5 ? `Hit ${line}` : 'no')),
  places: 5,
};

test('scrolls between the ends', () => {
  expect(scrolledTop(scrollBy(INITIAL_SCROLL, TEXT, 3), TEXT)).toBe(3);
  expect(scrolledTop(scrollBy(INITIAL_SCROLL, TEXT, 99), TEXT)).toBe(15);
  expect(scrolledTop(scrollBy(INITIAL_SCROLL, TEXT, -1), TEXT)).toBe(0);
  expect(scrolledTop(scrollToEnd(INITIAL_SCROLL, TEXT, 'last'), TEXT)).toBe(15);
});

test('keeps the end in sight while it follows, until the user goes up', () => {
  const following = toggleFollow(INITIAL_SCROLL, TEXT);
  const longer = { ...TEXT, lines: [...TEXT.lines, 'new', 'newer'] };
  expect(scrolledTop(following, TEXT)).toBe(15);
  expect(scrolledTop(following, longer)).toBe(17);
  const up = scrollBy(following, longer, -1);
  expect(up.isFollowing).toBe(false);
  expect(scrolledTop(up, longer)).toBe(16);
});

test('goes from hit to hit, round the ends, and stays where there is none', () => {
  const search = { ...INITIAL_SCROLL, search: 'hit' };
  expect(searchHits('hit', TEXT)).toEqual([5, 11, 17]);
  let scroll = goToHit(search, TEXT, 1);
  const hits = [scroll.hit];
  for (let step = 0; step < 3; step += 1) {
    scroll = goToHit(scroll, TEXT, 1);
    hits.push(scroll.hit);
  }
  expect(hits).toEqual([5, 11, 17, 5]);
  expect(goToHit(scroll, TEXT, -1).hit).toBe(17);
  expect(goToHit({ ...INITIAL_SCROLL, search: 'nowhere' }, TEXT, 1)).toMatchObject({ hit: null, top: 0 });
});

test('a hit out of sight is scrolled to, one in sight is not', () => {
  const first = goToHit({ ...INITIAL_SCROLL, search: 'hit' }, TEXT, 1);
  expect(first.top).toBeLessThanOrEqual(5);
  expect(first.top + TEXT.places).toBeGreaterThan(5);
  const near = goToHit({ ...INITIAL_SCROLL, top: 3, search: 'hit' }, TEXT, 1);
  expect(near).toMatchObject({ hit: 5, top: 3 });
});
