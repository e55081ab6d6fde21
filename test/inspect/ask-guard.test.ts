import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askGuard } from '../../src/inspect/ask-guard.ts';
import { readProcessFacts } from '../../src/process/process-facts.ts';
import { until } from '../e2e/run-evaltui.ts';
import { startNode } from '../process/start-child.ts';
import { reply, startGuardStandIn, type GuardStandIn } from './guard-stand-in.ts';

const QUESTION = { op: 'stack', locals: false } as const;
const token = 'the-token';

function ask(guard: GuardStandIn, options: Partial<Parameters<typeof askGuard>[2]> = {}) {
  return askGuard({ executor: guard.executor, token }, QUESTION, { withinMs: 5_000, ...options });
}

it('sends the token with the question as one line, and gives the answer', async () => {
  using guard = await startGuardStandIn(reply({ kind: 'answer', answer: [] }));
  expect(await ask(guard)).toEqual({ kind: 'answer', answer: [] });
  expect(guard.requests.map((line) => JSON.parse(line) as unknown)).toEqual([{ token, ...QUESTION }]);
});

it('gives the reason of a refusal', async () => {
  using guard = await startGuardStandIn(reply({ kind: 'refused', message: 'no such thread' }));
  expect(await ask(guard)).toEqual({ kind: 'refused', message: 'no such thread' });
});

it('puts an answer together that comes in parts, within a character too', async () => {
  const line = Buffer.from(`${JSON.stringify({ kind: 'answer', answer: [{ name: 'größe 🙂' }] })}\n`);
  const cut = line.indexOf(Buffer.from('🙂')) + 2;
  using guard = await startGuardStandIn((socket) => {
    socket.write(line.subarray(0, cut), () => setImmediate(() => socket.write(line.subarray(cut))));
  });
  expect(await ask(guard)).toMatchObject({ answer: [{ name: 'größe 🙂' }] });
});

it.each([
  ['does not answer in time', () => {}, 'does not answer within 0.1 s'],
  ['hangs up', (socket: { end(): void }) => socket.end(), 'hangs up without an answer'],
  ['answers no JSON', (socket: { end(text: string): void }) => socket.end('hello\n'), 'no reply'],
  ['answers null', reply(null), 'no reply'],
  ['answers something else', reply({ kind: 'answer', answer: null }), 'no reply'],
  ['refuses without a reason', reply({ kind: 'refused' }), 'no reply'],
] as const)('says so when the guard %s', async (_what, converse, why) => {
  using guard = await startGuardStandIn(converse as Parameters<typeof startGuardStandIn>[0]);
  const response = await ask(guard, { withinMs: why.includes('0.1') ? 100 : 5_000 });
  expect(response).toEqual({ kind: 'silent', why: expect.stringContaining(why) });
});

it('stops reading an answer that never ends', async () => {
  using guard = await startGuardStandIn((socket) => {
    const more = (): void => {
      if (!socket.destroyed) socket.write('x'.repeat(10_000), () => setImmediate(more));
    };
    more();
  });
  expect(await ask(guard, { maxBytes: 1_000_000 })).toMatchObject({ kind: 'silent' });
  await until('the connection is closed', () => guard.connections() === 0);
});

it('leaves at once when it is told to, with the reason', async () => {
  using guard = await startGuardStandIn(() => {});
  const leaving = new AbortController();
  const asked = ask(guard, { signal: leaving.signal });
  await until('the question is there', () => guard.requests.length === 1);
  leaving.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  await until('the connection is closed', () => guard.connections() === 0);
});

it('sends the token to no socket that others can reach, nor to what is no socket', async () => {
  using guard = await startGuardStandIn(reply({ kind: 'answer', answer: [] }));
  chmodSync(guard.socketPath, 0o666);
  expect(await ask(guard)).toMatchObject({ kind: 'silent', why: 'has a socket that is open to others' });
  chmodSync(guard.socketPath, 0o600);
  chmodSync(guard.folder, 0o755);
  expect(await ask(guard)).toMatchObject({ kind: 'silent', why: 'has a socket that is open to others' });
  chmodSync(guard.folder, 0o700);
  const link = join(guard.folder, 'link.sock');
  symlinkSync(guard.socketPath, link);
  const linked = { executor: { ...guard.executor, socketPath: link }, token };
  expect(await askGuard(linked, QUESTION, { withinMs: 1_000 })).toMatchObject({ kind: 'silent' });
  expect(guard.requests).toEqual([]);
});

it('asks nothing of an executor that has no socket, has lost it, or whose pid is another process by now', async () => {
  using guard = await startGuardStandIn(reply({ kind: 'answer', answer: [] }));
  const { executor } = guard;
  const ask1 = (change: object) =>
    askGuard({ executor: { ...executor, ...change }, token }, QUESTION, { withinMs: 1_000 });
  expect(await ask1({ socketPath: null })).toEqual({ kind: 'silent', why: 'has no socket' });
  expect(await ask1({ startTime: '1' })).toEqual({ kind: 'silent', why: 'has ended' });
  rmSync(guard.socketPath);
  expect(await ask1({})).toEqual({ kind: 'silent', why: 'has lost its socket' });
  expect(guard.requests).toEqual([]);
});

it('does not wait for a process that is stopped', async () => {
  using guard = await startGuardStandIn(reply({ kind: 'answer', answer: [] }));
  using node = await startNode('console.log(1); setInterval(() => {}, 1000)');
  const { pid } = node.identity;
  process.kill(pid, 'SIGSTOP');
  await until('it is stopped', () => readProcessFacts(pid)?.state === 'T');
  const executor = { ...guard.executor, ...node.identity };
  expect(await askGuard({ executor, token }, QUESTION, { withinMs: 60_000 })).toMatchObject({
    kind: 'silent',
    why: expect.stringContaining('stopped'),
  });
  expect(guard.requests).toEqual([]);
});
