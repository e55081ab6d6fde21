import type { ThreadStack } from '../core/inspection.ts';
import { Worker } from 'node:worker_threads';
import { entryFile } from './entry-file.ts';
import type { GuardData, StackAnswer, StackQuestion } from './guard.ts';

/** The guard thread as the main thread holds it. */
export interface Guard {
  readonly stackOf: (threadId: number) => Promise<ThreadStack>;
  close(): Promise<void>;
}

/**
 * Starts the guard thread of this process. It never keeps the process alive.
 * @param supervisorPid whose end ends this process group; null: nobody's
 */
export function startGuard(supervisorPid: number | null): Guard {
  const workerData: GuardData = { supervisorPid };
  const worker = new Worker(entryFile('guard'), { name: 'evaltui-guard', workerData });
  worker.unref();
  const stackOf = (threadId: number): Promise<ThreadStack> => {
    const question: StackQuestion = { threadId };
    return new Promise((resolve) => {
      const onAnswer = (answer: StackAnswer): void => {
        if (answer.threadId !== threadId) return;
        worker.off('message', onAnswer);
        resolve(answer.stack);
      };
      worker.on('message', onAnswer);
      worker.postMessage(question);
    });
  };
  return { stackOf, close: async () => void (await worker.terminate()) };
}
