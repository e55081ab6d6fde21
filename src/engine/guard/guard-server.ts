import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { GuardAnswers, GuardQuestion, GuardReply } from '../../core/inspection.ts';
import { readRequest } from './read-request.ts';
import { Refusal } from './refusal.ts';

/** A request is a line of some hundred bytes; a console expression is the longest. */
const MAX_REQUEST_LENGTH = 64 * 1024;
const REQUEST_WITHIN_MS = 5000;
const MAX_CONNECTIONS = 16;

/** @param signal aborts when the one who asked has gone away */
export type AnswerQuestion = (
  question: GuardQuestion,
  signal: AbortSignal,
) => Promise<GuardAnswers[keyof GuardAnswers]>;

/**
 * Listens on a unix socket, for this user alone, and answers one question a connection: a line of JSON in, a line
 * out. Nobody is answered without the token. Whatever a client sends, or leaves unsent, harms nothing.
 */
export async function listenForQuestions(options: {
  readonly path: string;
  readonly token: string;
  readonly answer: AnswerQuestion;
}): Promise<Server> {
  const { path, token, answer } = options;
  const server = createServer((socket) => {
    socket.setEncoding('utf8');
    // A client that goes away is its own affair.
    socket.on('error', () => socket.destroy());
    void converse(socket, { token, answer });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(path);
  await once(server, 'listening');
  // Its folder lets nobody else in, so the moment before this is no gap.
  chmodSync(path, 0o600);
  return server;
}

async function converse(
  socket: Socket,
  { token, answer }: { readonly token: string; readonly answer: AnswerQuestion },
): Promise<void> {
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  const reply = await replyTo(async () => answer(readRequest(await readLine(socket), token), gone.signal));
  if (!socket.destroyed) socket.end(`${JSON.stringify(reply)}\n`);
}

async function replyTo(
  work: () => Promise<GuardAnswers[keyof GuardAnswers]>,
): Promise<GuardReply<keyof GuardAnswers>> {
  try {
    return { kind: 'answer', answer: await work() };
  } catch (error) {
    // A bug here must end no executor: the one who asked is told, and the log keeps where it was.
    if (!(error instanceof Refusal)) process.stderr.write(`guard: ${String((error as Error).stack)}\n`);
    return { kind: 'refused', message: error instanceof Error ? error.message : String(error) };
  }
}

function readLine(socket: Socket): Promise<string> {
  const line = Promise.withResolvers<string>();
  const timer = setTimeout(() => line.reject(new Refusal('No request came.')), REQUEST_WITHIN_MS);
  let text = '';
  const onData = (part: string): void => {
    text += part;
    const end = text.indexOf('\n');
    if (text.length > MAX_REQUEST_LENGTH) line.reject(new Refusal('The request is too long.'));
    else if (end !== -1) line.resolve(text.slice(0, end));
    else return;
    socket.off('data', onData);
    // What follows is read and dropped, so that its end is noticed.
    socket.resume();
  };
  socket.on('data', onData);
  socket.once('close', () => line.reject(new Refusal('The connection was closed.')));
  return line.promise.finally(() => clearTimeout(timer));
}
