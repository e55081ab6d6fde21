import { once } from 'node:events';
import { expect, test } from 'vitest';
import { TOKEN_VARIABLE } from '../../src/process/executor-token.ts';
import { identityOf, isAlive, thisProcess } from '../../src/process/identity.ts';
import { endProcessGroup, killProcessGroup } from '../../src/process/signals.ts';
import { findStrays, NO_GROUP } from '../../src/process/strays.ts';
import { startNode } from './start-child.ts';

const isLinux = process.platform === 'linux';
const SLEEPER = `'console.log(process.pid); setInterval(() => {}, 1000);'`;
/** Starts a child that leads a session of its own, with `env`, and prints its pid. */
const withStray = (env: string): string => `
  require('node:child_process').spawn(process.execPath, ['-e', ${SLEEPER}],
    { detached: true, stdio: 'inherit', env: ${env} });
  setInterval(() => {}, 1000);`;
const SIGNALS = JSON.stringify(new URL('../../src/process/signals.ts', import.meta.url).href);
const WITH_TOKEN = { ...process.env, [TOKEN_VARIABLE]: 'secret' };

test('ends a child that left the group, found by its descent', async () => {
  using started = await startNode(withStray('{}'));
  const stray = identityOf(Number(started.firstLine))!;
  expect(await endProcessGroup(started.identity, { graceMs: 20_000 })).toBe('terminated');
  expect([isAlive(started.identity), isAlive(stray)]).toEqual([false, false]);
});

test('finds what a process without a group of its own started, and nothing else of its group', async () => {
  using started = await startNode('console.log(1); setInterval(() => {}, 1000);', { detached: false });
  const found = findStrays({ group: NO_GROUP, leader: process.pid }).map(({ pid }) => pid);
  expect(found).toContain(started.identity.pid);
  expect(found).not.toContain(process.pid);
  expect(found).not.toContain(process.ppid);
  expect(findStrays({ group: NO_GROUP, leader: started.identity.pid })).toEqual([]);
});

test.runIf(isLinux)('ends what left the group of a dead leader, found by its token', async () => {
  using started = await startNode(withStray('process.env'), { env: WITH_TOKEN });
  const stray = identityOf(Number(started.firstLine))!;
  started.child.kill('SIGKILL');
  await once(started.child, 'exit');
  expect(await endProcessGroup(started.identity, { graceMs: 50, token: 'other' })).toBe('gone');
  expect(isAlive(stray)).toBe(true);
  expect(await endProcessGroup(started.identity, { graceMs: 20_000, token: 'secret' })).toBe('terminated');
  expect(isAlive(stray)).toBe(false);
});

test.runIf(isLinux)(
  'kills at once what left the group, and stays away from what has another token',
  async () => {
    using started = await startNode(withStray('process.env'), { env: WITH_TOKEN });
    using other = await startNode(withStray('process.env'), {
      env: { ...process.env, [TOKEN_VARIABLE]: 'secretly' },
    });
    const strays = [started, other].map(({ firstLine }) => identityOf(Number(firstLine))!);
    expect(killProcessGroup(started.identity, 'secret')).toBe(true);
    await expect.poll(() => strays.map(isAlive), { interval: 5 }).toEqual([false, true]);
    expect(killProcessGroup(other.identity, 'secretly')).toBe(true);
    await expect.poll(() => strays.map(isAlive), { interval: 5 }).toEqual([false, false]);
  },
);

test.runIf(isLinux)('ends itself with all that it started, wherever that went', async () => {
  using started = await startNode(
    `${withStray('process.env')}
    process.on('SIGTERM', () => import(${SIGNALS}).then(({ killOwnGroup }) => killOwnGroup('secret')));`,
    { env: WITH_TOKEN },
  );
  const stray = identityOf(Number(started.firstLine))!;
  const exit = once(started.child, 'exit');
  started.child.kill('SIGTERM');
  expect(await exit).toEqual([null, 'SIGKILL']);
  await expect.poll(() => isAlive(stray), { interval: 5 }).toBe(false);
});

test.runIf(isLinux).for([1, 2, 3])(
  'ends also what it starts in the moment of its end, time %d',
  async (time) => {
    const token = `secret ${process.pid} ${time}`;
    // Threads that start one after the other, in sessions of their own, also while the main thread looks for them.
    const starts = `
    const { spawn } = require('node:child_process');
    const startNext = () => {
      spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref();
      setImmediate(startNext);
    };
    startNext();`;
    using started = await startNode(
      `const { Worker } = require('node:worker_threads');
    for (let count = 0; count < 4; count += 1) new Worker(${JSON.stringify(starts)}, { eval: true });
    import(${SIGNALS}).then(({ killOwnGroup }) => {
      process.on('SIGTERM', () => killOwnGroup(${JSON.stringify(token)}));
      console.log('ready');
    });`,
      { env: { ...process.env, [TOKEN_VARIABLE]: token } },
    );
    const left = (): number => findStrays({ group: started.identity.pid, token }).length;
    await expect.poll(left).toBeGreaterThan(5);
    const exit = once(started.child, 'exit');
    started.child.kill('SIGTERM');
    expect(await exit).toEqual([null, 'SIGKILL']);
    await expect.poll(left, { interval: 20, timeout: 5000 }).toBe(0);
  },
);

test('never finds this process, nor one without a token for an empty one', () => {
  const { pid } = thisProcess();
  const found = findStrays({ group: 1, leader: process.ppid, token: '' });
  expect(found.map((stray) => stray.pid)).not.toContain(pid);
  expect(findStrays({ group: pid, token: '' })).toEqual([]);
});
