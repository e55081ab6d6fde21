import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { SerializedError } from '../../core/errors.ts';
import type { StackOf } from '../../core/inspection.ts';
import { entryFile } from '../../process/entry-file.ts';
import type { RunningStepBoard } from '../running-step.ts';
import type { FromGuard, GuardAddress, GuardData, ToGuard } from './guard.ts';

/** The guard thread as the main thread holds it. */
export interface Guard {
  /**
   * The stack of a worker thread. A thread that has ended is `idle`. Undefined when it could not be looked at; why not
   * goes to the process' log, since a look that fails is no reason for anything to end.
   */
  readonly stackOf: StackOf;
  /** Says where the workers tell what they run, by their threads: so the guard knows the task where no stack can be had. */
  readonly knowWorkers: (boards: ReadonlyMap<number, RunningStepBoard>) => void;
  /** Lets others ask over a unix socket, until it is closed. Rejects when there can be no such socket. */
  listen(address: GuardAddress): Promise<void>;
  /**
   * Ends inspections that are under way, and lets nobody ask any more; it guards on. Call it before the process
   * ends: Node waits for an inspector that is attached.
   */
  endInspections(): Promise<void>;
  close(): Promise<void>;
}

/** An inspection that does not end by then is of a thread in native code; the process has not to wait for it. */
const END_WITHIN_MS = 1000;

const GUARD_ENDED: SerializedError = Object.freeze({ name: 'Error', message: 'the guard thread has ended' });

/**
 * Starts the guard thread of this process. It keeps the process alive only while it is asked something.
 * @param supervisorPid whose end ends this process group; null: nobody's
 */
export function startGuard(supervisorPid: number | null): Guard {
  const workerData: GuardData = { supervisorPid };
  const worker = new Worker(entryFile('./guard', import.meta.url), { name: 'evaltui-guard', workerData });
  const asked = new Map<number, PromiseWithResolvers<FromGuard>>();
  let lastId = 0;
  let hasEnded = false;
  let socketPath: string | undefined;
  worker.on('message', (message: FromGuard) => {
    asked.get(message.id)?.resolve(message);
    asked.delete(message.id);
    if (asked.size === 0) worker.unref();
  });
  worker.once('exit', () => {
    hasEnded = true;
    for (const [id, each] of asked) each.resolve({ id, kind: 'failed', error: GUARD_ENDED });
  });
  // After the listener, which would hold the process.
  worker.unref();
  const ask = (question: DistributiveOmit<ToGuard, 'id'>): Promise<FromGuard> => {
    lastId += 1;
    if (hasEnded) return Promise.resolve({ id: lastId, kind: 'failed', error: GUARD_ENDED });
    const answer = Promise.withResolvers<FromGuard>();
    asked.set(lastId, answer);
    worker.ref();
    worker.postMessage({ id: lastId, ...question });
    return answer.promise;
  };
  return {
    stackOf: async (threadId) => {
      const answer = await ask({ kind: 'stack', threadId });
      if (answer.kind === 'failed' && answer.error !== GUARD_ENDED) {
        process.stderr.write(`thread ${threadId} could not be looked at: ${answer.error.message}\n`);
      }
      return answer.kind === 'stack' ? answer.stack : undefined;
    },
    knowWorkers: (boards) => {
      // Should the guard have ended, whoever asks it something is told so.
      void ask({ kind: 'know-workers', boards });
    },
    listen: async (address) => {
      const answer = await ask({ kind: 'listen', ...address });
      if (answer.kind === 'failed') throw new Error(answer.error.message);
      ({ socketPath } = address);
    },
    endInspections: async () => {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, END_WITHIN_MS);
      await Promise.race([ask({ kind: 'end-inspections' }), late.promise]);
      clearTimeout(timer);
    },
    close: async () => {
      await worker.terminate();
      if (socketPath !== undefined) rmSync(socketPath, { force: true });
    },
  };
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
