import { isAlive } from '../../process/identity.ts';
import { processEvidence } from '../../process/process-evidence.ts';
import { endProcessGroup, type EndResult } from '../../process/signals.ts';
import type { ExecutorRow, TaskStore } from '../../store/task-store.ts';
import { writtenWithin } from '../../store/written-within.ts';
import type { ExecutorHandle } from './executor-handle.ts';

const TERM_WITHIN_MS = 300;
/** One that keeps the db to itself is ended before anything can be written. */
const WRITTEN_WITHIN_MS = 1000;

interface EndExecutorOptions {
  readonly store: TaskStore;
  readonly runId: string;
  readonly now: () => number;
}

/**
 * Ends an executor with all that it started: SIGTERM, then SIGKILL. Its exit is seen by whoever holds the handle;
 * the identity is that of the process that registered itself, and is checked before each signal. What
 * the system tells of it is saved first: an executor that stands cannot look at its threads.
 */
export async function endExecutor(options: EndExecutorOptions, handle: ExecutorHandle): Promise<EndResult> {
  const { store, runId } = options;
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
  const { written } = await writtenWithin(keepEvidence(options, row), WRITTEN_WITHIN_MS);
  const result = await endProcessGroup(
    { host, boot, pid, startTime },
    { graceMs: TERM_WITHIN_MS, ...(token === undefined ? {} : { token }) },
  );
  await written;
  return result;
}

async function keepEvidence({ store, runId, now }: EndExecutorOptions, row: ExecutorRow): Promise<void> {
  const data = isAlive(row) ? processEvidence(row.pid) : undefined;
  if (data === undefined) return;
  const place = { runId, executorId: row.executorId, taskId: null, try: null, thread: null };
  await store.addEvidence({ ...place, verdict: 'ended', data, now: now() });
}
