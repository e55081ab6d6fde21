import { AsyncLocalStorage } from 'node:async_hooks';
import { threadId } from 'node:worker_threads';
import { EvaltuiError, serializeError } from '../core/errors.ts';
import { finalReport } from '../core/final-report.ts';
import { whyNotJson, type JsonObject } from '../core/json.ts';
import { createSummary } from '../core/summary.ts';
import type { ClaimedTask, StepRow } from '../store/task-store.ts';
import { exposeCurrentTask } from './current-task.ts';
import { EvalHost } from './eval-host.ts';
import type {
  AttemptsPage,
  EndedTry,
  EvalBatch,
  FromLane,
  JobEnd,
  LaneJob,
  PlanJob,
  PlannedEval,
  SummariseJob,
  ToLane,
  WorkerSetup,
} from './messages.ts';
import { SUMMARIZE_ERROR } from './messages.ts';
import { planEval as readSamples } from './plan-eval.ts';
import { nextMessage } from './port-messages.ts';
import { runTry } from './run-try.ts';
import { TryContext } from './try-context.ts';

/** How often the steps in flight are told to the main thread. */
const STEPS_EVERY_MS = 500;

let host: EvalHost | undefined;

/** A worker serves one run, so what it has loaded for planning serves the lane too. */
function hostOf(setup: WorkerSetup): EvalHost {
  if (host === undefined) {
    host = new EvalHost(setup.spec);
    refuseExit();
    blameStrayErrors();
    exposeCurrentTask(() => currentTry.getStore()?.taskId);
  }
  return host;
}

/** `process.exit` would end the thread under its other tasks; it becomes an error of the task that called it. */
function refuseExit(): void {
  process.exit = (code?: number | string | null): never => {
    throw new EvaltuiError(
      'eval-invalid',
      `the eval called process.exit(${code ?? ''}); throw an error instead`,
    );
  };
}

const currentTry = new AsyncLocalStorage<TryContext>();

/**
 * An error that nobody caught (in a timer, in a floating promise) would end the thread under all its tasks. It
 * becomes an error of the try whose code it came from; where that is not known, it goes to the log.
 */
function blameStrayErrors(): void {
  const blame = (what: string) => (error: unknown) => {
    const context = currentTry.getStore();
    console.error(`${what}${context === undefined ? '' : ` in task ${context.key}`}:`, error);
    context?.failStray(error);
  };
  process.on('uncaughtException', blame('uncaught exception'));
  process.on('unhandledRejection', blame('unhandled rejection'));
}

/** Piscina's entry: runs tasks in as many slots as the executor fills, until it is told to stop. */
export default function runLane(job: LaneJob): Promise<void> {
  return new Lane(job).run();
}

/** Piscina task: reads the samples of every eval, a batch a message. */
export function planEvals(job: PlanJob): Promise<JobEnd<readonly PlannedEval[]>> {
  return jobEnd(() => plan(job));
}

async function plan({ port, ...setup }: PlanJob): Promise<readonly PlannedEval[]> {
  const evalHost = hostOf(setup);
  const planned: PlannedEval[] = [];
  // The next batch is read while the main thread keeps this one.
  let acknowledged: Promise<unknown> = Promise.resolve();
  for (const index of setup.spec.evals.keys()) {
    const loaded = await evalHost.evalAt(index);
    await evalHost.completionFns();
    const samples = await readSamples(loaded, setup.spec, async (batch) => {
      await acknowledged;
      acknowledged = nextMessage(port);
      port.postMessage({ evalIndex: index, ...batch } satisfies EvalBatch);
    });
    planned.push({ index, name: loaded.definition.name, params: loaded.paramsRecord, samples });
  }
  await acknowledged;
  port.close();
  return planned;
}

/** Piscina task: the report of one eval, the default one joined with the eval's own `summarize`. */
export function summariseEval(job: SummariseJob): Promise<JobEnd<JsonObject>> {
  return jobEnd(() => summarise(job));
}

async function jobEnd<Result>(work: () => Promise<Result>): Promise<JobEnd<Result>> {
  try {
    return { kind: 'done', result: await work() };
  } catch (error) {
    return { kind: 'failed', error: serializeError(error) };
  }
}

async function summarise(job: SummariseJob): Promise<JsonObject> {
  const { definition } = await hostOf(job).evalAt(job.evalIndex);
  const summary = createSummary();
  const attempts = [];
  for (;;) {
    const answer = nextMessage<AttemptsPage>(job.port);
    job.port.postMessage('next page');
    const page = await answer;
    if (page.length === 0) break;
    for (const attempt of page) {
      summary.add(attempt);
      if (definition.summarize !== undefined) attempts.push(attempt);
    }
  }
  job.port.close();
  const { startedAt, finishedAt, spec } = job;
  const report = summary.finish({ attempts: spec.attempts, startedAt, finishedAt });
  if (definition.summarize === undefined) return report;
  try {
    const own: unknown = definition.summarize(attempts);
    const why = whyNotJson(own, 'what summarize() returned');
    if (why !== undefined) throw new TypeError(why);
    return finalReport({ standard: report, own: own as JsonObject, form: definition.report });
  } catch (error) {
    // The default report stands; the run is errored, and says why.
    const { message } = serializeError(error);
    return { ...report, [SUMMARIZE_ERROR]: `summarize() failed: ${message}` };
  }
}

class Lane {
  readonly #job: LaneJob;
  readonly #host: EvalHost;
  readonly #inFlight = new Map<number, { readonly task: ClaimedTask; readonly context: TryContext }>();
  #ended: EndedTry[] = [];
  #isStopping = false;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(job: LaneJob) {
    this.#job = job;
    this.#host = hostOf(job);
  }

  async run(): Promise<void> {
    const { port } = this.#job;
    port.on('message', (message: ToLane) => this.#receive(message));
    this.#post({ kind: 'ready', threadId });
    const telling = setInterval(() => this.#tellSteps(), STEPS_EVERY_MS);
    // Warm up: what is slow to load must not be paid by the first task.
    for (const index of this.#job.spec.evals.keys()) void this.#host.resourcesOf(index).catch(() => {});
    try {
      await this.#stopped.promise;
      await this.#host.close();
    } finally {
      clearInterval(telling);
      port.close();
      host = undefined;
    }
  }

  #receive(message: ToLane): void {
    switch (message.kind) {
      case 'tasks':
        for (const task of message.tasks) void this.#start(task);
        break;
      case 'cancel':
        this.#inFlight.get(message.taskId)?.context.cancel(message.reason);
        break;
      case 'stop':
        this.#isStopping = true;
        this.#stopWhenQuiet();
        break;
    }
  }

  async #start(task: ClaimedTask): Promise<void> {
    const ended = await this.#try(task);
    this.#inFlight.delete(task.taskId);
    if (this.#ended.push(ended) === 1) setImmediate(() => this.#tellEnded());
  }

  async #try(task: ClaimedTask): Promise<EndedTry> {
    const startedAt = Date.now();
    try {
      const { definition, params } = await this.#host.evalAt(task.evalIndex);
      const context = new TryContext({
        task,
        runSeed: this.#job.spec.seed,
        params,
        resources: await this.#host.resourcesOf(task.evalIndex),
        completionFns: await this.#host.completionFns(),
      });
      this.#inFlight.set(task.taskId, { task, context });
      return await currentTry.run(context, () => runTry(definition, task, this.#job.runId, context));
    } catch (error) {
      return failedBeforeStart(task, startedAt, error);
    }
  }

  #tellEnded(): void {
    const tries = this.#ended;
    this.#ended = [];
    this.#post({ kind: 'ended', tries });
    this.#stopWhenQuiet();
  }

  #tellSteps(): void {
    if (this.#inFlight.size === 0) return;
    const steps: StepRow[] = [];
    for (const { task, context } of this.#inFlight.values()) {
      const chain = context.steps();
      const name = chain.map((step) => step.name).join(' > ') || 'evaluate';
      const startedAt = chain.at(-1)?.startedAt ?? context.startedAt;
      const all =
        chain.length < 2
          ? {}
          : { chain: chain.map((step) => ({ name: step.name, startedAt: step.startedAt })) };
      steps.push({ taskId: task.taskId, try: task.try, name, startedAt, ...all });
    }
    this.#post({ kind: 'steps', steps });
  }

  #stopWhenQuiet(): void {
    if (this.#isStopping && this.#inFlight.size === 0 && this.#ended.length === 0) this.#stopped.resolve();
  }

  #post(message: FromLane): void {
    this.#job.port.postMessage(message);
  }
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

function setupError(error: unknown): ReturnType<typeof serializeError> {
  const serialized = serializeError(error);
  return { ...serialized, message: `set-up failed: ${serialized.message}` };
}
