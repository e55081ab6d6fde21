import { EvaltuiError } from '../core/errors.ts';
import type { ExecutorRow } from '../store/task-store.ts';

/**
 * The thread that `--thread` names: a worker of the executor by its id, or 0 for the main thread. Throws
 * `bad-option` for another. An executor that has just started has told of no worker yet: then any id passes.
 */
export function readThread(given: string | undefined, executor: ExecutorRow): number | undefined {
  if (given === undefined) return undefined;
  const known = executor.workers.map(({ thread }) => thread).filter((thread) => thread > 0);
  const threadId = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
  const isThere = known.length === 0 ? !Number.isNaN(threadId) : threadId === 0 || known.includes(threadId);
  if (isThere) return threadId;
  throw new EvaltuiError(
    'bad-option',
    `--thread ${given}: executor ${executor.pid} has the worker threads ${known.join(', ')}, and 0, its main thread.`,
  );
}
