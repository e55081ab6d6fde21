import type { InspectorChannel } from '../process/inspector/attached-threads.ts';
import { NotDone, type ProtocolObject } from '../process/inspector/inspected-session.ts';

/** The inspector protocol to a process over a WebSocket. */
export interface WebSocketChannel extends InspectorChannel, AsyncDisposable {}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: ProtocolObject;
  readonly result?: ProtocolObject;
  readonly error?: { readonly message: string };
}

const CLOSES_WITHIN_MS = 500;

/**
 * Connects to the inspector of a Node. Disposing waits until the connection is closed.
 *
 * @returns undefined when nothing accepts within the time
 */
export async function openWebSocketChannel(
  url: string,
  withinMs: number,
): Promise<WebSocketChannel | undefined> {
  const socket = new WebSocket(url);
  const opened = await settles(socket, 'open', withinMs);
  if (!opened) {
    socket.close();
    return undefined;
  }
  const asked = new Map<number, PromiseWithResolvers<ProtocolObject>>();
  let lastId = 0;
  let listener: Parameters<WebSocketChannel['onNotification']>[0] = () => {};
  socket.addEventListener('message', ({ data }) => {
    const { id, method, params, result, error } = JSON.parse(String(data)) as Message;
    if (id === undefined) return listener(method ?? '', params ?? {});
    const waiting = asked.get(id);
    asked.delete(id);
    if (error === undefined) waiting?.resolve(result ?? {});
    else waiting?.reject(new NotDone(error.message));
  });
  socket.addEventListener('close', () => {
    for (const waiting of asked.values()) waiting.reject(new NotDone('the connection was closed'));
    asked.clear();
  });
  return {
    post: (method, params = {}) => {
      if (socket.readyState !== WebSocket.OPEN)
        return Promise.reject(new NotDone('the connection is closed'));
      lastId += 1;
      const waiting = Promise.withResolvers<ProtocolObject>();
      asked.set(lastId, waiting);
      socket.send(JSON.stringify({ id: lastId, method, params }));
      return waiting.promise;
    },
    onNotification: (given) => {
      listener = given;
    },
    [Symbol.asyncDispose]: async () => {
      const closed = settles(socket, 'close', CLOSES_WITHIN_MS);
      socket.close();
      await closed;
    },
  };
}

/** Whether the event comes in time, and before an error. */
async function settles(socket: WebSocket, event: 'open' | 'close', withinMs: number): Promise<boolean> {
  const came = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => came.resolve(false), withinMs);
  socket.addEventListener(event, () => came.resolve(true), { once: true });
  socket.addEventListener('error', () => came.resolve(event === 'close'), { once: true });
  try {
    return await came.promise;
  } finally {
    clearTimeout(timer);
  }
}
