import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { ThreadStack } from '../../core/inspection.ts';
import { entryFile } from '../entry-file.ts';
import type { FromGuard, GuardAddress, GuardData, ToGuard } from './guard.ts';

/** The guard thread as the main thread holds it. */
export interface Guard {
  /** The stack of a worker thread. A thread that has ended is `idle`. */
  readonly stackOf: (threadId: number) => Promise<ThreadStack>;
  /** Lets others ask over a unix socket, until it is closed. Rejects when there can be no such socket. */
  listen(address: GuardAddress): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts the guard thread of this process. It keeps the process alive only while it is asked something.
 * @param supervisorPid whose end ends this process group; null: nobody's
 */
export function startGuard(supervisorPid: number | null): Guard {
  const workerData: GuardData = { supervisorPid };
  const worker = new Worker(entryFile('guard/guard'), { name: 'evaltui-guard', workerData });
  const asked = new Map<number, PromiseWithResolvers<FromGuard>>();
  let lastId = 0;
  let socketPath: string | undefined;
  worker.on('message', (message: FromGuard) => {
    asked.get(message.id)?.resolve(message);
    asked.delete(message.id);
    if (asked.size === 0) worker.unref();
  });
  // After the listener: with one a worker keeps its process alive.
  worker.unref();
  const ask = (question: DistributiveOmit<ToGuard, 'id'>): Promise<FromGuard> => {
    lastId += 1;
    const answer = Promise.withResolvers<FromGuard>();
    asked.set(lastId, answer);
    worker.ref();
    worker.postMessage({ id: lastId, ...question });
    return answer.promise;
  };
  return {
    stackOf: async (threadId) => {
      const answer = await ask({ kind: 'stack', threadId });
      if (answer.kind === 'failed') throw new Error(answer.error.message);
      return answer.kind === 'stack' ? answer.stack : { state: 'idle', frames: [] };
    },
    listen: async (address) => {
      const answer = await ask({ kind: 'listen', ...address });
      if (answer.kind === 'failed') throw new Error(answer.error.message);
      ({ socketPath } = address);
    },
    close: async () => {
      await worker.terminate();
      if (socketPath !== undefined) rmSync(socketPath, { force: true });
    },
  };
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
