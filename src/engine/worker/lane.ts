import { threadId } from 'node:worker_threads';
import { watchPace } from '../../core/verdict.ts';
import { ownThreadId } from '../../process/thread-facts.ts';
import type { ClaimedTask, StepRow } from '../../store/task-store.ts';
import { codePlaceOf } from './error-place.ts';
import type { EvalHost } from './eval-host.ts';
import { serializeEvalError } from './eval-error.ts';
import type { CancelReason, EndedTry, FromLane, LaneJob, ToLane } from '../messages.ts';
import { RunningStepWriter } from '../running-step.ts';
import { runTry } from './run-try.ts';
import { TryContext } from './try-context.ts';
import { chainFields } from '../step-chain.ts';
import { currentStep, StepTally, type StepListeners } from './try-steps.ts';

/** Of a try that took so long it is kept where the time went, ms. */
const STEPS_KEPT_FROM_MS = 1000;

interface Flight {
  readonly task: ClaimedTask;
  readonly startedAt: number;
  /** Undefined while its eval is set up. */
  context: TryContext | undefined;
  /** Why it was told to stop before there was a context to tell. */
  cancelled: CancelReason | undefined;
}

/** A worker's slots: runs as many tasks at a time as it is sent, until it is told to stop. */
export class Lane {
  readonly #job: LaneJob;
  readonly #host: EvalHost;
  readonly #inFlight = new Map<number, Flight>();
  readonly #tally = new StepTally();
  readonly #board: RunningStepWriter;
  readonly #stepListeners: StepListeners;
  #ended: EndedTry[] = [];
  #isStopping = false;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(job: LaneJob, host: EvalHost) {
    this.#job = job;
    this.#host = host;
    this.#board = new RunningStepWriter(job.board);
    this.#stepListeners = { tally: this.#tally, board: this.#board };
  }

  async run(): Promise<void> {
    const { port } = this.#job;
    port.on('message', (message: ToLane) => this.#receive(message));
    const systemId = ownThreadId();
    this.#post({ kind: 'ready', threadId, ...(systemId === undefined ? {} : { systemId }) });
    const { lookEveryMs } = watchPace(this.#job.spec.stuckAfterMs);
    const stopTelling = this.#board.tellContinuations(() => currentStep.getStore());
    const telling = setInterval(() => this.#tellSteps(), lookEveryMs);
    // Warm up: what is slow to load must not be paid by the first task.
    for (const index of this.#job.spec.evals.keys()) void this.#host.resourcesOf(index).catch(() => {});
    try {
      await this.#stopped.promise;
      await this.#host.close();
    } finally {
      clearInterval(telling);
      stopTelling();
      port.close();
    }
  }

  #receive(message: ToLane): void {
    switch (message.kind) {
      case 'tasks':
        for (const task of message.tasks) void this.#start(task);
        break;
      case 'cancel':
        this.#cancel(message.taskId, message.reason);
        break;
      case 'stop':
        this.#isStopping = true;
        this.#stopWhenQuiet();
        break;
    }
  }

  #cancel(taskId: number, reason: CancelReason): void {
    const flight = this.#inFlight.get(taskId);
    if (flight === undefined) return;
    if (flight.context === undefined) flight.cancelled ??= reason;
    else flight.context.cancel(reason);
  }

  async #start(task: ClaimedTask): Promise<void> {
    const ended = await this.#try(task);
    this.#inFlight.delete(task.taskId);
    if (this.#ended.push(ended) === 1) setImmediate(() => this.#tellEnded());
  }

  async #try(task: ClaimedTask): Promise<EndedTry> {
    const flight: Flight = { task, startedAt: Date.now(), context: undefined, cancelled: undefined };
    this.#inFlight.set(task.taskId, flight);
    try {
      const { definition, params } = await this.#host.evalAt(task.evalIndex);
      const context = new TryContext({
        task,
        runSeed: this.#job.spec.seed,
        params,
        resources: await this.#host.resourcesOf(task.evalIndex),
        completionFns: await this.#host.completionFns(),
        stepListeners: this.#stepListeners,
      });
      flight.context = context;
      if (flight.cancelled !== undefined) context.cancel(flight.cancelled);
      const { steps } = context;
      const ended = await this.#board.during(steps.root, () =>
        currentStep.run(steps.root, () => runTry(definition, task, this.#job.runId, context)),
      );
      const isKept = steps.past.length > 0 && ended.endedAt - ended.startedAt >= STEPS_KEPT_FROM_MS;
      return isKept ? { ...ended, steps: steps.past } : ended;
    } catch (error) {
      return failedBeforeStart(task, flight.startedAt, error);
    }
  }

  #tellEnded(): void {
    const tries = this.#ended;
    this.#ended = [];
    this.#post({ kind: 'ended', tries });
    this.#stopWhenQuiet();
  }

  #tellSteps(): void {
    const ended = this.#tally.take();
    if (this.#inFlight.size === 0 && ended.length === 0) return;
    this.#post({ kind: 'steps', steps: [...this.#inFlight.values()].map(stepOf), ended });
  }

  #stopWhenQuiet(): void {
    if (this.#isStopping && this.#inFlight.size === 0 && this.#ended.length === 0) this.#stopped.resolve();
  }

  #post(message: FromLane): void {
    this.#job.port.postMessage(message);
  }
}

function stepOf({ task, startedAt, context }: Flight): StepRow {
  const { taskId } = task;
  if (context === undefined) return { taskId, try: task.try, name: 'set-up', startedAt };
  const { progressAt, past } = context.steps;
  return {
    taskId,
    try: task.try,
    ...chainFields(context.steps.chain()),
    progressAt,
    ...(past.length === 0 ? {} : { past }),
  };
}

/** The eval could not be set up in this worker: an error of the task, with the set-up's own message. */
function failedBeforeStart(task: ClaimedTask, startedAt: number, error: unknown): EndedTry {
  return {
    taskId: task.taskId,
    try: task.try,
    startedAt,
    endedAt: Date.now(),
    outcome: { kind: 'eval-error', error: setupError(error) },
    score: null,
    correct: null,
    unparsed: false,
    usage: null,
    modelMs: 0,
    events: [],
  };
}

function setupError(error: unknown): ReturnType<typeof serializeEvalError> {
  const serialized = serializeEvalError(error);
  const place = codePlaceOf(error);
  const message = `set-up failed: ${serialized.message}`;
  return { ...serialized, message, ...(place === undefined ? {} : { place }) };
}
