import { parentPort, workerData } from 'node:worker_threads';
import { rmSync } from 'node:fs';
import type { Server } from 'node:net';
import type { ThreadStack } from '../../core/inspection.ts';
import { serializeError, type SerializedError } from '../../core/errors.ts';
import { TOKEN_VARIABLE } from '../../process/executor-token.ts';
import { killOwnGroup } from '../../process/signals.ts';
import type { RunningStepBoard } from '../running-step.ts';
import { listenForQuestions } from './guard-server.ts';
import { Inspections } from './inspections.ts';

/** What the guard thread is given. */
export interface GuardData {
  /** Whose end ends this process group; null: nobody's, as with an executor inside the supervisor. */
  readonly supervisorPid: number | null;
}

/** Where a guard listens, and to whom. */
export interface GuardAddress {
  /** Of a socket in a folder that only this user may enter. */
  readonly socketPath: string;
  readonly token: string;
  /** Whether those who ask may evaluate expressions in the threads. */
  readonly allowConsole: boolean;
}

/** What the main thread asks of its guard. Each is answered once, by its id. */
export type ToGuard = { readonly id: number } & (
  | { readonly kind: 'stack'; readonly threadId: number }
  | { readonly kind: 'know-workers'; readonly boards: ReadonlyMap<number, RunningStepBoard> }
  | ({ readonly kind: 'listen' } & GuardAddress)
  | { readonly kind: 'end-inspections' }
);

export type FromGuard = { readonly id: number } & (
  | { readonly kind: 'stack'; readonly stack: ThreadStack | undefined }
  | { readonly kind: 'listening' | 'known' | 'ended' }
  | { readonly kind: 'failed'; readonly error: SerializedError }
);

const LOOK_EVERY_MS = 250;

const inspections: Inspections = new Inspections();
const ending = new AbortController();
const underWay = new Set<Promise<unknown>>();
let openSocket: { readonly path: string; readonly server: Server } | undefined;

/**
 * Ends the whole process group as soon as the supervisor is gone. It runs in a thread of its own, so it does
 * that also while the main thread is in a synchronous call; it takes the group and what left it, so children of
 * the eval's code end too. The parent's pid changes at the moment the parent dies, and a dead parent cannot come back.
 */
function watchSupervisor({ supervisorPid }: GuardData): void {
  if (supervisorPid === null) return;
  setInterval(() => {
    if (process.ppid === supervisorPid) return;
    if (openSocket !== undefined) rmSync(openSocket.path, { force: true });
    process.stderr.write(`the supervisor (${supervisorPid}) is gone; ending\n`);
    killOwnGroup(process.env[TOKEN_VARIABLE]);
  }, LOOK_EVERY_MS);
}

async function listen({ socketPath, token, allowConsole }: GuardAddress): Promise<void> {
  const server = await listenForQuestions({
    path: socketPath,
    token,
    answer: (question, gone) => {
      const signal = AbortSignal.any([gone, ending.signal]);
      return track(inspections.answer(question, { allowConsole, signal }));
    },
  });
  openSocket = { path: socketPath, server };
}

/** Resolves when all answers have been read. */
async function closeSocket(): Promise<void> {
  const closed = Promise.withResolvers<void>();
  if (openSocket === undefined) return;
  openSocket.server.close(() => closed.resolve());
  await closed.promise;
}

async function track<T>(work: Promise<T>): Promise<T> {
  underWay.add(work);
  try {
    return await work;
  } finally {
    underWay.delete(work);
  }
}

async function answer(message: ToGuard): Promise<FromGuard> {
  const { id } = message;
  try {
    switch (message.kind) {
      case 'stack':
        return { id, kind: 'stack', stack: await track(inspections.stackOf(message.threadId)) };
      case 'know-workers':
        inspections.knowWorkers(message.boards);
        return { id, kind: 'known' };
      case 'listen':
        await listen(message);
        return { id, kind: 'listening' };
      case 'end-inspections':
        ending.abort();
        await Promise.allSettled(underWay);
        await closeSocket();
        return { id, kind: 'ended' };
    }
  } catch (error) {
    return { id, kind: 'failed', error: serializeError(error) };
  }
}

watchSupervisor(workerData as GuardData);
parentPort?.on('message', (message: ToGuard) => {
  void answer(message).then((reply) => parentPort?.postMessage(reply));
});
