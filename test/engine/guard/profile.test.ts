import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ThreadProfile } from '../../../src/core/inspection.ts';
import { startGuarded, TOKEN } from './ask-guard.ts';

interface CpuProfile {
  readonly nodes: readonly { readonly id: number }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
  readonly startTime: number;
  readonly endTime: number;
}

const shareOf = (profile: ThreadProfile | undefined, isMeant: (name: string) => boolean): number =>
  profile?.functions.filter((each) => isMeant(each.functionName)).reduce((sum, { self }) => sum + self, 0) ??
  0;

describe('a profile', () => {
  it('shows where each thread spends its time, also one in a loop', async () => {
    using guarded = await startGuarded(['loop', 'hang', 'recursion', 'native']);
    const profiles = await guarded.ask({ op: 'profile', durationMs: 500 });
    expect(profiles.map(({ threadId, name }) => [threadId, name])).toEqual([
      [0, 'main'],
      [2, 'loop'],
      [3, 'hang'],
      [4, 'recursion'],
      [5, 'native'],
    ]);
    const [, loop, hang, recursion, native] = profiles;
    // V8 tells a function that was put into its caller as that caller.
    expect(shareOf(loop, (name) => ['loopForever', 'gradeAnswer'].includes(name))).toBeGreaterThan(0.5);
    expect(shareOf(hang, (name) => name === '(idle)')).toBeGreaterThan(0.5);
    expect(native).toMatchObject({ samples: 0, functions: [] });
    const [top] = recursion?.functions ?? [];
    expect(top).toMatchObject({ functionName: 'descend', isYours: true });
    // It is three thousand times on the stack.
    expect(top?.total).toBeGreaterThan(0.5);
    expect(top?.total).toBeLessThanOrEqual(1);
    for (const { functions } of profiles) {
      expect(functions.reduce((sum, { self }) => sum + self, 0)).toBeLessThanOrEqual(1.000_001);
    }
  });

  it('is a whole file for other tools', async () => {
    using guarded = await startGuarded(['loop']);
    const [profile] = await guarded.ask({ op: 'profile', threadId: 2, durationMs: 300 });
    const { nodes, samples, timeDeltas, startTime, endTime } = (profile?.cpuProfile ??
      {}) as unknown as CpuProfile;
    const ids = new Set(nodes.map(({ id }) => id));
    expect(samples.length).toBeGreaterThan(20);
    expect(timeDeltas.length).toBe(samples.length);
    expect(samples.every((id) => ids.has(id))).toBe(true);
    expect(endTime - startTime).toBeGreaterThan(250_000);
  });

  it('lets stacks be taken meanwhile, but no other profile', async () => {
    using guarded = await startGuarded(['loop']);
    const profile = guarded.ask({ op: 'profile', durationMs: 1000 });
    await expect.poll(() => guarded.askInVain({ op: 'profile', durationMs: 1 })).toMatch(/being taken/);
    const stacks = await guarded.ask({ op: 'stack', locals: false });
    expect(stacks.map(({ name }) => name)).toEqual(['main', 'loop']);
    expect((await profile).map(({ name }) => name)).toEqual(['main', 'loop']);
  });

  it('ends when the one who asked goes away', async () => {
    using guarded = await startGuarded(['loop']);
    const socket = connect(guarded.socketPath);
    socket.write(`${JSON.stringify({ token: TOKEN, op: 'profile', durationMs: 600_000 })}\n`);
    await expect.poll(() => guarded.askInVain({ op: 'profile', durationMs: 1 })).toMatch(/being taken/);
    socket.destroy();
    const countProfiles = async (): Promise<number> => {
      const profiles = guarded.ask({ op: 'profile', threadId: 2, durationMs: 50 });
      return profiles.then(({ length }) => length).catch(() => 0);
    };
    await expect.poll(countProfiles, { timeout: 5000 }).toBe(1);
  });
});
