import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { postEvents, type PostEnd } from '../../src/recorder/post-events.ts';
import { startEventServer, type EventFault } from '../event-server.ts';

function post(url: string, timeoutMs = 5_000): Promise<PostEnd> {
  const { signal } = new AbortController();
  return postEvents({ url, body: Buffer.from('[]'), timeoutMs, signal });
}

async function answered(fault: EventFault): Promise<PostEnd> {
  await using server = await startEventServer({ fault: () => fault });
  return await post(server.url);
}

describe('postEvents', () => {
  it.each([408, 425, 429, 500, 502, 503])('may be tried again after %i', async (status) => {
    expect(await answered({ status })).toEqual({
      kind: 'failed',
      why: `${status}: not now`,
      retryAfterMs: 0,
    });
  });

  it.each([400, 401, 404, 413])('is refused by %i', async (status) => {
    expect(await answered({ status })).toEqual({ kind: 'refused', why: `${status}: not now` });
  });

  it('reads Retry-After as seconds or as a date', async () => {
    const seconds = await answered({ status: 503, headers: { 'retry-after': '7' } });
    expect(seconds).toMatchObject({ retryAfterMs: 7000 });
    const date = new Date(Date.now() + 100_000).toUTCString();
    const later = await answered({ status: 503, headers: { 'retry-after': date } });
    expect(later.kind === 'failed' && later.retryAfterMs).toBeGreaterThan(90_000);
    const past = await answered({ status: 503, headers: { 'retry-after': 'Mon, 01 Jan 2001 00:00:00 GMT' } });
    expect(past).toMatchObject({ retryAfterMs: 0 });
  });

  it('does not follow a redirect, which would lose the events, and says where it leads', async () => {
    await using server = await startEventServer({
      fault: () => ({ status: 302, headers: { location: '/new?key=secret' } }),
    });
    const why = `302: it is at ${new URL('/new', server.url).href}?…`;
    expect(await post(server.url)).toEqual({ kind: 'refused', why });
    expect(server.requests).toHaveLength(1);
  });

  it('authenticates with the user in the URL', async () => {
    await using server = await startEventServer();
    expect(await post(server.url.replace('://', '://me:p%40ss@'))).toEqual({ kind: 'sent' });
    const expected = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(server.requests[0]?.headers.authorization).toBe(expected);
  });

  it('says why there was no answer', async () => {
    await using silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const end = await post(`http://127.0.0.1:${port}/`, 100);
    expect(end).toEqual({ kind: 'failed', why: 'no answer within 0.1 s', retryAfterMs: 0 });
    expect(await answered('cut')).toMatchObject({
      kind: 'failed',
      why: expect.stringMatching(/other side closed|ECONNRESET/) as string,
    });
  });
});
