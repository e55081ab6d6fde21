import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { ProcessIdentity } from '../../src/core/process-identity.ts';
import { identityOf, isAlive, thisProcess } from '../../src/process/identity.ts';
import { groupMembers, readProcess } from '../../src/process/process-table.ts';
import { processUsage } from '../../src/process/usage.ts';
import { startChild, startNode } from './start-child.ts';

test('tells this process by host, boot, pid and start time', () => {
  const identity = thisProcess();
  expect(identity).toMatchObject({ host: hostname(), pid: process.pid });
  expect(identity.boot).toMatch(/^[0-9a-f-]{36}$/i);
  expect(identity.startTime).not.toBe('');
  expect(identityOf(process.pid)).toEqual(identity);
  expect(isAlive(identity)).toBe(true);
});

test('is the same for a worker thread of the process', async () => {
  const file = JSON.stringify(new URL('../../src/process/identity.ts', import.meta.url).href);
  const code = `const { parentPort } = require('node:worker_threads');
    import(${file}).then(({ thisProcess }) => parentPort.postMessage(thisProcess()));`;
  const worker = new Worker(code, { eval: true });
  const [identity] = (await once(worker, 'message')) as [ProcessIdentity];
  await worker.terminate();
  expect(identity).toEqual(thisProcess());
});

test('is a value that survives JSON, as the db keeps it', () => {
  expect(isAlive(JSON.parse(JSON.stringify(thisProcess())) as ProcessIdentity)).toBe(true);
});

test('holds a process for dead when host, boot, pid or start time differ', async () => {
  using started = await startNode('console.log("ready"); setInterval(() => {}, 1000)');
  const { identity } = started;
  expect(isAlive(identity)).toBe(true);
  expect(isAlive({ ...identity, host: 'elsewhere' })).toBe(false);
  expect(isAlive({ ...identity, boot: '00000000-0000-0000-0000-000000000000' })).toBe(false);
  expect(isAlive({ ...identity, startTime: `${identity.startTime}1` })).toBe(false);
  expect(isAlive({ ...identity, pid: process.pid })).toBe(false);
});

test('holds a process for dead as soon as it has ended', async () => {
  using started = await startNode('console.log("ready"); setInterval(() => {}, 1000)');
  started.child.kill('SIGKILL');
  await once(started.child, 'exit');
  expect(isAlive(started.identity)).toBe(false);
  expect(identityOf(started.identity.pid)).toBeUndefined();
});

test('holds a zombie for dead: it has ended, though its parent has not noticed', async () => {
  // The shell replaces itself by a program that never waits for the child it got from the shell.
  using started = await startChild('sh', ['-c', 'sleep 1000 & echo $!; exec sleep 1000']);
  const pid = Number(started.firstLine);
  const identity = identityOf(pid)!;
  expect(isAlive(identity)).toBe(true);
  await expect.poll(() => commandOf(started.identity.pid), { interval: 5 }).toBe('sleep 1000');
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => readProcess(pid)?.isZombie, { interval: 5 }).toBe(true);
  expect(isAlive(identity)).toBe(false);
  expect(identityOf(pid)).toBeUndefined();
  expect(processUsage(pid)).toBeUndefined();
  expect(groupMembers(started.identity.pid)).toEqual([started.identity.pid]);
});

test('reads the group of a process whose name holds blanks and parentheses', async () => {
  using started = await startNode(
    'process.title = "a) R 1 (b"; console.log("ready"); setInterval(() => {}, 1000)',
  );
  const { pid } = started.identity;
  expect(readProcess(pid)).toEqual({
    isZombie: false,
    group: pid,
    startTime: started.identity.startTime,
  });
});

function commandOf(pid: number): string {
  return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).trim();
}
