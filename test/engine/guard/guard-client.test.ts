import { expect, it } from 'vitest';
import { startNode } from '../../process/start-child.ts';
import { once } from 'node:events';

const FILE: string = new URL('../../../src/engine/guard/guard-client.ts', import.meta.url).href;

it('keeps no process alive that has nothing else to do', async () => {
  const script = `import(${JSON.stringify(FILE)}).then(async ({ startGuard }) => {
    const { stackOf } = startGuard(null);
    await stackOf(99);
    console.log('looked');
  });`;
  using started = await startNode(script);
  expect(started.firstLine).toBe('looked');
  expect(started.child.exitCode ?? (await once(started.child, 'exit'))[0]).toBe(0);
});
