import type { Attempt } from '../core/eval.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { ErrorKind } from '../core/outcome.ts';
import type { ProcessIdentity } from '../core/process-identity.ts';
import type { TimedEvent } from '../core/record.ts';
import type { RunSpec } from '../core/run-spec.ts';
import type { TaskStanding } from '../core/standing.ts';
import type { EvidenceRow, PastStep, StarvedRow, StepInFlight, StuckRow } from './stuck-views.ts';

/** What the task store answers when it is read. Times are integer ms UTC. */

export type TaskState = 'queued' | 'claimed' | 'running' | 'done' | 'errored' | 'cancelled';
export type RunState = 'planning' | 'running' | 'draining' | 'aborting' | 'finished';
export type RunStatus = 'completed' | 'errored' | 'cancelled';
export type ExecutorState = 'starting' | 'running' | 'draining' | 'ended' | 'lost';

/** What can be asked of a live run, by its owner's screen or from another terminal. */
export type CommandKind =
  | 'drain'
  | 'abort'
  | 'kill'
  | 'pause'
  | 'continue'
  /** `{ concurrency }` */
  | 'limit'
  /**
   * `{ taskId, fate?, try? }`: stops it, waiting or in flight; `fate` is what becomes of it, by default `cancelled`.
   * With `try` only while that try is in flight.
   */
  | 'cancel-task'
  /** `{ taskId }` */
  | 'retry-task'
  | 'retry-errored'
  /** `{ executorId, thread, fate? }`: ends a thread at once; by default its tasks go back to the queue. */
  | 'end-worker'
  /** `{ executorId, fate? }`: ends a process with all that it started, by default its tasks go back. */
  | 'end-executor';

export interface WorkerStats {
  readonly [key: string]: number;
  readonly thread: number;
  readonly slots: number;
  readonly inFlight: number;
  /** Share of time that its event loop was busy, 0..1. */
  readonly loop: number;
  /** Share of one core that the thread used in the last second, 1 = all of it; absent where that is not known. */
  readonly cpu?: number;
  readonly restarts: number;
}

export interface Counts {
  readonly queued: number;
  readonly running: number;
  readonly done: number;
  readonly errored: number;
  readonly cancelled: number;
}

export interface RunRow {
  readonly runId: string;
  readonly spec: RunSpec;
  readonly state: RunState;
  readonly status: RunStatus | null;
  readonly paused: boolean;
  readonly concurrency: number;
  readonly supervisor: ProcessIdentity;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly error: string | null;
  readonly evals: readonly EvalRow[];
}

/** An eval in a run, with everything that is kept by increments. */
export interface EvalRow {
  readonly index: number;
  readonly name: string;
  readonly file: string;
  readonly recordPath: string | null;
  readonly samples: number;
  readonly tasks: number;
  readonly counts: Counts;
  readonly retries: number;
  readonly correct: number;
  readonly unparsed: number;
  /** Attempts that have a score. */
  readonly scored: number;
  /** Samples that have a scored attempt, and over them: sum of the samples' mean scores, and of their squares. */
  readonly scoredSamples: number;
  readonly meanSum: number;
  readonly meanSquareSum: number;
  /** Whether every score so far was right or wrong, 1 or 0. */
  readonly isBinary: boolean;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly report: JsonObject | null;
}

export interface ExecutorRow extends ProcessIdentity {
  readonly executorId: string;
  readonly runId: string;
  readonly state: ExecutorState;
  readonly threads: number;
  readonly slots: number;
  readonly restarts: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly heartbeatAt: number;
  readonly inFlight: number;
  readonly limit: number;
  readonly cpu: number;
  readonly rssBytes: number;
  readonly workers: readonly WorkerStats[];
  readonly done: number;
  readonly socketPath: string | null;
  readonly logPath: string | null;
}

export interface TaskRow {
  readonly taskId: number;
  readonly evalIndex: number;
  readonly sampleId: string;
  readonly attempt: number;
  readonly state: TaskState;
  readonly try: number;
  readonly executorId: string | null;
  readonly pid: number | null;
  /** The worker thread of the try in flight as far as it has told, or of the last one. */
  readonly thread: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly readyAt: number;
  readonly score: number | null;
  readonly errorKind: ErrorKind | null;
  readonly message: string | null;
  /** The step chain, for a task in flight. */
  readonly step: string | null;
  readonly stepStartedAt: number | null;
  /** When anything happened last in the try in flight: a step began or ended, an event was recorded. */
  readonly progressAt: number | null;
}

export interface ListedTask extends TaskRow {
  readonly standing: TaskStanding;
  readonly group: string | null;
  readonly evalName: string;
  /** Why it is held to be stuck; null when it is not. */
  readonly verdict: string | null;
  /** Of all its tries. */
  readonly tokens: number;
}

export interface TaskDetail extends ListedTask {
  readonly input: JsonValue;
  readonly expected: JsonValue | null;
  readonly result: JsonValue | null;
  readonly tries: readonly TryRow[];
  /** Of the try in flight, outermost first; empty when none is. */
  readonly steps: readonly StepInFlight[];
  /** Steps that have ended, oldest first: of the try in flight, or of the last one if it took a second or more. */
  readonly pastSteps: readonly PastStep[];
  /** Oldest first. */
  readonly evidence: readonly EvidenceRow[];
  readonly events: readonly (TimedEvent & { readonly try: number })[];
}

export interface TryRow {
  /** How often the task had been put back to be tried from the beginning; tries count from 1 in each round. */
  readonly round: number;
  readonly try: number;
  readonly executorId: string;
  readonly pid: number | null;
  readonly thread: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number;
  readonly outcome: 'completed' | ErrorKind;
  readonly message: string | null;
  readonly stack: string | null;
  /** Where it failed, see `core/error-place`; null where that is not known. */
  readonly place: string | null;
  /** Steps that ended in it, oldest first; none is kept of a short one. */
  readonly steps: readonly PastStep[];
}

/** A command with what became of it. */
export interface CommandRow {
  readonly id: number;
  readonly kind: CommandKind;
  readonly args: JsonObject;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly takenAt: number | null;
  readonly finishedAt: number | null;
  /** Null until it is carried out or refused. */
  readonly result: CommandResult | null;
}

/** A record of the db, so a type and not an interface: JSON is asked for there. */
export type CommandResult = {
  /** Whether anything was done. */
  readonly done: boolean;
  /** What it changed, before and after: a number, a state; null when there is nothing to compare. */
  readonly old: JsonValue;
  readonly new: JsonValue;
  /** One sentence for people: what was done, or why nothing was. */
  readonly message: string;
};

/** Tries that failed of the same in the same place. */
export interface ErrorGroup {
  readonly kind: ErrorKind;
  /** The message with numbers and ids replaced by `*`. */
  readonly pattern: string;
  /** Where they failed, see `core/error-place`; null where that is not known. */
  readonly place: string | null;
  /** Tries that ended so. */
  readonly tries: number;
  /** Tasks that are errored for it. */
  readonly tasks: number;
  readonly lastAt: number;
  readonly example: { readonly task: string; readonly message: string; readonly stack: string | null };
}

/** Tries that somebody ended and whose tasks went back to the queue, for one reason. */
export interface ReturnedTries {
  /** Numbers and ids replaced by `*`. */
  readonly reason: string;
  readonly tries: number;
}

export interface RunSnapshot {
  readonly run: RunRow;
  readonly counts: Counts;
  readonly executors: readonly ExecutorRow[];
  /** In flight, longest first, at most 20. */
  readonly longestRunning: readonly TaskRow[];
  /** Waiting for a retry, next first, at most 20. */
  readonly waiting: readonly TaskRow[];
  /** Newest failed tries, at most 20. */
  readonly lastErrors: readonly TaskRow[];
  /** Newest finished tasks, at most 20. */
  readonly newestResults: readonly TaskRow[];
  /** All that are held to be stuck, the longest first. */
  readonly stuck: readonly StuckRow[];
  /** Why time-outs may come of the machine and not of what ran; null: it has enough. */
  readonly starved: StarvedRow | null;
}

export interface AttemptPage {
  readonly runId: string;
  readonly evalIndex: number;
  /** `cursor` of the last row of the page before; absent for the first page. */
  readonly after?: number;
  readonly limit: number;
}

export interface AttemptRow extends Attempt {
  readonly cursor: number;
  readonly score: number | null;
  readonly correct: boolean | null;
  readonly unparsed: boolean;
  /** From the start to the end of the last try, ms. */
  readonly durationMs: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}
