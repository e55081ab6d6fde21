import type { MessagePortLike } from '../messages.ts';

const waiting = new WeakMap<MessagePortLike, (message: unknown) => void>();

/** The next message of a port that is used for question and answer: one is asked, then one is awaited. */
export function nextMessage<Message = unknown>(port: MessagePortLike): Promise<Message> {
  if (!waiting.has(port)) port.on('message', (message: never) => waiting.get(port)?.(message));
  return new Promise((resolve) => {
    waiting.set(port, resolve as (message: unknown) => void);
  });
}
