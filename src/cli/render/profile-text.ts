import { join, parse } from 'node:path';
import stringWidth from 'string-width';
import { formatCount, formatPercent } from '../../core/format.ts';
import type { ProfiledFunction, ThreadProfile } from '../../core/inspection.ts';
import { printable } from '../../core/printable.ts';
import { fit, truncate, truncateStart } from '../../monitor/parts/columns.ts';
import { placeText } from './code-place.ts';

/** So many functions are listed of a thread. */
const TOP = 15;
const MOST_OF_NAME = 40;
/** What V8 names a thread that has nothing to do. */
const IDLE = '(idle)';
const YOURS = '  ◀ yours';

/** The thread that was least idle first. */
export function busiestFirst(profiles: readonly ThreadProfile[]): readonly ThreadProfile[] {
  return profiles.toSorted((a, b) => busyShare(b) - busyShare(a) || a.threadId - b.threadId);
}

/** Whether it stands for the time in which the thread had nothing to do. */
export function isIdle({ functionName }: ProfiledFunction): boolean {
  return functionName === IDLE;
}

/** A thread in native code gives no samples: nobody knows what it does. */
function busyShare({ samples, functions }: ThreadProfile): number {
  return samples === 0 ? 0 : 1 - (functions.find(isIdle)?.self ?? 0);
}

/**
 * Where the profile of each thread is written. The file that was asked for holds the first one, since a file holds
 * the profile of one thread; the others lie beside it.
 */
export function profilePaths(
  profiles: readonly ThreadProfile[],
  {
    pid,
    folder,
    at,
    given,
  }: {
    readonly pid: number;
    /** Of what is not named. */
    readonly folder: string;
    readonly at: Date;
    readonly given: string | undefined;
  },
): readonly string[] {
  const stamp = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return profiles.map(({ threadId }, index) => {
    if (given === undefined) return join(folder, `${pid}-thread-${threadId}-${stamp}.cpuprofile`);
    const { dir, name, ext } = parse(given);
    return index === 0 ? given : join(dir, `${name}-thread-${threadId}${ext}`);
  });
}

/** The functions of a thread that took the most time, for a terminal. */
export function renderProfile(
  profile: ThreadProfile,
  { width, folder }: { readonly width: number; readonly folder: string },
): readonly string[] {
  const { threadId, name, samples, functions } = profile;
  const title = `Thread ${threadId} ${threadId === 0 ? 'main' : printable(name)}`.trimEnd();
  const told =
    samples === 0
      ? 'no samples: it is in native code'
      : `${formatPercent(busyShare(profile))} busy · ${formatCount(samples)} samples`;
  const heading = truncate(`${title} · ${told}`, width);
  const shown = functions.filter((each) => !isIdle(each)).slice(0, TOP);
  if (shown.length === 0) return [heading];
  const widest = shown.reduce((most, each) => Math.max(most, stringWidth(printable(each.functionName))), 8);
  const nameWidth = Math.min(widest, MOST_OF_NAME);
  return [
    heading,
    truncate(`   SELF    TOTAL  ${fit('FUNCTION', nameWidth)}  WHERE`, width),
    ...shown.map((each) => functionLine(each, { nameWidth, width, folder })),
  ];
}

function functionLine(
  each: ProfiledFunction,
  {
    nameWidth,
    width,
    folder,
  }: { readonly nameWidth: number; readonly width: number; readonly folder: string },
): string {
  const shares = `${formatPercent(each.self).padStart(7)}  ${formatPercent(each.total).padStart(7)}`;
  const mark = each.isYours ? YOURS : '';
  const room = width - shares.length - nameWidth - 4 - stringWidth(mark);
  // What V8 counts apart, such as the garbage collector, is nowhere in the code.
  const isInCode = !each.functionName.startsWith('(') || each.file !== '';
  const place = isInCode ? truncateStart(placeText(each, folder), Math.max(8, room)) : '';
  return truncate(
    `${shares}  ${fit(printable(each.functionName), nameWidth)}  ${place}${mark}`,
    width,
  ).trimEnd();
}
