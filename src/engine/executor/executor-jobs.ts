import { MessageChannel } from 'node:worker_threads';
import { EvaltuiError, reviveError } from '../../core/errors.ts';
import type { RunSpec } from '../../core/run-spec.ts';
import type { TaskStore } from '../../store/task-store.ts';
import type {
  AttemptsPage,
  AttemptsQuestion,
  EvalBatch,
  EvalReport,
  JobEnd,
  PlannedEval,
  WorkerSetup,
} from '../messages.ts';
import type { WorkerPool } from './worker-pool.ts';

const ATTEMPTS_PAGE = 1000;

export interface JobsOptions {
  readonly pool: WorkerPool;
  readonly store: TaskStore;
  readonly runId: string;
  readonly spec: RunSpec;
}

/** Reads the samples of all evals of the run in a worker and puts their tasks into the store, batch by batch. */
export async function planEvals(
  { pool, store, runId, spec }: JobsOptions,
  onBatch: (samples: number) => void,
): Promise<readonly PlannedEval[]> {
  let samples = 0;
  const put = async ({ evalIndex, ...batch }: EvalBatch): Promise<void> => {
    await namingEval(spec, evalIndex, () =>
      store.addSamples({ runId, evalIndex, attempts: spec.attempts, ...batch }),
    );
    samples += batch.samples.length;
    onBatch(samples);
  };
  return converse<EvalBatch, readonly PlannedEval[]>(pool, 'planEvals', { runId, spec }, put);
}

/** The store knows an eval by its number only; the user knows it by what was typed. */
async function namingEval(spec: RunSpec, evalIndex: number, add: () => Promise<void>): Promise<void> {
  try {
    await add();
  } catch (error) {
    if (!(error instanceof EvaltuiError) || error.code !== 'duplicate-sample') throw error;
    const { code, message, details } = error;
    const given = spec.evals[evalIndex]?.given ?? '';
    throw new EvaltuiError(code, `The eval ${given}: ${message}`, { cause: error, details });
  }
}

/** The report of every eval of the run, computed in a worker from pages of finished tasks. */
export async function summariseEvals(
  { pool, store, runId, spec }: JobsOptions,
  times: { readonly startedAt: number; readonly finishedAt: number },
): Promise<readonly EvalReport[]> {
  const page = ({ evalIndex, after }: AttemptsQuestion): Promise<AttemptsPage> =>
    store.readAttempts({
      runId,
      evalIndex,
      limit: ATTEMPTS_PAGE,
      ...(after === undefined ? {} : { after }),
    });
  const setup = { runId, spec, ...times };
  return converse<AttemptsQuestion, readonly EvalReport[]>(pool, 'summariseEvals', setup, page);
}

/**
 * Runs a job in a worker and answers each message that it sends, in order. A failing answer fails the job: its
 * worker is left waiting, and is ended with the pool.
 */
async function converse<Question, Result>(
  pool: WorkerPool,
  name: string,
  setup: WorkerSetup,
  answer: (question: Question) => Promise<unknown>,
): Promise<Result> {
  const { port1, port2 } = new MessageChannel();
  const failed = Promise.withResolvers<never>();
  port1.on('message', (question: Question) => {
    answer(question).then((message) => port1.postMessage(message), failed.reject);
  });
  try {
    const job = pool.runJob<JobEnd<Result>>(name, { ...setup, port: port2 });
    const end = await Promise.race([job, failed.promise]);
    if (end.kind === 'failed') throw reviveError(end.error);
    return end.result;
  } finally {
    port1.close();
  }
}
