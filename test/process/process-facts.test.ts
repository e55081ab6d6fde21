import { expect, it } from 'vitest';
import { listeningPorts } from '../../src/process/listening-ports.ts';
import { isStopped, readProcessFacts } from '../../src/process/process-facts.ts';
import { until } from '../e2e/run-evaltui.ts';
import { startNode } from './start-child.ts';

const STARTS = `
  const child = require('node:child_process').spawn('sleep', ['60']);
  child.once('spawn', () => console.log(child.pid));
  setInterval(() => {}, 1000)`;

it('tells the state of a process, its threads and its children', async () => {
  using node = await startNode(STARTS);
  const { pid } = node.identity;
  const facts = await until('it sleeps', () => {
    const seen = readProcessFacts(pid);
    return seen?.state === 'S' && seen;
  });
  expect(facts.children).toEqual([{ pid: Number(node.firstLine), command: 'sleep 60' }]);
  if (process.platform !== 'linux') return;
  expect(facts.threads[0]).toMatchObject({ tid: pid, state: 'S' });
  expect(facts.threads.length).toBeGreaterThan(1);
});

it('counts what a busy thread uses, and knows a stopped one', async () => {
  using node = await startNode('console.log(1); for (;;);');
  const { pid } = node.identity;
  await until('it used 100 ms', () => (readProcessFacts(pid)?.threads[0]?.cpuMs ?? 0) >= 100);
  process.kill(pid, 'SIGSTOP');
  expect(isStopped({ pid: process.pid })).toBe(false);
  await until('it is stopped', () => readProcessFacts(pid)?.state === 'T');
  expect(isStopped({ pid })).toBe(true);
});

it('tells nothing of a process that is gone', async () => {
  const node = await startNode('console.log(1)');
  await until('it is gone', () => readProcessFacts(node.identity.pid) === undefined);
});

it('knows the ports a process listens at, and no other', async () => {
  const listens = `const { createServer } = require('node:net');
    const server = createServer().listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  using node = await startNode(listens);
  using quiet = await startNode('console.log(1); setInterval(() => {}, 1000)');
  if (process.platform !== 'linux') return;
  expect(listeningPorts(node.identity.pid)).toEqual([Number(node.firstLine)]);
  expect(listeningPorts(quiet.identity.pid)).toEqual([]);
});
