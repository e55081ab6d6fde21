import type { ErrorGroup } from '../../store/task-store.ts';

interface ErrorPoint {
  readonly at: number;
  readonly tries: Readonly<Record<string, number>>;
}

/** How many tries had failed of what at some times of the last minutes, oldest first. */
export type ErrorHistory = readonly ErrorPoint[];

export const NO_ERRORS: ErrorHistory = Object.freeze([]);

const POINT_MS = 1_000;
const KEPT = 120;

/** What tells a group from the others of its run. */
export function errorGroupKey({
  kind,
  pattern,
  place,
}: Pick<ErrorGroup, 'kind' | 'pattern' | 'place'>): string {
  return `${kind} ${pattern} ${place ?? ''}`;
}

/** The history with these groups in it; about one point a second. */
export function rememberErrors(
  history: ErrorHistory,
  groups: readonly ErrorGroup[],
  now: number,
): ErrorHistory {
  const last = history.at(-1);
  if (last !== undefined && now - last.at < POINT_MS) return history;
  const tries = Object.fromEntries(groups.map((group) => [errorGroupKey(group), group.tries]));
  return [...history, { at: now, tries }].slice(-KEPT);
}

/**
 * What failed in each of the last `cells` seconds, as a share of the worst of them, oldest first. What was
 * not watched is 0.
 */
export function errorCurve(
  history: ErrorHistory,
  key: string,
  now: number,
  cells: number,
): readonly number[] {
  const first = history[0];
  if (first === undefined) return Array.from({ length: cells }, () => 0);
  const end = Math.floor(now / POINT_MS) * POINT_MS;
  const triesAt = (time: number): number => {
    const point = history.findLast(({ at }) => at <= time) ?? first;
    return point.tries[key] ?? 0;
  };
  const amounts = Array.from({ length: cells }, (_, index) => {
    const to = end - (cells - 1 - index) * POINT_MS;
    return Math.max(0, triesAt(to) - triesAt(to - POINT_MS));
  });
  const top = Math.max(...amounts);
  return amounts.map((amount) => (top === 0 ? 0 : amount / top));
}
