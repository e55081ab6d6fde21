import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadStack } from '../core/inspection.ts';
import { stackOfThread } from './thread-inspector.ts';

/** What the guard thread is given. */
export interface GuardData {
  /** Whose end ends this process group; null: nobody's, as with an executor inside the supervisor. */
  readonly supervisorPid: number | null;
}

/** The main thread asks for the stack of a worker, the guard answers. */
export interface StackQuestion {
  readonly threadId: number;
}
export interface StackAnswer extends StackQuestion {
  readonly stack: ThreadStack;
}

const LOOK_EVERY_MS = 250;

/**
 * Ends the whole process group as soon as the supervisor is gone. It runs in a thread of its own, so it does
 * that also while the main thread is in a synchronous call; it takes the group, so children of the eval's code
 * end too. The parent's pid changes at the moment the parent dies, and a dead parent cannot come back.
 */
function watchSupervisor({ supervisorPid }: GuardData): void {
  if (supervisorPid === null) return;
  setInterval(() => {
    if (process.ppid === supervisorPid) return;
    process.stderr.write(`the supervisor (${supervisorPid}) is gone; ending\n`);
    process.kill(-process.pid, 'SIGKILL');
  }, LOOK_EVERY_MS);
}

function answerQuestions(): void {
  let last: Promise<void> = Promise.resolve();
  parentPort?.on('message', ({ threadId }: StackQuestion) => {
    // One at a time: two debuggers on one thread would stop each other's pauses.
    last = last.then(async () => {
      const answer: StackAnswer = { threadId, stack: await stackOfThread(threadId) };
      parentPort?.postMessage(answer);
    });
  });
}

watchSupervisor(workerData as GuardData);
answerQuestions();
