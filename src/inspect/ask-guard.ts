import { lstatSync, type Stats } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { userInfo } from 'node:os';
import type { GuardAnswers, GuardQuestion, GuardReply, GuardRequest } from '../core/inspection.ts';
import { isAlive } from '../process/identity.ts';
import { readProcessFacts } from '../process/process-facts.ts';
import type { ExecutorRow } from '../store/task-store.ts';

type Op = GuardQuestion['op'];

/** What came of a question: an answer, a refusal with its reason, or nothing in time. */
export type GuardResponse<Asked extends Op> =
  | GuardReply<Asked>
  /** `why` is a part of a sentence: "does not answer within 3 s". */
  | { readonly kind: 'silent'; readonly why: string };

export interface AskOptions {
  /** How long the whole answer may take, ms. */
  readonly withinMs: number;
  /** Leaves: the guard notices and stops what it does for us. */
  readonly signal?: AbortSignal;
  /** How large an answer may be. Default 256 MiB: the profile of a long time. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Asks the guard thread of an executor over its unix socket. The process is the one of the row, and the socket is
 * ours and closed to others, before the token is sent. Never throws but for the reason of the signal.
 */
export async function askGuard<Asked extends Op>(
  { executor, token }: { readonly executor: ExecutorRow; readonly token: string },
  question: Extract<GuardQuestion, { readonly op: Asked }>,
  options: AskOptions,
): Promise<GuardResponse<Asked>> {
  options.signal?.throwIfAborted();
  const { socketPath } = executor;
  if (socketPath === null) return silent('has no socket');
  if (!isAlive(executor)) return silent('has ended');
  const state = readProcessFacts(executor.pid)?.state;
  if (state === 'T' || state === 't') return silent('is stopped with its process (SIGSTOP, or a debugger)');
  const why = whyUnsafe(socketPath);
  if (why !== undefined) return silent(why);
  // The question has been narrowed to one member of the union, which TypeScript does not see through the generic.
  const request = { token, ...question } as GuardRequest;
  const exchanged = await exchangeLine(socketPath, JSON.stringify(request), options);
  if (exchanged.kind === 'silent') return exchanged;
  return parseReply<Asked>(exchanged.line);
}

function silent(why: string): { readonly kind: 'silent'; readonly why: string } {
  return { kind: 'silent', why };
}

/** The token proves who asks; whoever gets it can ask, too. */
function whyUnsafe(socketPath: string): string | undefined {
  const { uid } = userInfo();
  try {
    const socket = lstatSync(socketPath);
    const folder = lstatSync(dirname(socketPath));
    const isClosed = (stats: Stats): boolean => (stats.mode & 0o077) === 0;
    if (!socket.isSocket()) return 'has something else than a socket in its place';
    if (socket.uid !== uid || folder.uid !== uid) return "has a socket of another user's";
    return isClosed(socket) && isClosed(folder) ? undefined : 'has a socket that is open to others';
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'has lost its socket' : `has a socket that cannot be looked at (${code})`;
  }
}

type Exchanged =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'silent'; readonly why: string };

/** Sends one line, reads one. */
function exchangeLine(socketPath: string, line: string, options: AskOptions): Promise<Exchanged> {
  const { withinMs, signal, maxBytes = MAX_BYTES } = options;
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    const timer = setTimeout(() => end(silent(`does not answer within ${withinMs / 1000} s`)), withinMs);
    const leave = (): void => end(undefined);
    signal?.addEventListener('abort', leave, { once: true });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (result: Exchanged | undefined): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
      socket.destroy();
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the caller's own reason
      if (result === undefined) reject(signal?.reason);
      else resolve(result);
    };
    socket.once('connect', () => socket.write(`${line}\n`));
    socket.on('data', (chunk: Buffer) => {
      const lineEnd = chunk.indexOf(0x0a);
      chunks.push(lineEnd === -1 ? chunk : chunk.subarray(0, lineEnd));
      bytes += chunk.length;
      if (lineEnd !== -1) end({ kind: 'line', line: Buffer.concat(chunks).toString('utf8') });
      else if (bytes > maxBytes) end(silent(`answers more than ${Math.round(maxBytes / 1024 / 1024)} MiB`));
    });
    socket.once('end', () => end(silent('hangs up without an answer')));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const isClosed = error.code === 'ECONNREFUSED' || error.code === 'ENOENT';
      end(silent(isClosed ? 'does not listen' : `cannot be asked (${error.code})`));
    });
  });
}

/** A process of another version may answer in another way. */
function parseReply<Asked extends Op>(line: string): GuardResponse<Asked> {
  try {
    const reply = JSON.parse(line) as Partial<GuardReply<Asked>> | null;
    const isReply = reply?.kind === 'refused' ? typeof reply.message === 'string' : reply?.kind === 'answer';
    if (isReply && (reply as Partial<{ answer: GuardAnswers[Asked] }>).answer !== null) {
      return reply as GuardReply<Asked>;
    }
  } catch {
    // As for what is JSON and no reply.
  }
  return silent('answers something that is no reply');
}
