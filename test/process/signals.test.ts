import { once } from 'node:events';
import { expect, test } from 'vitest';
import { TOKEN_VARIABLE } from '../../src/process/executor-token.ts';
import { identityOf, isAlive, thisProcess } from '../../src/process/identity.ts';
import { groupMembers, readProcess } from '../../src/process/process-table.ts';
import { endProcessGroup, killProcessGroup } from '../../src/process/signals.ts';
import { startChild, startNode } from './start-child.ts';

const IDLE = 'console.log("ready"); setInterval(() => {}, 1000);';
/** Its handler never runs, so SIGTERM does nothing. */
const STUCK = 'process.on("SIGTERM", () => {}); console.log("ready"); while (true);';
/** Prints its child's pid. The child ignores SIGTERM, the parent does not. */
const WITH_STUBBORN_CHILD = `
  const { spawn } = require('node:child_process');
  const script = 'process.on("SIGTERM", () => {}); console.log(process.pid); setInterval(() => {}, 1000);';
  spawn(process.execPath, ['-e', script], { stdio: 'inherit' });`;
const isLinux = process.platform === 'linux';

test('ends a process that heeds SIGTERM without waiting for the grace time', async () => {
  using started = await startNode(IDLE);
  const exit = once(started.child, 'exit');
  const before = performance.now();
  expect(await endProcessGroup(started.identity, { graceMs: 20_000 })).toBe('terminated');
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(await exit).toEqual([null, 'SIGTERM']);
});

test('kills a process that is stuck in a loop', async () => {
  using started = await startNode(STUCK);
  const exit = once(started.child, 'exit');
  expect(await endProcessGroup(started.identity, { graceMs: 50 })).toBe('killed');
  expect(await exit).toEqual([null, 'SIGKILL']);
});

test('kills a process that was stopped, which SIGTERM does not reach', async () => {
  using started = await startNode(IDLE);
  started.child.kill('SIGSTOP');
  const exit = once(started.child, 'exit');
  expect(await endProcessGroup(started.identity, { graceMs: 50 })).toBe('killed');
  expect(await exit).toEqual([null, 'SIGKILL']);
});

test('ends the children too, also one that ignores SIGTERM and outlives its parent', async () => {
  using started = await startNode(WITH_STUBBORN_CHILD);
  const grandchild = identityOf(Number(started.firstLine))!;
  expect(groupMembers(started.identity.pid)).toHaveLength(2);
  expect(await endProcessGroup(started.identity, { graceMs: 100 })).toBe('killed');
  expect(isAlive(grandchild)).toBe(false);
  expect(isAlive(started.identity)).toBe(false);
});

test('kills a group at once with its children', async () => {
  using started = await startNode(WITH_STUBBORN_CHILD);
  const grandchild = identityOf(Number(started.firstLine))!;
  expect(killProcessGroup(started.identity)).toBe(true);
  await expect.poll(() => isAlive(grandchild) || isAlive(started.identity), { interval: 5 }).toBe(false);
  expect(killProcessGroup(started.identity)).toBe(false);
});

test('never signals a process that got the pid of one that is gone', async () => {
  using started = await startNode(IDLE);
  const gone = { ...started.identity, startTime: '1' };
  expect(await endProcessGroup(gone, { graceMs: 50 })).toBe('gone');
  expect(killProcessGroup(gone)).toBe(false);
  const rebooted = { ...started.identity, boot: 'another' };
  expect(await endProcessGroup(rebooted, { graceMs: 50 })).toBe('gone');
  expect(killProcessGroup({ ...started.identity, host: 'another' })).toBe(false);
  expect(isAlive(started.identity)).toBe(true);
});

test('never signals this process, nor the group that it is in', async () => {
  expect(await endProcessGroup(thisProcess(), { graceMs: 50 })).toBe('refused');
  expect(killProcessGroup(thisProcess())).toBe(false);
  // A child in a group of its own that is told to kill its leader's group: it would die with it.
  const file = JSON.stringify(new URL('../../src/process/', import.meta.url).href);
  const script = `
    Promise.all([import(${file} + 'signals.ts'), import(${file} + 'identity.ts')]).then(
      ([{ killProcessGroup }, { identityOf }]) =>
        console.log(killProcessGroup(identityOf(process.ppid)) + ' ' + process.pid));`;
  const parent = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(script)}],
    { stdio: 'inherit' }); setInterval(() => {}, 1000);`;
  using started = await startNode(parent);
  expect(started.firstLine).toMatch(/^false \d+$/);
  expect(isAlive(started.identity)).toBe(true);
});

test('signals a process that leads no group alone', async () => {
  using started = await startNode(IDLE, { detached: false });
  expect(readProcess(started.identity.pid)?.group).toBe(readProcess(process.pid)?.group);
  const exit = once(started.child, 'exit');
  expect(await endProcessGroup(started.identity, { graceMs: 20_000 })).toBe('terminated');
  expect(await exit).toEqual([null, 'SIGTERM']);
});

test('says that there was nothing to end', async () => {
  using started = await startNode(IDLE);
  started.child.kill('SIGKILL');
  await once(started.child, 'exit');
  expect(await endProcessGroup(started.identity, { graceMs: 50 })).toBe('gone');
});

test.runIf(isLinux)('refuses a process without the token, and ends one that has it', async () => {
  using started = await startNode(IDLE, { env: { ...process.env, [TOKEN_VARIABLE]: 'secret' } });
  expect(await endProcessGroup(started.identity, { graceMs: 50, token: 'secre' })).toBe('refused');
  expect(killProcessGroup(started.identity, 'other')).toBe(false);
  expect(isAlive(started.identity)).toBe(true);
  expect(await endProcessGroup(started.identity, { graceMs: 20_000, token: 'secret' })).toBe('terminated');
});

test.runIf(isLinux)(
  'takes one whose environment cannot be seen any more for ending, until it does not end',
  async () => {
    // As a process that frees its memory is seen: it lives, and its environment is empty.
    using ending = await startNode('console.log("ready"); setTimeout(() => {}, 300);', { env: {} });
    expect(killProcessGroup(ending.identity, 'secret')).toBe(false);
    expect(await endProcessGroup(ending.identity, { graceMs: 50, token: 'secret' })).toBe('gone');
    using staying = await startNode(IDLE, { env: {} });
    expect(await endProcessGroup(staying.identity, { graceMs: 50, token: 'secret' })).toBe('refused');
    expect(isAlive(staying.identity)).toBe(true);
  },
);

test.runIf(isLinux)('ends what a dead leader left behind only when the token proves it', async () => {
  using started = await startNode(WITH_STUBBORN_CHILD, {
    env: { ...process.env, [TOKEN_VARIABLE]: 'secret' },
  });
  const grandchild = identityOf(Number(started.firstLine))!;
  started.child.kill('SIGKILL');
  await once(started.child, 'exit');
  expect(killProcessGroup(started.identity)).toBe(false);
  expect(await endProcessGroup(started.identity, { graceMs: 50, token: 'other' })).toBe('gone');
  expect(isAlive(grandchild)).toBe(true);
  expect(await endProcessGroup(started.identity, { graceMs: 50, token: 'secret' })).toBe('killed');
  expect(isAlive(grandchild)).toBe(false);
});

test('does not wait for a zombie to be noticed by its parent', async () => {
  // The sleeping parent never waits; setsid gives the child a group of its own.
  const script = 'const { spawn } = require("node:child_process");';
  using started = await startNode(`${script}
    const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
    console.log(child.pid);
    while (true);`);
  const zombie = identityOf(Number(started.firstLine))!;
  expect(await endProcessGroup(zombie, { graceMs: 20_000 })).toBe('terminated');
  expect(readProcess(zombie.pid)?.isZombie).toBe(true);
  expect(await endProcessGroup(zombie, { graceMs: 50 })).toBe('gone');
});

test.runIf(isLinux && process.getuid?.() === 0)('is refused what belongs to another user', async () => {
  using started = await startChild('sh', ['-c', 'echo ready; sleep 1000']);
  const file = JSON.stringify(new URL('../../src/process/signals.ts', import.meta.url).href);
  const script = `
    process.setgid(65534); process.setuid(65534);
    import(${file}).then(({ endProcessGroup }) =>
      endProcessGroup(${JSON.stringify(started.identity)}, { graceMs: 50 })).then(console.log);`;
  using other = await startNode(`${script} setInterval(() => {}, 1000);`);
  expect(other.firstLine).toBe('refused');
  expect(isAlive(started.identity)).toBe(true);
});
