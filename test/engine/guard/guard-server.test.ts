import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendLine, startGuarded, TOKEN, type GuardedProcess } from './ask-guard.ts';

describe('the socket of a guard', () => {
  let guarded: GuardedProcess;
  beforeAll(async () => {
    guarded = await startGuarded(['hang']);
  });
  afterAll(() => guarded[Symbol.dispose]());

  const isWell = async (): Promise<void> =>
    expect(await guarded.ask({ op: 'stack', threadId: 2, locals: false })).toMatchObject([{ name: 'hang' }]);

  it('is for its owner alone', () => {
    expect(statSync(guarded.socketPath).mode & 0o777).toBe(0o600);
  });

  it('answers nobody without the token', async () => {
    for (const token of ['', 'wrong', TOKEN.slice(1), `${TOKEN} `, 7, null]) {
      expect(await guarded.askInVain({ op: 'stack', token })).toBe('The token is not the right one.');
    }
  });

  it('says what is wrong with a request, and shows nothing of it', async () => {
    const lines = ['', 'nonsense', '7', 'null', '[]', '{"token":', 'GET / HTTP/1.1'];
    for (const line of lines) {
      const reply = JSON.parse(await sendLine(guarded.socketPath, line)) as { readonly kind: string };
      expect(reply.kind).toBe('refused');
    }
    expect(await guarded.askInVain({ op: 'dance' })).toMatch(/op must be/);
    expect(await guarded.askInVain({})).toMatch(/op must be/);
    for (const threadId of [-1, 1.5, '2', null]) {
      expect(await guarded.askInVain({ op: 'stack', threadId })).toMatch(/threadId must be/);
    }
    for (const durationMs of [0, -5, 1e9, '5', undefined]) {
      expect(await guarded.askInVain({ op: 'profile', durationMs })).toMatch(/durationMs must be/);
    }
    await isWell();
  });

  it('refuses a request that does not end', async () => {
    const reply = await sendLine(guarded.socketPath, 'x'.repeat(100_000));
    expect(JSON.parse(reply)).toEqual({ kind: 'refused', message: 'The request is too long.' });
    await isWell();
  });

  it('is not harmed by clients that go away at any time', async () => {
    const line = `${JSON.stringify({ token: TOKEN, op: 'stack', locals: true })}\n`;
    for (const part of ['', line.slice(0, 20), line]) {
      for (let count = 0; count < 5; count += 1) {
        const socket = connect(guarded.socketPath);
        await once(socket, 'connect');
        socket.write(part);
        // At once, as of a client that was killed.
        socket.destroy();
      }
    }
    await isWell();
  });

  it('lets only so many in at a time, and others when those have gone', async () => {
    const sockets = Array.from({ length: 40 }, () => connect(guarded.socketPath));
    const closed = sockets
      .filter((socket) => socket.on('error', () => {}))
      .map((socket) => once(socket, 'close'));
    // Those beyond the limit are closed at once; the others wait for their request.
    await Promise.all(closed.slice(30));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
    await expect
      .poll(() => guarded.ask({ op: 'stack', locals: false }).catch(() => []), { timeout: 10_000 })
      .not.toEqual([]);
  });

  it('answers many at the same time, each in full', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => guarded.ask({ op: 'stack', locals: false })),
    );
    for (const answer of answers) expect(answer.map(({ name }) => name)).toEqual(['main', 'hang']);
    expect(existsSync(guarded.socketPath)).toBe(true);
  });
});
