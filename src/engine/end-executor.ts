import { endProcessGroup, type EndResult } from '../process/signals.ts';
import type { TaskStore } from '../store/task-store.ts';
import type { ExecutorHandle } from './executor-handle.ts';

const TERM_WITHIN_MS = 300;

/**
 * Ends an executor with all that it started: SIGTERM, then SIGKILL. Its exit is seen by whoever holds the handle;
 * the identity is that of the process that registered itself, and is checked before each signal.
 */
export async function endExecutor(
  { store, runId }: { readonly store: TaskStore; readonly runId: string },
  handle: ExecutorHandle,
): Promise<EndResult> {
  const rows = await store.listExecutors(runId);
  const row = rows.find(({ executorId }) => executorId === handle.executorId);
  if (row === undefined || handle.pid === process.pid) {
    // It has not registered yet, or it is inside this process: only its holder can end it.
    handle.kill();
    await handle.exited;
    return 'killed';
  }
  const { host, boot, pid, startTime } = row;
  const token = await store.readToken(handle.executorId);
  return endProcessGroup(
    { host, boot, pid, startTime },
    { graceMs: TERM_WITHIN_MS, ...(token === undefined ? {} : { token }) },
  );
}
