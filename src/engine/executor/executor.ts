import type { StackOf } from '../../core/inspection.ts';
import { serializeError } from '../../core/errors.ts';
import type { RunSpec } from '../../core/run-spec.ts';
import type { TaskFate } from '../../core/task-fate.ts';
import { machineLoad } from '../../process/machine-load.ts';
import { threadFacts } from '../../process/thread-facts.ts';
import type { Counts, RecordAppender, TaskStore } from '../../store/task-store.ts';
import { Deadlines } from './deadlines.ts';
import { planEvals, summariseEvals } from './executor-jobs.ts';
import type { ExecutorLink } from './executor-link.ts';
import { REASON_OF_FATE, type ToExecutor } from '../messages.ts';
import type { RunningStepBoard } from '../running-step.ts';
import { StuckWatch } from '../watch/stuck-watch.ts';
import { TaskFlow } from './task-flow.ts';
import { ThreadEnds } from './thread-ends.ts';
import { WorkerPool } from './worker-pool.ts';

const HEARTBEAT_EVERY_MS = 1000;
const PROGRESS_EVERY_MS = 50;

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
  /** Its process is the supervisor's own. Default: it is not. */
  readonly isInSupervisor?: boolean;
  /** Called when a thread is in native code and cannot be ended: only the end of the process helps. */
  readonly onUnstoppable: () => void;
  /** The stack of a worker thread, as another thread sees it. */
  readonly stackOf: StackOf;
  /** Called when there is a new worker, with where each tells what it runs, by its thread. */
  readonly onWorkers: (boards: ReadonlyMap<number, RunningStepBoard>) => void;
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
  readonly #ends: ThreadEnds;
  /** How many lanes may be open now, one a thread. */
  #mostLanes = 0;
  #slots: number;
  #lastUsage: { readonly at: number; readonly cpuMs: number };
  #lastProgressAt = 0;
  #isBeating = false;
  #isDestroyed = false;

  constructor(options: ExecutorOptions) {
    const { spec, runId, threads, slots, now, link } = options;
    const stackOf: StackOf = (thread) => this.#pool.look(thread, options.stackOf);
    this.#options = options;
    this.#slots = slots;
    this.#pool = new WorkerPool({
      setup: { runId, spec },
      threads,
      events: {
        onEnded: (tries, thread) => this.#flow.ended(tries, thread),
        onWorkers: options.onWorkers,
        onStepsEnded: (durations) => this.#stuckWatch.learn(durations),
        onWorkerDied: (death) => this.#guarded(this.#ends.workerDied(death)),
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
      endWorkerOf: (taskId) => this.#guarded(this.#ends.endWorkerOf(taskId)),
    });
    this.#ends = new ThreadEnds({
      ...options,
      stackOf,
      pool: this.#pool,
      flow: this.#flow,
      deadlines: this.#deadlines,
    });
    this.#stuckWatch = new StuckWatch({
      isOrphaned: () => false,
      ...options,
      stackOf,
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
    this.#isDestroyed = true;
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
        return this.#ends.isCondemned ? undefined : this.#flow.open();
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
        return this.#stopTask(message.taskId, message.fate);
      case 'end-worker': {
        const isEnded = await this.#ends.endWorker(message.thread, message.fate);
        return link.send({ kind: 'worker-ended', request: message.request, isEnded });
      }
      case 'look':
        await this.#ends.lookAtAll(message.fate);
        return link.send({ kind: 'looked', request: message.request });
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

  #stopTask(taskId: number, fate: TaskFate): void {
    if (!this.#flow.drop(taskId, fate)) this.#deadlines.cancel(taskId, REASON_OF_FATE[fate]);
  }

  #openLanes(count = this.#options.threads): void {
    this.#mostLanes = Math.max(this.#mostLanes, count);
    this.#pool.setSlots(this.#slots, this.#mostLanes);
  }

  async #beat(): Promise<void> {
    this.#options.link.send({ kind: 'alive' });
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      const { store, executorId, now } = this.#options;
      const usage = this.#options.usage();
      const at = now();
      const cpu = (usage.cpuMs - this.#lastUsage.cpuMs) / Math.max(1, at - this.#lastUsage.at);
      this.#lastUsage = { at, cpuMs: usage.cpuMs };
      this.#pool.measureCpu(at);
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
    // What its threads were at could not but fail.
    if (this.#isDestroyed) return;
    this.#options.link.send({ kind: 'failed', error: serializeError(error) });
  }

  async #end(): Promise<void> {
    await this.#pool.stop();
    await this.destroy();
    this.#closed.resolve();
  }
}
