import type { MessagePort, Worker } from 'node:worker_threads';
import type { ThreadStack } from '../../core/inspection.ts';
import type { StepInFlight, StepRow } from '../../store/task-store.ts';
import type { ToLane } from '../messages.ts';
import { runningStepIn, type RunningStep, type RunningStepBoard } from '../running-step.ts';
import { chainFields, WHOLE_TRY } from '../step-chain.ts';
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
  /** What its thread was seen in since then. */
  seen: ThreadStack | undefined;
  loop = 0;
  readonly cpu: ThreadCpu = new ThreadCpu();
  readonly board: RunningStepBoard;
  #lastUse: ReturnType<Worker['performance']['eventLoopUtilization']> | undefined;

  constructor(options: {
    readonly port: MessagePort;
    readonly board: RunningStepBoard;
    readonly slots: number;
    readonly restarts: number;
    readonly ended: Promise<void>;
  }) {
    this.port = options.port;
    this.slots = options.slots;
    this.restarts = options.restarts;
    this.ended = options.ended;
    this.board = options.board;
  }

  /** What the worker says that it runs, if that is still in flight here. */
  get running(): RunningStep | undefined {
    const running = runningStepIn(this.board);
    return running !== undefined && this.inFlight.has(running.taskId) ? running : undefined;
  }

  /** Slots that could take a task now: none in a thread whose loop stands, where the task would only wait. */
  get free(): number {
    const isSilent = this.inFlight.size > 0 && Date.now() - this.heardAt > SILENT_MS;
    return isSilent ? 0 : this.slots - this.inFlight.size;
  }

  /**
   * As the worker told them last; of the task that runs now, as its board has it, or else as its thread was seen in it.
   * A worker whose loop stands since it was given a task, or began a step, has told nothing of that.
   */
  stepsInFlight(): readonly StepRow[] {
    const rows = new Map(this.steps.map((step) => [step.taskId, step]));
    const thread = this.worker === undefined ? {} : { thread: this.threadId };
    const { running, seen } = this;
    return [...this.inFlight].map(([taskId, { try: number, startedAt }]) => {
      const step = rows.get(taskId);
      const whole: StepRow = { taskId, try: number, name: WHOLE_TRY, startedAt };
      const known = step?.try === number ? step : whole;
      const told = running?.taskId === taskId ? running.chain : undefined;
      const chain = told ?? (seen?.taskId === taskId ? seen.steps : undefined);
      return { ...(chain === undefined ? known : withChain(known, chain, startedAt)), ...thread };
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

/** What is known of a try, with the steps that it really is in. */
function withChain(known: StepRow, chain: readonly StepInFlight[], tryStartedAt: number): StepRow {
  const { chain: _told, ...rest } = known;
  const fields = chainFields(chain.length > 0 ? chain : [{ name: WHOLE_TRY, startedAt: tryStartedAt }]);
  return { ...rest, ...fields, progressAt: Math.max(known.progressAt ?? 0, fields.startedAt) };
}
