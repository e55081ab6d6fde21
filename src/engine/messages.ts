import type { SerializedError } from '../core/errors.ts';
import type { RunSpec } from '../core/run-spec.ts';
import type { TaskFate } from '../core/task-fate.ts';
import type { JsonObject } from '../core/json.ts';
import type { Sample } from '../core/eval.ts';
import type { SummaryInput } from '../core/summary.ts';
import type { ClaimedTask, Counts, FinishedTry, StepRow } from '../store/task-store.ts';
import type { RunningStepBoard } from './running-step.ts';
import type { StepDurations } from './step-chain.ts';

/** What crosses borders: plain data, never code. */

/** What every worker of a run needs to know, given to it once. */
export interface WorkerSetup {
  readonly runId: string;
  readonly spec: RunSpec;
}

/** Why a task in flight is told to stop: its time is over, somebody ended it and wants it so, the run is stopped. */
export type CancelReason = 'timeout' | 'cancelled' | 'errored' | 'retried' | 'aborted';

/** What a task is told by whoever ends it. */
export const REASON_OF_FATE: Readonly<Record<TaskFate, CancelReason>> = Object.freeze({
  retry: 'retried',
  errored: 'errored',
  cancelled: 'cancelled',
});

/** A try as its worker reports it; what becomes of the task is decided by the executor. */
export type EndedTry = Omit<FinishedTry, 'disposition' | 'thread'> & {
  /** Set when the try ended because it was told to stop. */
  readonly cancelled?: CancelReason;
};

/**
 * The end of a try that cannot tell of itself.
 * @param how it came to that, for people
 * @param place where it was, see `core/error-place`
 */
export function endedOutside(
  flight: { readonly task: ClaimedTask; readonly startedAt: number },
  {
    reason,
    how,
    now,
    place,
  }: {
    readonly reason: CancelReason;
    readonly how: string;
    readonly now: number;
    readonly place?: string | undefined;
  },
): EndedTry {
  const message = `${reason}: ${how}`;
  const error = { name: 'EndedOutside', message, ...(place === undefined ? {} : { place }) };
  return {
    taskId: flight.task.taskId,
    try: flight.task.try,
    startedAt: flight.startedAt,
    endedAt: now,
    outcome: { kind: reason === 'timeout' ? 'timeout' : 'killed', error },
    score: null,
    correct: null,
    unparsed: false,
    usage: null,
    modelMs: 0,
    events: [],
    cancelled: reason,
  };
}

/** A never-ending Piscina task that runs many tasks of the queue: one a worker. */
export interface LaneJob extends WorkerSetup {
  readonly port: MessagePortLike;
  /** Where it tells whose code runs in it. */
  readonly board: RunningStepBoard;
}

/** Either end of a `MessageChannel`; spelt out so that this file needs nothing of Node. */
export interface MessagePortLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: never) => void): unknown;
  close(): void;
}

export type ToLane =
  | { readonly kind: 'tasks'; readonly tasks: readonly ClaimedTask[] }
  | { readonly kind: 'cancel'; readonly taskId: number; readonly reason: CancelReason }
  /** Finish what is in flight, tear down, end. */
  | { readonly kind: 'stop' };

export type FromLane =
  /** `systemId`: how the system knows the thread, where it tells. */
  | { readonly kind: 'ready'; readonly threadId: number; readonly systemId?: number }
  | { readonly kind: 'ended'; readonly tries: readonly EndedTry[] }
  /** Told again and again while there are tasks in flight, so it is a sign of life too. */
  | { readonly kind: 'steps'; readonly steps: readonly StepRow[]; readonly ended: StepDurations };

/**
 * What a Piscina task ends with. Errors are values here: as exceptions they would lose their name and code at
 * the thread border.
 */
export type JobEnd<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: SerializedError };

/** The Piscina task that reads the samples of all evals, one eval after the other. */
export interface PlanJob extends WorkerSetup {
  readonly port: MessagePortLike;
}

/** Sent by a plan job, which reads on meanwhile; the next is sent when it is acknowledged with any message. */
export interface EvalBatch extends PlannedBatch {
  readonly evalIndex: number;
}

export interface PlannedBatch {
  readonly firstPosition: number;
  readonly samples: readonly Sample[];
}

export interface PlannedEval {
  readonly index: number;
  readonly name: string;
  readonly params: JsonObject;
  readonly samples: number;
}

/** The Piscina task that summarises all evals, one after the other. */
export interface SummariseJob extends WorkerSetup {
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly port: MessagePortLike;
}

/** The key of a report that says why the eval's own `summarize` has no part in it. */
export const SUMMARIZE_ERROR = 'summarize_error';

/** Sent by a summarise job, and answered by a page; an empty one is the end of the eval. */
export interface AttemptsQuestion {
  readonly evalIndex: number;
  /** The cursor of the last attempt that it has; absent at the start. */
  readonly after?: number;
}

export type AttemptsPage = readonly (SummaryInput & { readonly cursor: number })[];

export interface EvalReport {
  readonly evalIndex: number;
  readonly report: JsonObject;
}

export type ToExecutor =
  | { readonly kind: 'plan' }
  /** Load the evals while the queue is still being planned. */
  | { readonly kind: 'warm-up' }
  /** The queue is open. */
  | { readonly kind: 'run' }
  /** Something may be claimable again. */
  | { readonly kind: 'wake' }
  | { readonly kind: 'limit'; readonly slots: number }
  /** No new tasks until the next `run`; those in flight finish. */
  | { readonly kind: 'pause' }
  /** The same for good, and `drained` when nothing is in flight any more. */
  | { readonly kind: 'drain' }
  /** Stop those in flight too; they go back to the queue. */
  | { readonly kind: 'abort' }
  | { readonly kind: 'cancel-task'; readonly taskId: number; readonly fate: TaskFate }
  /** End a thread at once; `worker-ended` tells how that went. */
  | {
      readonly kind: 'end-worker';
      readonly request: number;
      readonly thread: number;
      readonly fate: TaskFate;
    }
  /** Save what all threads are seen doing, and tell `looked`: the process is to be ended. */
  | { readonly kind: 'look'; readonly request: number; readonly fate: TaskFate }
  | { readonly kind: 'summarise'; readonly startedAt: number; readonly finishedAt: number }
  /** Tear the workers down and end. */
  | { readonly kind: 'end' };

export type ToSupervisor = RunNews | ActAnswer | SignOfLife;

/** Twice a second, also while the db keeps the executor waiting: its heartbeat there tells nothing then. */
export interface SignOfLife {
  readonly kind: 'alive';
}

/** What an executor answers to acts on it, each with the number of the request. */
export type ActAnswer = { readonly request: number } &
  /** `isEnded` false: it stands in native code and goes with the process. Undefined: there is no such worker. */
  ({ readonly kind: 'worker-ended'; readonly isEnded: boolean | undefined } | { readonly kind: 'looked' });

/** What an executor tells of the run. */
export type RunNews =
  | { readonly kind: 'started'; readonly executorId: string }
  | { readonly kind: 'planned'; readonly evals: readonly PlannedEval[] }
  | { readonly kind: 'planning'; readonly samples: number }
  | { readonly kind: 'progress'; readonly counts: Counts }
  /** Nothing in flight and nothing to claim. */
  | { readonly kind: 'idle'; readonly counts: Counts }
  /** After `drain`: nothing is in flight any more. */
  | { readonly kind: 'drained' }
  | { readonly kind: 'summarised'; readonly reports: readonly EvalReport[] }
  | { readonly kind: 'failed'; readonly error: SerializedError };
