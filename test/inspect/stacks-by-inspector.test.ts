import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { openInspector } from '../../src/inspect/open-inspector.ts';
import { stacksByInspector } from '../../src/inspect/stacks-by-inspector.ts';
import { listeningPorts } from '../../src/process/listening-ports.ts';
import { until } from '../e2e/run-evaltui.ts';
import { startPreparedNode } from './prepared-node.ts';

const WITHIN_MS = 10_000;
const ALL = { locals: false };

/** A main thread with workers, each of which does what a text says. */
const withWorkers = (main: string, ...workers: readonly string[]): string => `
  import { Worker } from 'node:worker_threads';
  const all = ${JSON.stringify(workers)}.map((code) => new Worker('console.log("up");' + code, { eval: true }));
  await Promise.all(all.map((worker) => new Promise((up) => worker.once('online', up))));
  setTimeout(() => { console.log('ready'); ${main} }, 100);
  setInterval(() => {}, 100_000);`;

const SPINS =
  'function spinForEver(limit) { for (let turn = 0; turn < limit; turn += 1) turn %= 1000; } spinForEver(Infinity);';
const WAITS = 'setInterval(() => {}, 100_000);';
const SLEEPS =
  'function sleepForEver() { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); } sleepForEver();';
const NATIVE = `process.getBuiltinModule('node:child_process').execFileSync('sleep', ['60']);`;

it('sees every thread: what it runs, where it waits, that it is idle or in native code', async () => {
  using node = await startPreparedNode(withWorkers('', SPINS, SLEEPS, WAITS, NATIVE));
  const seen = await stacksByInspector(node, { locals: true }, WITHIN_MS);
  if (seen.kind !== 'answer') throw new Error(seen.why);
  const told = seen.threads.map(({ state, frames }) => [state, frames[0]?.functionName]);
  expect(told).toEqual([
    ['in-js', 'spinForEver'],
    ['in-js', 'sleepForEver'],
    ['idle', undefined],
    ['native', undefined],
    ['idle', undefined],
  ]);
  expect(seen.threads[0]?.frames[0]?.locals).toContainEqual({ name: 'limit', value: 'Infinity' });
});

it('sees them also while the main thread is in an endless loop', async () => {
  using node = await startPreparedNode(withWorkers('function mainLoop() { for (;;); } mainLoop();', SPINS));
  const seen = await stacksByInspector(node, ALL, WITHIN_MS);
  if (seen.kind !== 'answer') throw new Error(seen.why);
  expect(seen.threads.map(({ frames }) => frames[0]?.functionName)).toEqual(['spinForEver', 'mainLoop']);
});

it('leaves the process unharmed and closes the port behind it, again and again', async () => {
  using node = await startPreparedNode(withWorkers('', SPINS, WAITS));
  for (let turn = 0; turn < 4; turn += 1) {
    expect(await stacksByInspector(node, ALL, WITHIN_MS)).toMatchObject({ kind: 'answer' });
    if (turn % 2 === 0) await until('the port is closed', () => listeningPorts(node.pid)?.length === 0);
    expect(node.hasEnded()).toBe(false);
  }
  await until('the port is closed', () => listeningPorts(node.pid)?.length === 0);
});

it('leaves an inspector open that somebody else has opened', async () => {
  using node = await startPreparedNode(WAITS.replace('set', `console.log('ready'); set`));
  expect(await openInspector(node, WITHIN_MS)).toMatchObject({ isOurs: true });
  const ports = listeningPorts(node.pid);
  expect(await stacksByInspector(node, ALL, WITHIN_MS)).toMatchObject({ kind: 'answer' });
  await new Promise((done) => setTimeout(done, 600));
  expect(listeningPorts(node.pid)).toEqual(ports);
});

it('lets a thread go on whose inspection was killed while the thread stood still', async () => {
  const counts = `let turns = 0; setInterval(() => console.log('turn', (turns += 1)), 20); console.log('ready');`;
  using node = await startPreparedNode(counts);
  const opened = await openInspector(node, WITHIN_MS);
  if (opened.kind !== 'open') throw new Error(opened.why);
  const client = spawn(process.execPath, ['-e', PAUSES, opened.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(createInterface(client.stdout), 'line');
  const turns = node.log().match(/turn/g)?.length;
  client.kill('SIGKILL');
  await until('it goes on', () => (node.log().match(/turn/g)?.length ?? 0) > (turns ?? 0) + 3);
});

/** Pauses the main thread, says so, and never lets it go. */
const PAUSES = `
  const socket = new WebSocket(process.argv[1]);
  socket.onopen = () => ['Debugger.enable', 'Debugger.pause'].forEach((method, id) =>
    socket.send(JSON.stringify({ id: id + 1, method })));
  socket.onmessage = ({ data }) => { if (data.includes('Debugger.paused')) console.log('paused'); };`;
