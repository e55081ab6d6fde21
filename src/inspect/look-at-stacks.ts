import type { InspectedThread } from '../core/inspection.ts';
import { guardRefuses } from './ask-executor.ts';
import { askGuard } from './ask-guard.ts';
import type { InspectionTarget } from './find-target.ts';
import { watchFacts, type FactsWatch, type SampledFacts } from './sample-facts.ts';
import { stacksByInspector } from './stacks-by-inspector.ts';

/** What the threads of an executor were seen doing. */
export interface StacksSeen {
  /** Who told: the executor's guard; its inspector, since the guard was silent; or nobody but the system. */
  readonly source: 'guard' | 'inspector' | 'system';
  /** The main thread first, then workers by id. Empty when neither guard nor inspector answered. */
  readonly threads: readonly InspectedThread[];
  /** Why it was not told by a better source: sentences. */
  readonly notes: readonly string[];
  /** What the system tells; only where a stack is missing. Undefined, too, when the process is gone. */
  readonly facts?: SampledFacts;
}

export interface StackQuestion {
  /** Only this thread; 0 is the main one. Absent: all. */
  readonly threadId?: number;
  /** With the variables of the user's own functions. */
  readonly locals: boolean;
}

/** A thread in native code is given up after a second, on a starved machine after five. */
const GUARD_WITHIN_MS = 15_000;
const INSPECTOR_WITHIN_MS = 3_000;

/**
 * The stacks of an executor's threads, by its guard; when that is silent, by Node's inspector, which SIGUSR1 opens;
 * when that does not open either, what the system tells of the process. The threads go on unharmed.
 *
 * Throws `inspection-failed` when the guard refuses, and the reason of the signal.
 */
export async function lookAtStacks(
  target: InspectionTarget & { readonly token: string },
  question: StackQuestion,
  signal?: AbortSignal,
): Promise<StacksSeen> {
  const { pid } = target.executor;
  const watch = watchFacts(pid);
  const response = await askGuard(
    target,
    { op: 'stack', ...question },
    { withinMs: GUARD_WITHIN_MS, ...(signal === undefined ? {} : { signal }) },
  );
  if (response.kind === 'refused') throw guardRefuses(pid, response.message);
  if (response.kind === 'answer') {
    return withFacts({ source: 'guard', threads: inOrder(response.answer), notes: [] }, watch);
  }
  const note = `The guard thread of executor ${pid} ${response.why}.`;
  const byInspector = await stacksByInspector(target, question, INSPECTOR_WITHIN_MS);
  signal?.throwIfAborted();
  if (byInspector.kind === 'answer') {
    const notes = [note, "Node's inspector was opened by SIGUSR1 instead, and is closed again."];
    return withFacts({ source: 'inspector', threads: inOrder(byInspector.threads), notes }, watch);
  }
  const notes = [note, `Its Node cannot be asked either: ${byInspector.why}.`];
  return withFacts({ source: 'system', threads: [], notes }, watch);
}

function inOrder(threads: readonly InspectedThread[]): readonly InspectedThread[] {
  return threads.toSorted((a, b) => a.threadId - b.threadId);
}

/** No stack can be had of native code: what the system knows stands in for it. */
async function withFacts(seen: StacksSeen, watch: FactsWatch): Promise<StacksSeen> {
  const isComplete = seen.source !== 'system' && seen.threads.every(({ state }) => state !== 'native');
  const facts = isComplete ? undefined : await watch.finish();
  return facts === undefined ? seen : { ...seen, facts };
}
