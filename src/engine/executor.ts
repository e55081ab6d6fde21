import type { ThreadStack } from '../core/inspection.ts';
import { serializeError } from '../core/errors.ts';
import { DEFAULT_RETRY } from '../core/retry.ts';
import type { RunSpec } from '../core/run-spec.ts';
import { machineLoad } from '../process/machine-load.ts';
import { threadFacts } from '../process/thread-facts.ts';
import type { Counts, RecordAppender, TaskStore } from '../store/task-store.ts';
import { blameTasks, type Blame, type HeldTask } from './blame.ts';
import { Deadlines, STOP_WITHIN_MS } from './deadlines.ts';
import { planEvals, summariseEvals } from './executor-jobs.ts';
import type { ExecutorLink } from './executor-link.ts';
import { endedOutside, type ToExecutor } from './messages.ts';
import { StuckWatch } from './stuck-watch.ts';
import { TaskFlow } from './task-flow.ts';
import { WorkerPool, type WorkerDeath } from './worker-pool.ts';

const HEARTBEAT_EVERY_MS = 1000;
const PROGRESS_EVERY_MS = 50;
/** What the other threads get to finish, when one can only be ended with the process. */
const LAST_TASKS_WITHIN_MS = 10_000;

export interface ExecutorOptions {
  readonly store: TaskStore;
  readonly appendRecord: RecordAppender;
  readonly executorId: string;
  readonly runId: string;
  readonly spec: RunSpec;
  /** Tasks in flight that this executor may have. */
  readonly slots: number;
  readonly threads: number;
  readonly link: ExecutorLink;
  readonly now: () => number;
  readonly random: () => number;
  /** CPU time and memory of the process so far. */
  readonly usage: () => { readonly cpuMs: number; readonly rssBytes: number };
  /** Called when a thread is in native code and cannot be ended: only the end of the process helps. */
  readonly onUnstoppable: () => void;
  /** The stack of a worker thread, as another thread sees it. */
  readonly stackOf: (thread: number) => Promise<ThreadStack>;
  /** Whether the supervisor is gone. Default: it never is. */
  readonly isOrphaned?: () => boolean;
}

/**
 * An executor's main thread: claims, hands out, commits, heartbeats. It never runs the eval's code, so its
 * heartbeat tells the truth about the process.
 */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #pool: WorkerPool;
  readonly #flow: TaskFlow;
  readonly #deadlines: Deadlines;
  readonly #stuckWatch: StuckWatch;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #closed = Promise.withResolvers<void>();
  /** Threads that are being ended, and what for. */
  readonly #endings = new Map<number, Blame | undefined>();
  /** How many lanes may be open now, one a thread. */
  #mostLanes = 0;
  /** A thread of it stands in native code: it finishes what the others have and ends. */
  #isCondemned = false;
  #slots: number;
  #lastUsage: { readonly at: number; readonly cpuMs: number };
  #lastProgressAt = 0;
  #isBeating = false;

  constructor(options: ExecutorOptions) {
    const { spec, runId, threads, slots, now, link } = options;
    this.#options = options;
    this.#slots = slots;
    this.#pool = new WorkerPool({
      setup: { runId, spec },
      threads,
      events: {
        onEnded: (tries, thread) => this.#flow.ended(tries, thread),
        onStepsEnded: (durations) => this.#stuckWatch.learn(durations),
        onWorkerDied: (death) => this.#guarded(this.#workerDied(death)),
      },
    });
    this.#flow = new TaskFlow({
      ...options,
      maxRetries: spec.maxRetries,
      start: (tasks) => this.#pool.start(tasks),
      freeSlots: () => this.#pool.freeSlots,
      onExchanged: (counts, isIdle) => this.#tellProgress(counts, isIdle),
      onFailed: (error) => this.#fail(error),
    });
    this.#deadlines = new Deadlines({
      taskTimeoutMs: spec.taskTimeoutMs,
      now,
      inFlight: () => this.#flow.inFlight,
      cancel: (taskId, reason) => {
        if (reason === 'timeout') this.#guarded(this.#stuckWatch.timedOut(taskId));
        this.#pool.cancel(taskId, reason);
      },
      endWorkerOf: (taskId) => this.#guarded(this.#endWorkerOf(taskId)),
    });
    this.#stuckWatch = new StuckWatch({
      isOrphaned: () => false,
      ...options,
      stuckAfterMs: spec.stuckAfterMs,
      workers: (at) => this.#pool.watch(at),
      steps: () => this.#pool.steps,
      factsOf: (systemId) => threadFacts(process.pid, systemId),
      load: machineLoad,
      onFailed: (error) => this.#fail(error),
      tryOf: (taskId) => this.#flow.inFlight.get(taskId)?.task.try ?? null,
      save: (evidence) => options.store.addEvidence(evidence),
    });
    this.#lastUsage = { at: now(), cpuMs: options.usage().cpuMs };
    this.#stuckWatch.open();
    this.#heartbeat = setInterval(() => this.#guarded(this.#beat()), HEARTBEAT_EVERY_MS);
    link.onMessage((message) => this.#guarded(this.#receive(message)));
    link.send({ kind: 'started', executorId: options.executorId });
  }

  /** Resolves when the executor was told to end and has let go of everything. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Ends its threads at once, whatever they do. */
  async destroy(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.#deadlines.close();
    this.#stuckWatch.close();
    this.#flow.close();
    await this.#pool.destroy();
  }

  async #receive(message: ToExecutor): Promise<void> {
    const { link } = this.#options;
    switch (message.kind) {
      case 'plan': {
        const planning = planEvals(this.#jobs, (samples) => link.send({ kind: 'planning', samples }));
        // Planning takes one worker; the others load the evals meanwhile.
        this.#openLanes(this.#options.threads - 1);
        return link.send({ kind: 'planned', evals: await planning });
      }
      case 'warm-up':
        return this.#openLanes();
      case 'run':
        this.#openLanes();
        return this.#isCondemned ? undefined : this.#flow.open();
      case 'wake':
        return this.#flow.wake();
      case 'limit':
        this.#slots = message.slots;
        this.#pool.setSlots(message.slots, this.#mostLanes);
        return this.#flow.setSlots(message.slots);
      case 'pause':
        return this.#flow.hold();
      case 'drain':
        await this.#flow.drain();
        return link.send({ kind: 'drained' });
      case 'abort':
        return this.#deadlines.cancelAll('aborted');
      case 'cancel-task':
        if (!this.#flow.drop(message.taskId)) this.#deadlines.cancel(message.taskId, 'cancelled');
        return;
      case 'summarise': {
        // Lanes never end by themselves: their workers are needed now.
        await this.#pool.stop();
        return link.send({ kind: 'summarised', reports: await summariseEvals(this.#jobs, message) });
      }
      case 'end':
        return this.#end();
    }
  }

  get #jobs(): Parameters<typeof planEvals>[0] {
    const { store, runId, spec } = this.#options;
    return { pool: this.#pool, store, runId, spec };
  }

  #openLanes(count = this.#options.threads): void {
    this.#mostLanes = Math.max(this.#mostLanes, count);
    this.#pool.setSlots(this.#slots, this.#mostLanes);
  }

  async #workerDied({ thread, taskIds, message }: WorkerDeath): Promise<void> {
    const blame = this.#endings.get(thread);
    this.#endings.delete(thread);
    if (blame === undefined) return this.#release(taskIds, 'died', `its worker thread ended: ${message}`);
    return this.#giveUp(thread, taskIds, blame);
  }

  /** Ends what a thread is ended for, and gives the rest of its tasks back. */
  async #giveUp(thread: number, taskIds: readonly number[], { blamed, unclear }: Blame): Promise<void> {
    const others = taskIds.filter((taskId) => !blamed.includes(taskId) && !unclear.includes(taskId));
    await this.#release(others, 'returned', 'its worker thread was ended because of another task');
    const why = `its worker thread was held by one of ${unclear.length} tasks, and had to be ended`;
    await this.#release(unclear, 'died', why);
    for (const taskId of blamed) this.#endOutside(taskId, thread);
  }

  async #release(taskIds: readonly number[], cause: 'died' | 'returned', message: string): Promise<void> {
    if (taskIds.length === 0) return;
    const { store, executorId, runId, now } = this.#options;
    const { maxDeaths } = DEFAULT_RETRY;
    await this.#flow.commitStarts(taskIds);
    await store.release({ executorId, runId, now: now(), taskIds, cause, message, maxDeaths });
    this.#flow.forget(taskIds);
  }

  /** Gives a try whose thread was ended the outcome that it was ended for. */
  #endOutside(taskId: number, thread: number): void {
    const flight = this.#flow.inFlight.get(taskId);
    const told = this.#deadlines.toldOf(taskId);
    if (flight === undefined || told === undefined) return;
    this.#flow.ended([endedOutside(flight, told.reason, this.#options.now())], thread);
  }

  async #endWorkerOf(taskId: number): Promise<void> {
    const place = this.#pool.placeOf(taskId);
    if (place === undefined || this.#endings.has(place.thread)) return;
    const { thread, heardAt } = place;
    this.#endings.set(thread, undefined);
    const told = this.#deadlines.toldOf(taskId);
    const seen = told === undefined || told.at < heardAt ? undefined : await this.#options.stackOf(thread);
    const taskIds = this.#pool.placeOf(taskId)?.taskIds ?? [];
    // It stopped while we looked.
    if (!taskIds.includes(taskId)) return void this.#endings.delete(thread);
    const blame = blameTasks(
      taskIds.map((each) => this.#heldTask(each)),
      heardAt,
      seen,
    );
    this.#endings.set(thread, blame);
    if (await this.#pool.endWorker(thread, STOP_WITHIN_MS)) return;
    this.#isCondemned = true;
    await this.#giveUp(thread, taskIds, blame);
    const lastTasks = Promise.withResolvers<void>();
    const timer = setTimeout(lastTasks.resolve, LAST_TASKS_WITHIN_MS);
    await Promise.race([this.#flow.drain(), lastTasks.promise]);
    clearTimeout(timer);
    this.#options.onUnstoppable();
  }

  #heldTask(taskId: number): HeldTask {
    const told = this.#deadlines.toldOf(taskId);
    return told === undefined ? { taskId } : { taskId, told };
  }

  async #beat(): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      const { store, executorId, now } = this.#options;
      const usage = this.#options.usage();
      const at = now();
      const cpu = (usage.cpuMs - this.#lastUsage.cpuMs) / Math.max(1, at - this.#lastUsage.at);
      this.#lastUsage = { at, cpuMs: usage.cpuMs };
      await store.heartbeat({
        executorId,
        now: at,
        state: this.#flow.isOpen ? 'running' : 'draining',
        inFlight: this.#flow.inFlight.size,
        limit: this.#flow.limit,
        cpu,
        rssBytes: usage.rssBytes,
        workers: this.#pool.stats,
        steps: this.#pool.steps,
      });
    } finally {
      this.#isBeating = false;
    }
  }

  #tellProgress(counts: Counts, isIdle: boolean): void {
    const now = this.#options.now();
    if (!isIdle && now - this.#lastProgressAt < PROGRESS_EVERY_MS) return;
    this.#lastProgressAt = now;
    this.#options.link.send({ kind: isIdle ? 'idle' : 'progress', counts });
  }

  #guarded(work: Promise<void>): void {
    work.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#options.link.send({ kind: 'failed', error: serializeError(error) });
  }

  async #end(): Promise<void> {
    await this.#pool.stop();
    await this.destroy();
    this.#closed.resolve();
  }
}
