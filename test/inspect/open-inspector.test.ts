import { expect, it } from 'vitest';
import { openInspector } from '../../src/inspect/open-inspector.ts';
import { openWebSocketChannel } from '../../src/inspect/websocket-channel.ts';
import { listeningPorts } from '../../src/process/listening-ports.ts';
import { readProcessFacts } from '../../src/process/process-facts.ts';
import { until } from '../e2e/run-evaltui.ts';
import { startPreparedNode } from './prepared-node.ts';

const WAITS = `console.log('ready'); setInterval(() => {}, 1000);`;
const WITHIN_MS = 10_000;

it('opens the inspector of a process, and connects to it', async () => {
  using node = await startPreparedNode(WAITS);
  const opened = await openInspector(node, WITHIN_MS);
  if (opened.kind !== 'open') throw new Error(opened.why);
  expect(opened).toMatchObject({ isOurs: true, url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\//) });
  await using channel = (await openWebSocketChannel(opened.url, WITHIN_MS))!;
  const { result } = await channel.post('Runtime.evaluate', { expression: 'process.pid' });
  expect(result).toMatchObject({ value: node.pid });
  await expect(channel.post('Runtime.nonsense')).rejects.toThrow("'Runtime.nonsense' wasn't found");
});

it('opens it also while the main thread is in an endless loop', async () => {
  using node = await startPreparedNode(`console.log('ready'); for (;;);`);
  expect(await openInspector(node, WITHIN_MS)).toMatchObject({ kind: 'open' });
});

it('finds one that is open already', async () => {
  using node = await startPreparedNode(WAITS);
  const first = await openInspector(node, WITHIN_MS);
  const second = await openInspector(node, WITHIN_MS);
  expect(second).toEqual({ ...first, isOurs: false });
});

it('believes no address that the process only printed', async () => {
  const lie = 'Debugger listening on ws://127.0.0.1:1/00000000-0000-0000-0000-000000000000';
  using node = await startPreparedNode(`console.log('${lie}'); ${WAITS}`);
  expect(await openInspector(node, WITHIN_MS)).toMatchObject({
    kind: 'open',
    isOurs: true,
    url: expect.not.stringContaining('127.0.0.1:1/'),
  });
});

it('signals no process that may be another one, nor one that was not started for it', async () => {
  using node = await startPreparedNode(WAITS);
  using bare = await startPreparedNode(WAITS, []);
  const whys = [
    await openInspector({ ...node, token: 'another' }, WITHIN_MS),
    await openInspector({ ...node, executor: { ...node.executor, startTime: '1' } }, WITHIN_MS),
    await openInspector({ ...node, executor: { ...node.executor, logPath: null } }, WITHIN_MS),
    await openInspector(bare, WITHIN_MS),
  ];
  expect(whys.map((opened) => opened.kind === 'silent' && opened.why)).toEqual([
    'it does not carry the token of its executor',
    'it has ended',
    'it runs inside its supervisor, and has no log that tells the address',
    'it was not started with an inspector that keeps its address to itself',
  ]);
  // Had it been signalled, it would have been open already.
  expect(await openInspector(node, WITHIN_MS)).toMatchObject({ isOurs: true });
  expect(listeningPorts(bare.pid)).toEqual([]);
});

it('leaves a process alone that is stopped: it would open the port whenever it goes on', async () => {
  using node = await startPreparedNode(WAITS);
  process.kill(node.pid, 'SIGSTOP');
  await until('it is stopped', () => readProcessFacts(node.pid)?.state === 'T');
  const opened = await openInspector(node, WITHIN_MS);
  process.kill(node.pid, 'SIGCONT');
  expect(opened).toEqual({ kind: 'silent', why: 'it is stopped (SIGSTOP, or a debugger)' });
  expect(await openInspector(node, WITHIN_MS)).toMatchObject({ isOurs: true });
});

it('gives up on one whose main thread is in native code', async () => {
  using node = await startPreparedNode(
    `console.log('ready'); (await import('node:child_process')).execFileSync('sleep', ['60']);`,
  );
  await until('it waits for its child', () => (readProcessFacts(node.pid)?.children.length ?? 0) > 0);
  const opened = await openInspector(node, 500);
  expect(opened).toEqual({ kind: 'silent', why: 'its Node does not open the inspector within 0.5 s' });
  await until('the process is still there', () => !node.hasEnded());
});
