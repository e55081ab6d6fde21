import { formatDuration } from '../core/duration.ts';
import { frameText, type StackFrame, type ThreadStack } from '../core/inspection.ts';
import type { JsonObject } from '../core/json.ts';
import {
  loopStands,
  verdictOfStanding,
  type Finding,
  type Verdict,
  type WatchPace,
} from '../core/verdict.ts';
import type { ThreadFacts } from '../process/thread-facts.ts';
import type { StepRow } from '../store/task-store.ts';

/** A worker as the watch sees it. */
export interface WatchedWorker {
  readonly thread: number;
  /** How the system knows the thread, where it tells. */
  readonly systemId: number | undefined;
  /** Share of time that its event loop was busy since the last look, 0..1. */
  readonly loop: number;
  /** Its last sign of life, ms UTC. */
  readonly heardAt: number;
  readonly taskIds: readonly number[];
}

/** What was found, before it is saved as evidence. */
export interface Found {
  readonly verdict: Finding;
  /** Null: it is of the executor, or of the machine. */
  readonly taskId: number | null;
  readonly thread: number | null;
  readonly data: JsonObject;
}

export interface ThreadWatchOptions {
  readonly pace: WatchPace;
  readonly now: () => number;
  readonly stackOf: (thread: number) => Promise<ThreadStack>;
  readonly factsOf: (systemId: number) => ThreadFacts | undefined;
}

/** The first time that a thread was seen in a place while it stands. */
interface Sight {
  readonly at: number;
  readonly facts: ThreadFacts | undefined;
}

/** From when a thread stands to when it has recovered, with short turns of its event loop in between. */
interface Standing {
  readonly sights: Map<string, Sight>;
  stackAt: number;
  /** Of which tasks it was told, and when. */
  told: { readonly verdict: Verdict; readonly taskIds: readonly number[]; readonly at: number } | undefined;
  freeSince: number | undefined;
}

/** A native call may end and leave the thread in JavaScript: it is looked at again, this many times more rarely. */
const NATIVE_AGAIN = 5;
/** How many times longer a thread may be silent, at most, after it has recovered again and again. */
const MOST_PATIENCE = 32;

/**
 * Finds workers whose event loop stands: one that was silent for too long is looked at, and looked at again a
 * second later. Only when it is in a place of the user's code where it was before is it stuck; what goes from
 * place to place is slow, and moves. What was found stands until something happens in the task, or the thread
 * turns freely for seconds; after that the task gets twice the time.
 */
export class ThreadWatch {
  readonly #options: ThreadWatchOptions;
  readonly #loopUse = new Map<number, readonly number[]>();
  readonly #standings = new Map<number, Standing>();
  /** How often each task in flight has recovered. */
  readonly #recoveries = new Map<number, number>();
  readonly #looking = new Set<number>();

  constructor(options: ThreadWatchOptions) {
    this.#options = options;
  }

  /** Whether the thread stood when it was last looked at. */
  stands(thread: number): boolean {
    return this.#standings.has(thread);
  }

  /** Forgets workers that are gone and tasks that have ended. */
  keepOnly(workers: readonly WatchedWorker[]): void {
    const threads = new Set(workers.map(({ thread }) => thread));
    for (const map of [this.#loopUse, this.#standings]) {
      for (const thread of map.keys()) if (!threads.has(thread)) map.delete(thread);
    }
    if (this.#recoveries.size === 0) return;
    const taskIds = new Set(workers.flatMap((worker) => worker.taskIds));
    for (const taskId of this.#recoveries.keys()) if (!taskIds.has(taskId)) this.#recoveries.delete(taskId);
  }

  /** One look at one worker. While one is under way, another of the same worker finds nothing. */
  async look(worker: WatchedWorker, steps: readonly StepRow[]): Promise<readonly Found[]> {
    const { thread, loop, heardAt, taskIds } = worker;
    if (this.#looking.has(thread)) return [];
    const loopUse = [...(this.#loopUse.get(thread) ?? []), loop].slice(-2);
    this.#loopUse.set(thread, loopUse);
    const silentMs = this.#options.now() - heardAt;
    const allowedMs = this.#options.pace.silentMs * this.#patienceWith(taskIds);
    if (taskIds.length === 0 || !loopStands({ loopUse, silentMs, allowedMs })) {
      return this.#moves(worker, silentMs, steps);
    }
    this.#looking.add(thread);
    try {
      return await this.#standsStill(worker, silentMs, steps);
    } finally {
      this.#looking.delete(thread);
    }
  }

  #patienceWith(taskIds: readonly number[]): number {
    if (this.#recoveries.size === 0) return 1;
    const most = Math.max(0, ...taskIds.map((taskId) => this.#recoveries.get(taskId) ?? 0));
    return Math.min(MOST_PATIENCE, 2 ** most);
  }

  #moves(worker: WatchedWorker, silentMs: number, steps: readonly StepRow[]): readonly Found[] {
    const { thread, taskIds } = worker;
    const standing = this.#standings.get(thread);
    if (standing === undefined) return [];
    const { told } = standing;
    const left = told?.taskIds.filter((taskId) => taskIds.includes(taskId)) ?? [];
    if (told === undefined || left.length === 0) {
      this.#standings.delete(thread);
      return [];
    }
    const { pace, now } = this.#options;
    const isFree = silentMs <= 3 * pace.lookEveryMs;
    standing.freeSince = isFree ? (standing.freeSince ?? now()) : undefined;
    const isFreeForLong = standing.freeSince !== undefined && now() - standing.freeSince >= pace.freeMs;
    const hasGoneOn = (taskId: number): boolean =>
      steps.some((step) => step.taskId === taskId && (step.progressAt ?? step.startedAt) > told.at);
    const recovered = left.filter((taskId) => isFreeForLong || hasGoneOn(taskId));
    const others = left.filter((taskId) => !recovered.includes(taskId));
    if (others.length === 0) this.#standings.delete(thread);
    else standing.told = { ...told, taskIds: others };
    for (const taskId of recovered) {
      this.#recoveries.set(taskId, (this.#recoveries.get(taskId) ?? 0) + 1);
    }
    return recovered.map((taskId) => ({ verdict: 'recovered', taskId, thread, data: {} }));
  }

  async #standsStill(
    worker: WatchedWorker,
    silentMs: number,
    steps: readonly StepRow[],
  ): Promise<readonly Found[]> {
    const { thread, systemId, heardAt } = worker;
    const { pace, now, stackOf, factsOf } = this.#options;
    const standing = this.#standingOf(worker);
    standing.freeSince = undefined;
    if (now() - standing.stackAt < this.#pauseBetweenStacks(standing)) return [];
    const stack = await stackOf(thread);
    standing.stackAt = now();
    if (stack.state === 'idle') {
      // It went back to its event loop while we looked.
      standing.sights.clear();
      return [];
    }
    const facts = systemId === undefined ? undefined : factsOf(systemId);
    const place = placeOf(stack);
    const before = standing.sights.get(place);
    if (before === undefined) {
      standing.sights.set(place, { at: standing.stackAt, facts });
      return [];
    }
    const between = cpuBetween(before, { at: standing.stackAt, facts });
    const verdict = verdictOfStanding(stack.state, between, pace.stacksApartMs);
    if (verdict === undefined || verdict === standing.told?.verdict) return [];
    const taskIds = worker.taskIds.filter(
      (taskId) => taskId === stack.taskId || !worker.taskIds.includes(stack.taskId ?? -1),
    );
    standing.told = { verdict, taskIds, at: heardAt + silentMs };
    const seen: Seen = { worker, stack, facts, between, silentMs: now() - heardAt };
    return taskIds.map((taskId) => ({
      verdict,
      taskId,
      thread,
      data: evidenceOf(
        seen,
        taskIds.length,
        steps.find((step) => step.taskId === taskId),
      ),
    }));
  }

  /** One that was told of tasks that have ended since is over: now it stands for others. */
  #standingOf({ thread, taskIds }: WatchedWorker): Standing {
    const known = this.#standings.get(thread);
    const isOver = known?.told?.taskIds.every((taskId) => !taskIds.includes(taskId)) ?? false;
    if (known !== undefined && !isOver) return known;
    const standing: Standing = {
      sights: new Map(),
      stackAt: -Infinity,
      told: undefined,
      freeSince: undefined,
    };
    this.#standings.set(thread, standing);
    return standing;
  }

  #pauseBetweenStacks({ told }: Standing): number {
    const { stacksApartMs } = this.#options.pace;
    if (told === undefined) return stacksApartMs;
    return told.verdict === 'native' ? stacksApartMs * NATIVE_AGAIN : Infinity;
  }
}

/** The outermost place of the user's code, and the task that it belongs to. */
function placeOf({ state, frames, taskId }: ThreadStack): string {
  return state === 'native' ? 'native' : `${taskId ?? ''} ${framePlace(frames)}`;
}

function framePlace(frames: readonly StackFrame[]): string {
  const onStack = frames.filter(({ isAwaiting }) => !isAwaiting);
  const outermost = onStack.findLast(({ isYours }) => isYours) ?? onStack.at(-1);
  return outermost === undefined ? '' : frameText(outermost);
}

type CpuBetween = NonNullable<Parameters<typeof verdictOfStanding>[1]>;

function cpuBetween(first: Sight, second: Sight): CpuBetween | undefined {
  if (first.facts === undefined || second.facts === undefined) return undefined;
  return {
    wallMs: second.at - first.at,
    ranMs: second.facts.ranMs - first.facts.ranMs,
    waitedMs: second.facts.waitedMs - first.facts.waitedMs,
  };
}

interface Seen {
  readonly worker: WatchedWorker;
  readonly stack: ThreadStack;
  readonly facts: ThreadFacts | undefined;
  readonly between: CpuBetween | undefined;
  readonly silentMs: number;
}

function evidenceOf(seen: Seen, suspects: number, step: StepRow | undefined): JsonObject {
  const { worker, stack, facts, silentMs } = seen;
  return {
    silentMs,
    loop: worker.loop,
    stack: stack.frames.map(frameText),
    reasons: reasonsOf(seen, suspects),
    tasksOfThread: worker.taskIds.length,
    ...(step === undefined ? {} : { step: step.name }),
    ...(facts === undefined ? {} : { facts: { ...facts } }),
    ...(worker.systemId === undefined ? {} : { systemThreadId: worker.systemId }),
  };
}

function reasonsOf({ worker, stack, facts, between, silentMs }: Seen, suspects: number): string[] {
  const neighbours = worker.taskIds.length - suspects;
  return [
    `its event loop has not turned for ${formatDuration(silentMs)}`,
    stack.state === 'native'
      ? 'no stack can be had: it is in native code'
      : `it was seen before in ${framePlace(stack.frames)}`,
    ...(between === undefined
      ? []
      : [`in ${formatDuration(between.wallMs)} it was on a CPU for ${formatDuration(between.ranMs)}`]),
    ...(facts?.waitsIn === undefined ? [] : [`it waits in ${facts.waitsIn}`]),
    ...(suspects > 1 ? [`it is one of the ${suspects} tasks of its thread; which cannot be seen`] : []),
    ...(neighbours > 0
      ? [`${neighbours} other ${neighbours === 1 ? 'task' : 'tasks'} of its thread cannot go on`]
      : []),
  ];
}
