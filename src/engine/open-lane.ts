import type { MessagePort, Worker } from 'node:worker_threads';
import type { StepRow } from '../store/task-store.ts';
import type { ToLane } from './messages.ts';
import { runningTaskIn, type RunningTaskCell } from './running-task.ts';
import { ThreadCpu } from './thread-cpu.ts';

/** A worker with tasks in flight that is silent for longer is given no more of them. */
const SILENT_MS = 2500;

/** The main thread's view of one lane. */
export class OpenLane {
  readonly port: MessagePort;
  readonly ended: Promise<void>;
  readonly restarts: number;
  readonly inFlight: Map<number, { readonly try: number; readonly startedAt: number }> = new Map();
  slots: number;
  threadId = 0;
  systemId: number | undefined;
  worker: Worker | undefined;
  steps: readonly StepRow[] = [];
  /** ms UTC */
  heardAt: number = Date.now();
  loop = 0;
  readonly cpu: ThreadCpu = new ThreadCpu();
  #lastUse: ReturnType<Worker['performance']['eventLoopUtilization']> | undefined;

  readonly #runningTask: RunningTaskCell;

  constructor(options: {
    readonly port: MessagePort;
    readonly runningTask: RunningTaskCell;
    readonly slots: number;
    readonly restarts: number;
    readonly ended: Promise<void>;
  }) {
    this.port = options.port;
    this.slots = options.slots;
    this.restarts = options.restarts;
    this.ended = options.ended;
    this.#runningTask = options.runningTask;
  }

  /** The task whose code the worker last said that it runs, if that is still in flight here. */
  get runningTaskId(): number | undefined {
    const taskId = runningTaskIn(this.#runningTask);
    return taskId !== undefined && this.inFlight.has(taskId) ? taskId : undefined;
  }

  /** Slots that could take a task now: none in a thread whose loop stands, where the task would only wait. */
  get free(): number {
    const isSilent = this.inFlight.size > 0 && Date.now() - this.heardAt > SILENT_MS;
    return isSilent ? 0 : this.slots - this.inFlight.size;
  }

  /** A worker whose loop stands since it was given a task has told nothing of it. */
  stepsInFlight(): readonly StepRow[] {
    const told = new Map(this.steps.map((step) => [step.taskId, step]));
    const thread = this.worker === undefined ? {} : { thread: this.threadId };
    return [...this.inFlight].map(([taskId, { try: number, startedAt }]) => {
      const step = told.get(taskId);
      const known = step?.try === number ? step : { taskId, try: number, name: 'evaluate', startedAt };
      return { ...known, ...thread };
    });
  }

  post(message: ToLane): void {
    this.port.postMessage(message);
  }

  measureCpu(now: number): void {
    if (this.worker !== undefined) this.cpu.look(this.worker, this.systemId, now);
  }

  /** Share of time that the worker's event loop was busy since the last call; it needs no answer from it. */
  measureLoop(): number {
    if (this.worker === undefined) return 0;
    const now = this.worker.performance.eventLoopUtilization();
    const use =
      this.#lastUse === undefined
        ? now.utilization
        : this.worker.performance.eventLoopUtilization(now, this.#lastUse).utilization;
    this.#lastUse = now;
    this.loop = use;
    return use;
  }
}
