import { EvaltuiError } from '../../core/errors.ts';
import { exposeCurrentTask } from './current-task.ts';
import { inspectEvalError, serializeEvalError } from './eval-error.ts';
import { EvalHost } from './eval-host.ts';
import { reportOf } from './eval-report.ts';
import { Lane } from './lane.ts';
import type {
  AttemptsPage,
  AttemptsQuestion,
  EvalBatch,
  EvalReport,
  JobEnd,
  LaneJob,
  MessagePortLike,
  PlanJob,
  PlannedEval,
  SummariseJob,
  WorkerSetup,
} from '../messages.ts';
import { planEval as readSamples } from './plan-eval.ts';
import { nextMessage } from './port-messages.ts';
import { currentStep } from './try-steps.ts';

let host: EvalHost | undefined;

/** A worker serves one run, so what it has loaded for planning serves the lane too. */
function hostOf(setup: WorkerSetup): EvalHost {
  if (host === undefined) {
    host = new EvalHost(setup.spec);
    refuseExit();
    blameStrayErrors();
    exposeCurrentTask(() => currentStep.getStore());
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

/**
 * An error that nobody caught (in a timer, in a floating promise) would end the thread under all its tasks. It
 * becomes an error of the try whose code it came from; where that is not known, it goes to the log.
 */
function blameStrayErrors(): void {
  const blame = (what: string) => (error: unknown) => {
    const running = currentStep.getStore()?.owner;
    console.error(
      `${what}${running === undefined ? '' : ` in task ${running.key}`}:`,
      inspectEvalError(error),
    );
    running?.failStray(error);
  };
  process.on('uncaughtException', blame('uncaught exception'));
  process.on('unhandledRejection', blame('unhandled rejection'));
}

/** Piscina's entry: runs tasks in as many slots as the executor fills, until it is told to stop. */
export default async function runLane(job: LaneJob): Promise<void> {
  try {
    await new Lane(job, hostOf(job)).run();
  } finally {
    host = undefined;
  }
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

/** Piscina task: the report of each eval, the default one joined with the eval's own `summarize`. */
export function summariseEvals(job: SummariseJob): Promise<JobEnd<readonly EvalReport[]>> {
  return jobEnd(() => summarise(job));
}

async function jobEnd<Result>(work: () => Promise<Result>): Promise<JobEnd<Result>> {
  try {
    return { kind: 'done', result: await work() };
  } catch (error) {
    return { kind: 'failed', error: serializeEvalError(error) };
  }
}

async function summarise({
  port,
  startedAt,
  finishedAt,
  ...setup
}: SummariseJob): Promise<readonly EvalReport[]> {
  const evalHost = hostOf(setup);
  const reports: EvalReport[] = [];
  for (const evalIndex of setup.spec.evals.keys()) {
    const { definition } = await evalHost.evalAt(evalIndex);
    const report = await reportOf(definition, {
      pages: attemptsOf(port, evalIndex),
      end: { attempts: setup.spec.attempts, startedAt, finishedAt },
    });
    reports.push({ evalIndex, report });
  }
  port.close();
  return reports;
}

/** An eval's finished tasks, ordered by sample, as the main thread reads them from the store. */
async function* attemptsOf(port: MessagePortLike, evalIndex: number): AsyncGenerator<AttemptsPage> {
  for (let after: number | undefined; ;) {
    const answer = nextMessage<AttemptsPage>(port);
    port.postMessage({ evalIndex, ...(after === undefined ? {} : { after }) } satisfies AttemptsQuestion);
    const page = await answer;
    if (page.length === 0) return;
    yield page;
    after = page.at(-1)?.cursor;
  }
}
