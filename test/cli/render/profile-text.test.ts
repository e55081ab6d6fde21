import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { busiestFirst, profilePaths, renderProfile } from '../../../src/cli/render/profile-text.ts';
import type { ProfiledFunction, ThreadProfile } from '../../../src/core/inspection.ts';

const called = (
  functionName: string,
  self: number,
  given: Partial<ProfiledFunction> = {},
): ProfiledFunction => ({
  functionName,
  file: '/work/evals/scorer.ts',
  line: 88,
  column: 3,
  isYours: true,
  self,
  total: self,
  ...given,
});
const IN_V8 = { file: '', isYours: false };

const profile = (threadId: number, ...functions: readonly ProfiledFunction[]): ThreadProfile => ({
  threadId,
  name: 'WorkerThread',
  samples: 4_950,
  functions,
  cpuProfile: {},
});

const WIDE = { width: Number.POSITIVE_INFINITY, folder: '/work' };
const BUSY = profile(
  3,
  called('loopForEver', 0.98, { total: 0.985 }),
  called('(garbage collector)', 0.01, IN_V8),
  called('(idle)', 0.01, IN_V8),
);
const IDLE = profile(0, called('(idle)', 1, IN_V8));

it('prints the functions by their own time, and how busy the thread was', () => {
  expect(renderProfile(BUSY, WIDE)).toEqual([
    'Thread 3 WorkerThread · 99.0 % busy · 4,950 samples',
    '   SELF    TOTAL  FUNCTION             WHERE',
    ' 98.0 %   98.5 %  loopForEver          evals/scorer.ts:88:3  ◀ yours',
    '  1.0 %    1.0 %  (garbage collector)',
  ]);
});

it('prints one line of a thread that had nothing to do', () => {
  expect(renderProfile(IDLE, WIDE)).toEqual(['Thread 0 main · 0.0 % busy · 4,950 samples']);
});

it('says of a thread that gave no samples why', () => {
  const native = { ...profile(4), samples: 0 };
  expect(renderProfile(native, WIDE)).toEqual(['Thread 4 WorkerThread · no samples: it is in native code']);
  expect(busiestFirst([native, BUSY]).map(({ threadId }) => threadId)).toEqual([3, 4]);
});

it.each([40, 60, 80])('keeps to %i cells, without what could change the terminal', (width) => {
  const long = called(`\u001b[31m${'f'.repeat(80)}`, 0.5, { file: `/${'deep/'.repeat(40)}x.ts` });
  const lines = renderProfile(profile(3, long), { ...WIDE, width });
  expect(lines.every((line) => stringWidth(line) <= width)).toBe(true);
  expect(lines.join('')).not.toMatch(/\p{Cc}/u);
});

it('writes the busiest thread into the file that was asked for, and the others beside it', () => {
  const first = busiestFirst([IDLE, BUSY]);
  const place = {
    pid: 7,
    folder: '/home/.evaltui/profiles',
    at: new Date(Date.UTC(2026, 10, 21, 3, 14, 15)),
  };
  expect(profilePaths(first, { ...place, given: 'out/slow.cpuprofile' })).toEqual([
    'out/slow.cpuprofile',
    'out/slow-thread-0.cpuprofile',
  ]);
  expect(profilePaths(first, { ...place, given: undefined })).toEqual([
    '/home/.evaltui/profiles/7-thread-3-20261121T031415Z.cpuprofile',
    '/home/.evaltui/profiles/7-thread-0-20261121T031415Z.cpuprofile',
  ]);
});
