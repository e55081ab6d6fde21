import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startGuarded } from './ask-guard.ts';

const THREAD = fileURLToPath(new URL('./suspended-thread.ts', import.meta.url));
const LINES = readFileSync(THREAD, 'utf8').split('\n');

/** The source from a place on. */
const textAt = ({ line, column }: { readonly line: number; readonly column: number }): string =>
  (LINES[line - 1] ?? '').slice(column - 1);

describe('suspended async functions', () => {
  it('are counted by the await that they stand in, with those that await them', async () => {
    using guarded = await startGuarded(['suspended', 'hang']);
    const { groups } = await guarded.ask({ op: 'suspended' });
    const mine = groups
      .filter(({ frames }) => frames[0]?.file === THREAD)
      .map(({ threadId, count, frames }) => [threadId, count, ...frames.map((each) => each.functionName)]);
    expect(mine).toHaveLength(6);
    expect(mine[0]).toEqual([2, 40, 'callModel', 'step', 'runSample']);
    expect(mine).toEqual(
      expect.arrayContaining([
        [2, 1, 'callModel', 'throughAll', 'step', 'runSample'],
        [2, 1, 'callModel', 'throughRace', 'step', 'runSample'],
        [2, 1, 'callModel', 'throughThen', 'step', 'runSample'],
        // What is returned is not awaited by the function that returned it: it has ended.
        [2, 1, 'callModel', 'readReturned', 'step', 'runSample'],
        [2, 1, 'callModel', 'makeRows', 'readRows', 'step', 'runSample'],
      ]),
    );
    for (const { frames } of groups) for (const { isAwaiting } of frames) expect(isAwaiting).toBe(true);
    const [first] = groups;
    expect(first?.frames.map(textAt)).toEqual([
      expect.stringMatching(/^await new Promise/),
      'await work();',
      'await step(work);',
    ]);
    expect(first?.frames.every(({ isYours }) => isYours)).toBe(true);
  });

  it('are found in one thread, beside one in a loop and one in native code, which go on', async () => {
    using guarded = await startGuarded(['suspended', 'loop', 'native']);
    expect((await guarded.ask({ op: 'suspended', threadId: 2 })).groups.length).toBeGreaterThan(0);
    const all = await guarded.ask({ op: 'suspended' });
    expect(new Set(all.groups.map(({ threadId }) => threadId))).toContain(2);
    expect(all.unseen).toEqual([3, 4]);
    expect(await guarded.askInVain({ op: 'suspended', threadId: 4 })).toMatch(/event loop/);
    const stacks = await guarded.ask({ op: 'stack', locals: false });
    expect(stacks.map(({ state }) => state)).toEqual(['idle', 'idle', 'in-js', 'native']);
  });
});
