import type { TaskFate } from '../core/task-fate.ts';
import { isAlive } from '../process/identity.ts';
import { processEvidence } from '../process/process-evidence.ts';
import { endProcessGroup, type EndResult } from '../process/signals.ts';
import type { ExecutorRow, TaskStore } from '../store/task-store.ts';
import { writtenWithin } from '../store/written-within.ts';

const TERM_WITHIN_MS = 500;
/** One that keeps the db to itself is ended before anything can be written. */
const WRITTEN_WITHIN_MS = 1000;

/**
 * Ends an executor that nobody supervises any more, with all that it started: what can be seen of it from outside
 * is saved, then SIGTERM, then SIGKILL, its identity checked before each. What it held gets its fate.
 */
export async function endUnsupervised(
  store: TaskStore,
  executor: ExecutorRow,
  {
    fate,
    by,
    now,
    before,
  }: {
    readonly fate: TaskFate;
    readonly by: string;
    readonly now: () => number;
    /** What is to be written before it is ended. */
    readonly before?: () => Promise<unknown>;
  },
): Promise<EndResult> {
  const { executorId, runId, pid } = executor;
  const token = await store.readToken(executorId);
  const seen = isAlive(executor) ? processEvidence(pid) : undefined;
  const place = { runId, executorId, taskId: null, try: null, thread: null };
  const first = Promise.all([
    before?.(),
    seen && store.addEvidence({ ...place, verdict: 'ended', data: { reason: by, ...seen }, now: now() }),
  ]);
  const { written } = await writtenWithin(first, WRITTEN_WITHIN_MS);
  const given = token === undefined || token === '' ? {} : { token };
  const result = await endProcessGroup(executor, { graceMs: TERM_WITHIN_MS, ...given });
  await written;
  if (result === 'refused' || result === 'survived') return result;
  const signal = result === 'killed' ? 'SIGKILL' : result === 'terminated' ? 'SIGTERM' : null;
  if (executor.endedAt === null) {
    await store.endExecutor({ executorId, now: now(), state: 'ended', exitCode: null, signal });
  }
  const message = `executor ${pid} was ended when its supervisor was gone`;
  const how = { cause: 'returned', fate, message, maxDeaths: Infinity } as const;
  await store.release({ executorId, runId, now: now(), ...how });
  return result;
}
