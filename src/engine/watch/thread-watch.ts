import type { StackOf, ThreadStack } from '../../core/inspection.ts';
import type { JsonObject } from '../../core/json.ts';
import { loopStands, type Finding, type Verdict, type WatchPace } from '../../core/verdict.ts';
import type { ThreadFacts } from '../../process/thread-facts.ts';
import type { StepRow } from '../../store/task-store.ts';
import { compareSights, evidenceOf, isInCode, type Sight, type WatchedWorker } from './thread-sights.ts';

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
  readonly stackOf: StackOf;
  readonly factsOf: (systemId: number) => ThreadFacts | undefined;
}

/** From when a thread stands to when it has recovered, with short turns of its event loop in between. */
interface Standing {
  readonly sights: Sight[];
  stackAt: number;
  /** Of which tasks it was told, and when. */
  told: { readonly verdict: Verdict; readonly taskIds: readonly number[]; readonly at: number } | undefined;
  freeSince: number | undefined;
  looked: Sight['looked'];
}

/** A native call may end and leave the thread in JavaScript: it is looked at again, this many times more rarely. */
const NATIVE_AGAIN = 5;
/** So many more stacks are asked for when there is no code of the user on the first one. */
const MORE_STACKS = 2;
/** A thread in which no code was seen is told of after so many sights: a later one may name the task. */
const SIGHTS_WITHOUT_CODE = 6;
/** A thread that was looked at so often and goes on is looked at half as often from then on. */
const MANY_SIGHTS = 8;
/** Sights that are kept to compare with, the first and the newest. */
const MOST_SIGHTS = 16;
/** How many times longer a thread may be silent, at most, after it has recovered again and again. */
const MOST_PATIENCE = 32;

/**
 * Finds workers whose event loop stands: one that was silent for too long is looked at, and looked at again. Only
 * when a second later it has not gone on in the user's code is it stuck; what goes from place to place is slow, and
 * moves. What was found stands until something happens in the task, or the thread
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
    return recovered.map((taskId) => recoveredIn(thread, taskId));
  }

  async #standsStill(
    worker: WatchedWorker,
    silentMs: number,
    steps: readonly StepRow[],
  ): Promise<readonly Found[]> {
    const { thread, systemId, heardAt } = worker;
    const { now, stackOf, factsOf } = this.#options;
    const standing = this.#standingOf(worker);
    standing.freeSince = undefined;
    if (now() - standing.stackAt < this.#pauseBetweenStacks(standing)) return [];
    const factsNow = (): ThreadFacts | undefined => (systemId === undefined ? undefined : factsOf(systemId));
    const [from, before] = [now(), factsNow()];
    let stack = await stackOf(thread);
    // Between two microtasks no code is on the stack; most often there is some the next time.
    for (let more = 0; more < MORE_STACKS && stack !== undefined && !isToldOf(stack); more += 1)
      stack = await stackOf(thread);
    standing.stackAt = now();
    const facts = factsNow();
    const cpuMs = cpuOf(facts) - cpuOf(before);
    const { looked: all } = standing;
    standing.looked = { wallMs: all.wallMs + standing.stackAt - from, cpuMs: all.cpuMs + cpuMs };
    if (stack === undefined) return [];
    const sight: Sight = { at: standing.stackAt, heardAt, stack, facts, looked: standing.looked };
    const found = standing.sights
      .map((each) => ({
        before: each,
        verdict: compareSights(each, sight, this.#options.pace.stacksApartMs),
      }))
      .find((each) => each.verdict !== undefined);
    if (standing.sights.push(sight) > MOST_SIGHTS) standing.sights.splice(MANY_SIGHTS, 1);
    if (found?.verdict === undefined || found.verdict === standing.told?.verdict) return [];
    const { before: first, verdict } = found;
    const isUnseen = stack.state === 'idle' && !standing.sights.some(isInCode);
    if (isUnseen && standing.sights.length < SIGHTS_WITHOUT_CODE) return [];
    // Between two microtasks no code of the user is on the stack: what was seen of it before tells most.
    const shown = (isToldOf(stack) ? undefined : standing.sights.findLast(isInCode)) ?? sight;
    const { taskId: culprit } = shown.stack;
    const isSeen = culprit !== undefined && worker.taskIds.includes(culprit);
    const taskIds = isSeen ? [culprit] : worker.taskIds;
    const isUnclear = !isSeen && (culprit !== undefined || taskIds.length > 1);
    const cleared = standing.told?.taskIds.filter((taskId) => !taskIds.includes(taskId)) ?? [];
    standing.told = { verdict, taskIds, at: heardAt + silentMs };
    const seen = {
      worker,
      before: first,
      sight,
      shown,
      silentMs: now() - heardAt,
      suspects: taskIds.length,
      isUnclear,
    };
    const told = taskIds.map((taskId): Found => {
      const step = steps.find((each) => each.taskId === taskId);
      return { verdict, taskId, thread, data: evidenceOf(seen, { taskId, step }) };
    });
    // What was told of them, when it could not be seen which task it is, is taken back.
    return [...cleared.map((taskId) => recoveredIn(thread, taskId)), ...told];
  }

  /** One that was told of tasks that have ended since is over: now it stands for others. */
  #standingOf({ thread, taskIds }: WatchedWorker): Standing {
    const known = this.#standings.get(thread);
    const isOver = known?.told?.taskIds.every((taskId) => !taskIds.includes(taskId)) ?? false;
    if (known !== undefined && !isOver) return known;
    const standing: Standing = {
      sights: [],
      stackAt: -Infinity,
      told: undefined,
      freeSince: undefined,
      looked: { wallMs: 0, cpuMs: 0 },
    };
    this.#standings.set(thread, standing);
    return standing;
  }

  #pauseBetweenStacks({ told, sights }: Standing): number {
    const { stacksApartMs, lookEveryMs } = this.#options.pace;
    if (told === undefined) return sights.length < MANY_SIGHTS ? lookEveryMs : 2 * lookEveryMs;
    return told.verdict === 'native' ? stacksApartMs * NATIVE_AGAIN : Infinity;
  }
}

function recoveredIn(thread: number, taskId: number): Found {
  return { verdict: 'recovered', taskId, thread, data: {} };
}

/** Whether looking again would tell no more. Of native code it would not, and that look takes a second. */
function isToldOf(stack: ThreadStack): boolean {
  return stack.state === 'native' || isInCode({ stack });
}

function cpuOf(facts: ThreadFacts | undefined): number {
  return facts === undefined ? 0 : facts.ranMs + facts.waitedMs;
}
