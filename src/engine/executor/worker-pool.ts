import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { StackOf, ThreadStack } from '../../core/inspection.ts';
import type { ClaimedTask, StepRow, WorkerStats } from '../../store/task-store.ts';
import { entryFile } from '../../process/entry-file.ts';
import { shares } from '../shares.ts';
import type { WatchedWorker } from '../watch/thread-sights.ts';
import type { CancelReason, EndedTry, FromLane, WorkerSetup } from '../messages.ts';
import { OpenLane } from './open-lane.ts';
import { createRunningStepBoard, type RunningStepBoard } from '../running-step.ts';
import type { StepDurations } from '../step-chain.ts';

const END_AGAIN_MS = 50;

/** What a worker pool tells its executor. */
export interface WorkerPoolEvents {
  /** How long steps took that have ended. */
  onStepsEnded?(durations: StepDurations): void;
  /** There is a new worker: the boards of all by their threads. */
  onWorkers?(boards: ReadonlyMap<number, RunningStepBoard>): void;
  onEnded(tries: readonly EndedTry[], thread: number): void;
  /** A worker ended under its tasks, by itself or because it was ended. Another one takes its place. */
  onWorkerDied(death: WorkerDeath): void;
}

export interface WorkerDeath {
  readonly thread: number;
  readonly taskIds: readonly number[];
  readonly message: string;
}

/** A worker thread with what it has in flight. */
export interface PlaceOfTask {
  readonly thread: number;
  /** Its last sign of life, ms UTC. */
  readonly heardAt: number;
  readonly taskIds: readonly number[];
}

/**
 * The Piscina workers of an executor, each running one lane: a never-ending Piscina task that multiplexes the
 * worker's slots over a message port. Piscina keeps the threads; tasks go out and come back in batches, so a
 * task costs a share of a message and not a dispatch of its own.
 */
export class WorkerPool {
  readonly #setup: WorkerSetup;
  readonly #events: WorkerPoolEvents;
  readonly #threads: number;
  readonly #piscina: Piscina;
  readonly #lanes: OpenLane[] = [];
  #isStopping = false;

  constructor(options: {
    readonly setup: WorkerSetup;
    readonly threads: number;
    readonly events: WorkerPoolEvents;
  }) {
    this.#setup = options.setup;
    this.#events = options.events;
    this.#threads = options.threads;
    this.#piscina = new Piscina({
      filename: entryFile('../worker/worker', import.meta.url),
      minThreads: options.threads,
      maxThreads: options.threads,
      idleTimeout: Number.POSITIVE_INFINITY,
      // The default parks an idle worker in Atomics.wait: its timers and sockets would stand still.
      atomics: 'disabled',
    });
  }

  /** Runs a named export of the worker file in a worker that has no lane yet. */
  runJob<Result>(name: string, job: WorkerSetup & { readonly port: MessagePort }): Promise<Result> {
    return this.#piscina.run(job, { name, transferList: [job.port] }) as Promise<Result>;
  }

  /** Slots that could take a task now, over all lanes. */
  get freeSlots(): number {
    return this.#lanes.reduce((sum, lane) => sum + Math.max(0, lane.free), 0);
  }

  /** What can be seen of the workers from outside, without their help. */
  get stats(): readonly WorkerStats[] {
    return this.#lanes.map((lane) => ({
      thread: lane.threadId,
      slots: lane.slots,
      inFlight: lane.inFlight.size,
      loop: lane.loop,
      ...(lane.cpu.share === undefined ? {} : { cpu: lane.cpu.share }),
      restarts: lane.restarts,
    }));
  }

  /** Measures the `cpu` of `stats` anew, since the call before. */
  measureCpu(now: number): void {
    for (const lane of this.#lanes) lane.measureCpu(now);
  }

  /** What tells whether a worker is stuck. Each call measures `loop` anew, since the call before. */
  watch(now: number): readonly WatchedWorker[] {
    return this.#lanes.map((lane) => ({
      thread: lane.threadId,
      systemId: lane.systemId,
      loop: lane.measureLoop(),
      // A worker without tasks has nothing to send.
      heardAt: lane.inFlight.size === 0 ? now : lane.heardAt,
      taskIds: [...lane.inFlight.keys()],
    }));
  }

  /** Where each task in flight is, as last told by its worker: every try is in some step at all times. */
  get steps(): readonly StepRow[] {
    return this.#lanes.flatMap((lane) => lane.stepsInFlight());
  }

  /**
   * Shares slots out among lanes, one a worker, and opens those that are not there yet: as many as there are
   * threads, if there are slots for them. Lanes that hold more than their share lose it as their tasks end.
   * @param mostLanes that may be open for now
   */
  setSlots(slots: number, mostLanes: number): void {
    if (this.#isStopping) return;
    const lanes = Math.max(this.#lanes.length, Math.min(this.#threads, slots));
    for (const [index, share] of (lanes === 0 ? [] : shares(slots, lanes)).entries()) {
      const lane = this.#lanes[index];
      if (lane !== undefined) lane.slots = share;
      else if (index < mostLanes) this.#lanes.push(this.#openLane(share, 0));
    }
  }

  /** Starts tasks, each in the lane with the most free slots. The caller has made sure there are enough. */
  start(tasks: readonly ClaimedTask[]): void {
    const batches = new Map<OpenLane, ClaimedTask[]>();
    for (const task of tasks) {
      const lane = this.#lanes.reduce((best, each) => (each.free > best.free ? each : best));
      // From here on it owes us signs of life.
      if (lane.inFlight.size === 0) lane.heardAt = Date.now();
      lane.inFlight.set(task.taskId, { try: task.try, startedAt: Date.now() });
      const batch = batches.get(lane);
      if (batch === undefined) batches.set(lane, [task]);
      else batch.push(task);
    }
    for (const [lane, batch] of batches) lane.post({ kind: 'tasks', tasks: batch });
  }

  cancel(taskId: number, reason: CancelReason): void {
    this.#laneOf(taskId)?.post({ kind: 'cancel', taskId, reason });
  }

  /**
   * Ends a thread. Resolves to false when it is still there after `waitMs`: it is in native code, which nothing
   * but the end of the process can stop.
   */
  async endWorker(thread: number, waitMs: number): Promise<boolean> {
    const worker = this.#lanes.find((each) => each.threadId === thread)?.worker;
    if (worker === undefined) return true;
    const late = Promise.withResolvers<false>();
    const timer = setTimeout(() => late.resolve(false), waitMs);
    // Each order listens for the end.
    worker.setMaxListeners(0);
    // An order that comes while a debugger lets go of the thread is lost: V8 drops it with the debugger's message.
    const again = setInterval(() => void worker.terminate(), END_AGAIN_MS);
    try {
      return await Promise.race([worker.terminate().then(() => true), late.promise]);
    } finally {
      clearTimeout(timer);
      clearInterval(again);
    }
  }

  /** The thread that runs a task, with all that it runs. */
  placeOf(taskId: number): PlaceOfTask | undefined {
    const lane = this.#laneOf(taskId);
    return lane && { thread: lane.threadId, heardAt: lane.heardAt, taskIds: [...lane.inFlight.keys()] };
  }

  /**
   * The task whose code a worker is in, as the worker itself says, also while it is in native code. Undefined when it
   * is between tasks, or in a callback that no promise called.
   */
  runningTaskOf(thread: number): number | undefined {
    return this.#lanes.find((lane) => lane.threadId === thread)?.running?.taskId;
  }

  /** Looks at a worker. Until that tells its steps again, its task is in the step in which it was seen. */
  async look(thread: number, stackOf: StackOf): Promise<ThreadStack | undefined> {
    const lane = this.#lanes.find((each) => each.threadId === thread);
    const heardAt = lane?.heardAt;
    const stack = await stackOf(thread);
    if (lane !== undefined && lane.heardAt === heardAt && stack?.steps !== undefined) lane.seen = stack;
    return stack;
  }

  /** What a worker has in flight; undefined when no thread of that number runs tasks. */
  tasksOf(thread: number): readonly number[] | undefined {
    const lane = this.#lanes.find((each) => each.threadId === thread && each.worker !== undefined);
    return lane && [...lane.inFlight.keys()];
  }

  /** Lets every lane finish and tear down, then ends the threads. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const lane of this.#lanes) lane.post({ kind: 'stop' });
    await Promise.allSettled(this.#lanes.map((lane) => lane.ended));
    this.#lanes.length = 0;
  }

  /** Ends the threads, whatever they do. Call `stop` first to let them finish. */
  async destroy(): Promise<void> {
    this.#isStopping = true;
    await this.#piscina.destroy();
  }

  #laneOf(taskId: number): OpenLane | undefined {
    return this.#lanes.find((lane) => lane.inFlight.has(taskId));
  }

  #openLane(slots: number, restarts: number): OpenLane {
    const { port1, port2 } = new MessageChannel();
    const board = createRunningStepBoard();
    const job = { ...this.#setup, port: port2, board };
    const ended = this.#piscina.run(job, { transferList: [port2] }) as Promise<void>;
    const lane = new OpenLane({ port: port1, board, slots, restarts, ended });
    port1.on('message', (message: FromLane) => this.#receive(lane, message));
    ended.then(
      () => port1.close(),
      (error: unknown) => this.#laneDied(lane, error),
    );
    return lane;
  }

  #receive(lane: OpenLane, message: FromLane): void {
    lane.heardAt = Date.now();
    lane.seen = undefined;
    switch (message.kind) {
      case 'ready':
        lane.threadId = message.threadId;
        lane.systemId = message.systemId;
        lane.worker = this.#piscina.threads.find((worker) => worker.threadId === message.threadId);
        this.#events.onWorkers?.(new Map(this.#lanes.map(({ threadId, board }) => [threadId, board])));
        break;
      case 'ended':
        for (const ended of message.tries) lane.inFlight.delete(ended.taskId);
        this.#events.onEnded(message.tries, lane.threadId);
        break;
      case 'steps':
        lane.steps = message.steps;
        this.#events.onStepsEnded?.(message.ended);
        break;
    }
  }

  #laneDied(lane: OpenLane, error: unknown): void {
    lane.port.close();
    const index = this.#lanes.indexOf(lane);
    if (index === -1 || this.#isStopping) return;
    this.#lanes[index] = this.#openLane(lane.slots, lane.restarts + 1);
    this.#events.onWorkerDied({
      thread: lane.threadId,
      taskIds: [...lane.inFlight.keys()],
      message: error instanceof Error ? error.message : String(error),
    });
  }
}
