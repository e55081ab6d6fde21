import { availableParallelism, loadavg } from 'node:os';
import { allThreadFacts, type ThreadFacts } from '../thread-facts.ts';
import { NoAnswer } from './inspected-session.ts';

/** A thread that works answers in some ms; a busy one on a machine with nothing else to do in some hundred. */
const ANSWER_WITHIN_MS = 1000;
/** However starved it is. */
const AT_MOST_MS = 5000;
const LOOK_FROM_MS = 500;
const LOOK_EVERY_MS = 250;
/** With so much of a CPU every thread that runs JavaScript has answered. */
const ENOUGH_CPU_MS = 250;
/** A thread that waited for a CPU for a lesser share of the time slept for the most of it. */
const WANTS_CPU = 0.25;

/**
 * Waits for an answer of a thread. One that gets no CPU is as silent as one in native code: silence counts from one
 * second on, but not while any thread of the process has wanted to run and could not; after five seconds in any case.
 * Where the system does not tell of threads, the time is in proportion to its load.
 *
 * Rejects with `NoAnswer`.
 *
 * @param pid of the process that is asked
 */
export async function waitForAnswer<T>(work: Promise<T>, what: string, pid: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const from = performance.now();
  let before: ReadonlyMap<number, ThreadFacts> | undefined;
  const look = (): void => {
    const passedMs = performance.now() - from;
    before ??= allThreadFacts(pid);
    const limitMs = before.size > 0 ? AT_MOST_MS : patienceByLoad();
    const isDue =
      passedMs >= limitMs ||
      (passedMs >= ANSWER_WITHIN_MS &&
        before.size > 0 &&
        !isStarved(before, allThreadFacts(pid), passedMs - LOOK_FROM_MS));
    if (isDue) late.reject(new NoAnswer(what, false));
    else timer = setTimeout(look, LOOK_EVERY_MS);
  };
  let timer = setTimeout(look, LOOK_FROM_MS);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a thread may have had too little of a CPU to answer in the time between two looks at all of a process. */
export function isStarved(
  before: ReadonlyMap<number, ThreadFacts>,
  after: ReadonlyMap<number, ThreadFacts>,
  passedMs: number,
): boolean {
  return [...after].some(([threadId, { ranMs, waitedMs }]) => {
    const first = before.get(threadId);
    if (first === undefined) return false;
    return ranMs - first.ranMs < ENOUGH_CPU_MS && waitedMs - first.waitedMs > passedMs * WANTS_CPU;
  });
}

/** In proportion to how many want to run on each core, over the last minute. */
function patienceByLoad(): number {
  const [wanting = 0] = loadavg();
  return Math.min(AT_MOST_MS, ANSWER_WITHIN_MS * Math.max(1, wanting / availableParallelism()));
}
