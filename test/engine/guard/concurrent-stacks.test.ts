import { expect, it } from 'vitest';
import { startGuarded } from './ask-guard.ts';

it('tells several at the same time the same stacks, and the threads go on', async () => {
  using guarded = await startGuarded(['loop', 'work', 'loop', 'work']);
  const asking = Array.from({ length: 4 }, async () => {
    for (let turn = 0; turn < 6; turn += 1) {
      const threads = await guarded.ask({ op: 'stack', locals: false });
      expect(threads.map(({ threadId }) => threadId)).toEqual([0, 2, 3, 4, 5]);
      expect(threads.map(({ state }) => state)).not.toContain('native');
      const loops = threads
        .filter(({ name }) => name === 'loop')
        .map(({ frames }) => frames[0]?.functionName);
      expect(loops).toEqual(['loopForever', 'loopForever']);
    }
  });
  await Promise.all(asking);
  const again = await guarded.ask({ op: 'stack', threadId: 0, locals: false });
  expect(again).toMatchObject([{ state: 'idle' }]);
});
