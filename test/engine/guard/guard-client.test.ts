import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startGuard } from '../../../src/engine/guard/guard-client.ts';
import { startGuarded } from './ask-guard.ts';

describe('a process with a guard', () => {
  it('ends by itself when it has nothing more to do, also with a profile under way', async () => {
    using guarded = await startGuarded([], { main: 'end' });
    const exited = once(guarded.child, 'exit');
    // It is answered with what there is by then.
    expect(await guarded.ask({ op: 'profile', durationMs: 600_000 })).toMatchObject([{ name: 'main' }]);
    expect(await exited).toEqual([0, null]);
    expect(existsSync(guarded.socketPath)).toBe(false);
  });
});

it('finds nothing where a thread cannot be looked at, since its guard has ended', async () => {
  const guard = startGuard(null);
  const seen = guard.stackOf(1);
  await guard.close();
  expect(await seen).toBeUndefined();
  expect(await guard.stackOf(1)).toBeUndefined();
}, 5000);
