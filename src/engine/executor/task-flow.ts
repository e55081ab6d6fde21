import { createAdaptiveLimit, setCeiling, type AdaptiveLimit } from '../../core/adaptive-limit.ts';
import { prefetchTarget } from '../../core/prefetch.ts';
import { DEFAULT_RETRY } from '../../core/retry.ts';
import type { TaskFate } from '../../core/task-fate.ts';
import type {
  ClaimedTask,
  Counts,
  ExchangeResult,
  FinishedTry,
  RecordAppender,
  TaskStore,
} from '../../store/task-store.ts';
import { adaptedLimit } from './adapted-limit.ts';
import { dispositionOf } from './disposition.ts';
import { FinishRate } from './finish-rate.ts';
import { endedOutside, type EndedTry } from '../messages.ts';

/** How long results may wait for company while slots can be refilled without the db. */
const COMMIT_WITHIN_MS = 4;
/** A task that is still running after so long is shown as running. */
const STARTED_WITHIN_MS = 100;
/** The db is asked at least so often, in case a wake-up was lost. */
const POLL_EVERY_MS = 500;

export interface TaskFlowOptions {
  readonly store: TaskStore;
  readonly appendRecord: RecordAppender;
  readonly executorId: string;
  readonly runId: string;
  readonly maxRetries: number;
  /** Tasks in flight that this executor may have. */
  readonly slots: number;
  /** Hands tasks to workers; called only for as many as there are free slots. */
  readonly start: (tasks: readonly ClaimedTask[]) => void;
  readonly freeSlots: () => number;
  /** After each exchange with the db. `isIdle`: nothing in flight, nothing to claim. */
  readonly onExchanged: (counts: Counts, isIdle: boolean) => void;
  readonly onFailed: (error: unknown) => void;
  readonly now: () => number;
  readonly random: () => number;
}

interface InFlight {
  readonly task: ClaimedTask;
  readonly startedAt: number;
  isTold: boolean;
}

/**
 * The way of tasks through an executor: claimed from the db a little ahead, handed to free slots at once,
 * their outcomes committed in batches. One exchange with the db is under way at a time; what happens meanwhile
 * goes into the next.
 */
export class TaskFlow {
  readonly #options: TaskFlowOptions;
  readonly #inFlight = new Map<number, InFlight>();
  #held: ClaimedTask[] = [];
  #finished: FinishedTry[] = [];
  #limit: AdaptiveLimit;
  #isOpen = false;
  #exchanging: Promise<void> | undefined;
  #isFailed = false;
  #timer: { readonly at: number; readonly handle: NodeJS.Timeout | NodeJS.Immediate } | undefined;
  readonly #rate = new FinishRate();
  /** Those who wait until nothing is in flight or to be written. */
  readonly #drains: (() => void)[] = [];

  constructor(options: TaskFlowOptions) {
    this.#options = options;
    this.#limit = createAdaptiveLimit({ ceiling: options.slots });
  }

  get inFlight(): ReadonlyMap<number, { readonly task: ClaimedTask; readonly startedAt: number }> {
    return this.#inFlight;
  }

  /** Whether it claims. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Tasks in flight that the executor allows itself now. */
  get limit(): number {
    return this.#limit.limit;
  }

  /** Begins to claim. */
  open(): void {
    this.#isOpen = true;
    this.wake();
  }

  /** Looks for something to claim, now. */
  wake(): void {
    this.#exchangeWithin(0);
  }

  /** With fewer slots than before, what is held ahead goes back, so that it does not wait for them here. */
  async setSlots(slots: number): Promise<void> {
    const isLess = slots < this.#limit.ceiling;
    this.#limit = setCeiling(this.#limit, slots);
    if (isLess) await this.#giveBack();
    this.wake();
  }

  /** Claims no more until it is opened again; what is held but not started goes back. What is in flight goes on. */
  async hold(): Promise<void> {
    this.#isOpen = false;
    await this.#giveBack();
    // Who waits for it to be quiet must see what is still in flight, however new it is.
    this.wake();
  }

  /** Ends a task that is held but not started; to be tried it only has to stay. Returns whether there was one. */
  drop(taskId: number, fate: TaskFate): boolean {
    const task = this.#held.find((each) => each.taskId === taskId);
    if (task === undefined) return false;
    if (fate === 'retry') return true;
    this.#held = this.#held.filter((each) => each !== task);
    const now = this.#options.now();
    const ended = endedOutside(
      { task, startedAt: now },
      { reason: fate, how: 'it was ended before it started', now },
    );
    this.#finished.push({ ...ended, thread: 0, disposition: { kind: fate } });
    this.wake();
    return true;
  }

  /** Claims no more; what is held but not started goes back. Resolves when nothing is in flight or to be written. */
  async drain(): Promise<void> {
    await this.hold();
    const quiet = Promise.withResolvers<void>();
    this.#drains.push(quiet.resolve);
    this.#settleWhenQuiet();
    await quiet.promise;
  }

  async #giveBack(): Promise<void> {
    // An exchange under way may still bring tasks.
    await this.#exchanging;
    const taskIds = this.#held.map((task) => task.taskId);
    this.#held = [];
    if (taskIds.length === 0) return;
    const { store, executorId, runId, now } = this.#options;
    const message = 'the executor starts no more tasks';
    const { maxDeaths } = DEFAULT_RETRY;
    await store.release({ executorId, runId, now: now(), taskIds, cause: 'returned', message, maxDeaths });
  }

  /** Takes in tries that their workers ended. */
  ended(tries: readonly EndedTry[], thread: number): void {
    const { maxRetries, random } = this.#options;
    const now = this.#options.now();
    this.#rate.add(tries.length);
    for (const ended of tries) {
      const flight = this.#inFlight.get(ended.taskId);
      if (flight === undefined) continue;
      this.#inFlight.delete(ended.taskId);
      const inFlight = this.#inFlight.size + 1;
      this.#limit = adaptedLimit(this.#limit, { outcome: ended.outcome, inFlight, now });
      this.#finished.push({
        ...ended,
        thread,
        disposition: dispositionOf(ended, { failures: flight.task.failures, maxRetries, now, random }),
      });
    }
    if (this.#isOpen) this.#fill();
    this.#exchangeWithin(this.#held.length > 0 ? COMMIT_WITHIN_MS : 0);
  }

  /** Stops for good, whatever is in flight. */
  close(): void {
    this.#isOpen = false;
    this.#isFailed = true;
    this.#clearTimer();
  }

  /** Makes sure that the store knows these tasks as running. */
  async commitStarts(taskIds: readonly number[]): Promise<void> {
    const { store, appendRecord, executorId, runId, now } = this.#options;
    const started = taskIds.flatMap((taskId) => {
      const flight = this.#inFlight.get(taskId);
      return flight === undefined ? [] : [{ taskId, try: flight.task.try, startedAt: flight.startedAt }];
    });
    const holding = this.#inFlight.size + this.#held.length;
    await store.exchange(
      { executorId, runId, now: now(), started, finished: [], claim: 0, holding },
      appendRecord,
    );
  }

  /** Forgets tasks whose worker died; the store has been told. */
  forget(taskIds: readonly number[]): void {
    for (const taskId of taskIds) this.#inFlight.delete(taskId);
    this.wake();
  }

  /** Hands held tasks to free slots. */
  #fill(): void {
    const now = this.#options.now();
    if (now < this.#limit.pausedUntil) return this.#exchangeWithin(this.#limit.pausedUntil - now);
    const free = Math.min(this.#options.freeSlots(), this.#limit.limit - this.#inFlight.size);
    if (free <= 0 || this.#held.length === 0) return;
    const starting = this.#held.splice(0, free);
    for (const task of starting) {
      this.#inFlight.set(task.taskId, { task, startedAt: now, isTold: false });
    }
    this.#options.start(starting);
    this.#exchangeWithin(STARTED_WITHIN_MS);
  }

  #claimable(now: number): number {
    if (!this.#isOpen || now < this.#limit.pausedUntil) return 0;
    const holdsSuspect =
      this.#held.some((task) => task.suspect) ||
      [...this.#inFlight.values()].some((flight) => flight.task.suspect);
    if (holdsSuspect) return 0;
    const ahead = prefetchTarget({ finishedPerSecond: this.#rate.perSecond(now), slots: this.#limit.limit });
    const free = Math.min(this.#options.freeSlots(), this.#limit.limit - this.#inFlight.size);
    return Math.max(0, free - this.#held.length + ahead);
  }

  #exchangeWithin(delayMs: number): void {
    const at = this.#options.now() + delayMs;
    if (this.#isFailed || (this.#timer !== undefined && this.#timer.at <= at)) return;
    this.#clearTimer();
    const run = (): void => {
      this.#timer = undefined;
      // One at a time: the one under way looks for what came meanwhile when it is through.
      this.#exchanging ??= this.#exchange().finally(() => {
        this.#exchanging = undefined;
        this.#settleWhenQuiet();
      });
    };
    this.#timer = { at, handle: delayMs <= 0 ? setImmediate(run) : setTimeout(run, delayMs) };
  }

  #clearTimer(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer.handle as NodeJS.Timeout);
    clearImmediate(this.#timer.handle as NodeJS.Immediate);
    this.#timer = undefined;
  }

  async #exchange(): Promise<void> {
    const finished = this.#finished;
    this.#finished = [];
    try {
      const result = await this.#exchangeWithStore(finished);
      this.#held.push(...result.claimed);
      if (this.#isOpen) this.#fill();
      this.#next(result);
    } catch (error) {
      // Not committed: kept, so that a drain can still try to write it.
      this.#finished = [...finished, ...this.#finished];
      this.#isFailed = true;
      this.#clearTimer();
      this.#options.onFailed(error);
    }
  }

  async #exchangeWithStore(finished: readonly FinishedTry[]): Promise<ExchangeResult> {
    const { store, appendRecord, executorId, runId } = this.#options;
    const now = this.#options.now();
    const started = [];
    for (const [taskId, flight] of this.#inFlight) {
      const isNew = this.#isOpen && now - flight.startedAt < STARTED_WITHIN_MS / 2;
      if (flight.isTold || isNew) continue;
      flight.isTold = true;
      started.push({ taskId, try: flight.task.try, startedAt: flight.startedAt });
    }
    const holding = this.#inFlight.size + this.#held.length;
    const claim = this.#claimable(now);
    return store.exchange({ executorId, runId, now, started, finished, claim, holding }, appendRecord);
  }

  #next(result: ExchangeResult): void {
    const isIdle = this.#inFlight.size === 0 && this.#held.length === 0 && this.#finished.length === 0;
    this.#options.onExchanged(result.counts, isIdle);
    if (this.#finished.length > 0) return this.#exchangeWithin(this.#held.length > 0 ? COMMIT_WITHIN_MS : 0);
    if ([...this.#inFlight.values()].some((flight) => !flight.isTold)) {
      this.#exchangeWithin(STARTED_WITHIN_MS);
    }
    const now = this.#options.now();
    const dueMs = result.nextReadyAt === undefined ? POLL_EVERY_MS : Math.max(1, result.nextReadyAt - now);
    if (this.#isOpen) this.#exchangeWithin(Math.min(POLL_EVERY_MS, dueMs));
  }

  #settleWhenQuiet(): void {
    if (this.#isOpen || this.#exchanging !== undefined) return;
    if (!this.#isFailed && this.#finished.length > 0) return this.#exchangeWithin(0);
    if (!this.#isFailed && this.#inFlight.size > 0) return;
    this.#clearTimer();
    for (const resolve of this.#drains.splice(0)) resolve();
  }
}
