import type { JsonObject, JsonValue } from '../core/json.ts';
import type { Usage } from '../core/completion.ts';
import type { Sample } from '../core/eval.ts';
import type { Outcome } from '../core/outcome.ts';
import type { ProcessIdentity } from '../core/process-identity.ts';
import type { EvalRecordPosition, RecordAppender, RecordPosition, TimedEvent } from '../core/record.ts';
import type { RunSpec } from '../core/run-spec.ts';
import type { ListedEvidence, PastStep, StepInFlight } from './stuck-views.ts';
import type { TaskFate } from '../core/task-fate.ts';
import type { TaskPage, TaskQuery } from './task-list.ts';
import type {
  AttemptPage,
  AttemptRow,
  CommandKind,
  CommandResult,
  CommandRow,
  Counts,
  ErrorGroup,
  ExecutorRow,
  ExecutorState,
  ReturnedTries,
  RunRow,
  RunSnapshot,
  RunState,
  RunStatus,
  TaskDetail,
  TaskRow,
  TaskState,
  WorkerStats,
} from './task-views.ts';

export type { ProcessIdentity } from '../core/process-identity.ts';
export type { RecordAppender, RecordPosition, TimedEvent } from '../core/record.ts';
export type { TaskStanding } from '../core/standing.ts';
export type {
  EvidenceRow,
  ListedEvidence,
  PastStep,
  StarvedRow,
  StepInFlight,
  StuckRow,
} from './stuck-views.ts';
export type { TaskColumn, TaskFilter, TaskPage, TaskQuery } from './task-list.ts';
export type {
  AttemptPage,
  AttemptRow,
  CommandKind,
  CommandResult,
  CommandRow,
  Counts,
  ErrorGroup,
  EvalRow,
  ExecutorRow,
  ExecutorState,
  ListedTask,
  ReturnedTries,
  RunRow,
  RunSnapshot,
  RunState,
  RunStatus,
  TaskDetail,
  TaskRow,
  TaskState,
  TryRow,
  WorkerStats,
} from './task-views.ts';

/**
 * The port to the task db: verbs, not SQL. Every verb is one transaction. Times are integer ms UTC and come
 * from the caller. A verb that finds the db busy waits and tries again, up to 30 s; then it throws
 * `db-locked`. A full disk throws `disk-full`; nothing of that verb is kept.
 */
export interface TaskStore extends AsyncDisposable {
  // Planning
  createRun(run: NewRun): Promise<void>;
  /** Adds samples and, for each, `attempts` queued tasks. Throws `duplicate-sample` and keeps nothing of the batch. */
  addSamples(batch: SampleBatch): Promise<void>;
  /** Ends planning: names the evals, opens the queue. */
  startRun(start: RunStart): Promise<void>;
  /** Forgets a run, as after a failed planning. */
  discardRun(runId: string): Promise<void>;
  /** Forgets the samples and tasks of a run whose planning was interrupted, so that it can be planned again. */
  resetPlan(runId: string): Promise<void>;

  // The queue
  registerExecutor(executor: NewExecutor): Promise<void>;
  /** Hands in what started and ended, takes what is next. A result, its events and its retry are kept together. */
  exchange(exchange: Exchange, appendRecord: RecordAppender): Promise<ExchangeResult>;
  /** Gives tasks of an executor back, all or some; says what became of them. */
  release(release: Release): Promise<ReleaseResult>;
  heartbeat(heartbeat: Heartbeat): Promise<void>;
  /** Marks an executor as ended. Its tasks are released apart. */
  endExecutor(end: ExecutorEnd): Promise<void>;

  // Control
  setRunState(change: RunStateChange): Promise<void>;
  /** Makes this process the run's supervisor and opens the run again. Throws `run-live` when another one is alive. */
  adoptRun(adoption: Adoption): Promise<void>;
  /** Puts errored or cancelled tasks back into the queue with a fresh count of tries; returns how many. */
  requeue(request: {
    readonly runId: string;
    readonly states: readonly ('errored' | 'cancelled')[];
    readonly taskId?: number;
  }): Promise<number>;
  /**
   * Cancels a task that waits in the queue. Returns the state that it was in; a task that an executor holds stays,
   * since only that executor can stop it, and one that has ended stays too. Undefined: the run has no such task.
   */
  cancelTask(request: {
    readonly runId: string;
    readonly taskId: number;
    readonly now: number;
  }): Promise<TaskState | undefined>;
  finishRun(finish: RunFinish, appendRecord: RecordAppender): Promise<void>;
  /** Returns the id of the command. One for a run that is finished is kept as refused. */
  addCommand(command: NewCommand): Promise<number>;
  /** Takes commands nobody took yet, oldest first. `executorId` absent: those for the supervisor. */
  takeCommands(request: {
    readonly runId: string;
    readonly executorId?: string;
    readonly now: number;
  }): Promise<readonly Command[]>;
  finishCommand(result: {
    readonly id: number;
    readonly now: number;
    readonly result: CommandResult;
  }): Promise<void>;
  /** What became of a command; undefined when there is none of that id. */
  readCommand(id: number): Promise<CommandRow | undefined>;
  /** Newest first. */
  listCommands(runId: string, limit: number): Promise<readonly CommandRow[]>;
  addEvidence(evidence: NewEvidence): Promise<void>;

  // Reading
  /** Changes whenever anybody committed anything; reading it costs microseconds. */
  version(): number;
  listRuns(): Promise<readonly RunRow[]>;
  /** A run by id, unique prefix of an id, or `latest`. Throws `run-not-found`. */
  findRun(given: string): Promise<RunRow>;
  counts(runId: string): Promise<Counts>;
  snapshot(runId: string): Promise<RunSnapshot>;
  /** Where the run's records end now, by the order of its evals; those that keep one. */
  recordPositions(runId: string): Promise<readonly EvalRecordPosition[]>;
  listExecutors(runId?: string): Promise<readonly ExecutorRow[]>;
  /** The secret that an executor was started with: it proves who it is, and who asks it. Never to be shown. */
  readToken(executorId: string): Promise<string | undefined>;
  /** Finished tasks of one eval ordered by sample and attempt, a page at a time. */
  readAttempts(page: AttemptPage): Promise<readonly AttemptRow[]>;
  /** What failed; what somebody sent back to the queue is not among it. */
  errorGroups(runId: string): Promise<readonly ErrorGroup[]>;
  /** What was sent back to the queue, which counts as no failure. Most frequent first. */
  returnedTries(runId: string): Promise<readonly ReturnedTries[]>;
  /** What was found of a run's tasks, executors and machine. Newest first. */
  listEvidence(runId: string, limit: number): Promise<readonly ListedEvidence[]>;
  slowestTasks(runId: string, limit: number): Promise<readonly TaskRow[]>;
  /**
   * By `sampleId.attempt`, or the sample alone for its first attempt; `eval/` in front names the eval. Throws
   * `task-ambiguous` when several evals have it.
   */
  findTask(runId: string, key: string): Promise<TaskDetail | undefined>;
  /** The same by the task's own id. */
  readTask(runId: string, taskId: number): Promise<TaskDetail | undefined>;
  /**
   * A page of a run's tasks. The time it takes does not grow with the tasks before the page, and the caller's
   * thread is never held for long, however many tasks there are. A long list may be a second or two behind.
   */
  listTasks(query: TaskQuery): Promise<TaskPage>;
}

export interface NewRun {
  readonly runId: string;
  readonly spec: RunSpec;
  readonly supervisor: ProcessIdentity;
  readonly now: number;
}

export interface SampleBatch {
  readonly runId: string;
  readonly evalIndex: number;
  /** Position of the first sample of the batch in its eval, 0-based. */
  readonly firstPosition: number;
  readonly samples: readonly Sample[];
  readonly attempts: number;
}

export interface RunStart {
  readonly runId: string;
  readonly now: number;
  readonly evals: readonly {
    readonly index: number;
    readonly name: string;
    readonly params: JsonObject;
    /** Where its record goes on, behind the spec line; null when none is kept. */
    readonly record: RecordPosition | null;
  }[];
}

export interface NewExecutor {
  readonly executorId: string;
  readonly runId: string;
  readonly identity: ProcessIdentity;
  readonly token: string;
  readonly threads: number;
  readonly slots: number;
  readonly socketPath: string | null;
  readonly logPath: string | null;
  /** How many executors stood in this place before. */
  readonly restarts: number;
  readonly now: number;
}

export interface ClaimedTask {
  readonly taskId: number;
  readonly evalIndex: number;
  readonly sampleId: string;
  readonly attempt: number;
  readonly try: number;
  /** Tries before this one that failed by themselves: neither by a death nor by being taken away. */
  readonly failures: number;
  readonly input: JsonValue;
  readonly expected?: JsonValue;
  readonly group?: string;
  /** It was there when executors or threads died: it runs alone, since it may be the cause. */
  readonly suspect: boolean;
}

/** What becomes of a task after a try. */
export type Disposition =
  | { readonly kind: 'done' }
  | { readonly kind: 'errored' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'retry'; readonly readyAt: number };

export interface FinishedTry {
  readonly taskId: number;
  readonly try: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly thread: number;
  readonly outcome: Outcome;
  /** 0..1 or any number; null when there is nothing to score by. */
  readonly score: number | null;
  readonly correct: boolean | null;
  readonly unparsed: boolean;
  readonly usage: Usage | null;
  /** Time spent in model calls, ms. */
  readonly modelMs: number;
  readonly events: readonly TimedEvent[];
  /** Steps that ended in it, oldest first; absent when they are not worth keeping. */
  readonly steps?: readonly PastStep[];
  readonly disposition: Disposition;
}

export interface Exchange {
  readonly executorId: string;
  readonly runId: string;
  readonly now: number;
  readonly started: readonly { readonly taskId: number; readonly try: number; readonly startedAt: number }[];
  readonly finished: readonly FinishedTry[];
  /** How many tasks to take at most. A suspect is given alone, to an executor that holds nothing. */
  readonly claim: number;
  /** Tasks this executor still holds after `finished`. */
  readonly holding: number;
}

export interface ExchangeResult {
  readonly claimed: readonly ClaimedTask[];
  /** Results that were refused: the task had been taken away from this executor. */
  readonly refused: readonly number[];
  /** When the next waiting retry is due; absent when none waits. */
  readonly nextReadyAt?: number;
  readonly counts: Counts;
}

export interface Release {
  readonly executorId: string;
  readonly runId: string;
  readonly now: number;
  /** Absent: all that the executor holds. */
  readonly taskIds?: readonly number[];
  /** `died`: counts as a death of the running ones. `returned`: counts as nothing. */
  readonly cause: 'died' | 'returned';
  /** What becomes of those returned that were running, or that `taskIds` names. Default `retry`. */
  readonly fate?: TaskFate;
  readonly message: string;
  /** A task that was running in so many deaths is errored as poison. */
  readonly maxDeaths: number;
}

export interface ReleaseResult {
  readonly requeued: number;
  readonly errored: number;
}

export interface StepRow {
  readonly taskId: number;
  readonly try: number;
  /** Outermost first: `score > model call`. */
  readonly name: string;
  /** Of the innermost one. */
  readonly startedAt: number;
  /** The same with the times of all of them. Absent: there is but one. */
  readonly chain?: readonly StepInFlight[];
  /** When anything happened in the try last. Absent: when the step began. */
  readonly progressAt?: number;
  /** Steps of the try that have ended, oldest first. Absent: none has. */
  readonly past?: readonly PastStep[];
  /** The worker thread that runs the try. Absent: it is not known yet. */
  readonly thread?: number;
}

export interface Heartbeat {
  readonly executorId: string;
  readonly now: number;
  readonly state: ExecutorState;
  readonly inFlight: number;
  /** Tasks in flight that it allows itself now: its share, or less after 429s. */
  readonly limit: number;
  /** Share of one core, 1 = one core busy. */
  readonly cpu: number;
  readonly rssBytes: number;
  readonly workers: readonly WorkerStats[];
  /** Steps in flight, replaced as a whole. */
  readonly steps: readonly StepRow[];
}

export interface ExecutorEnd {
  readonly executorId: string;
  readonly now: number;
  readonly state: 'ended' | 'lost';
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export interface RunStateChange {
  readonly runId: string;
  /** What is absent stays. */
  readonly state?: RunState;
  readonly concurrency?: number;
  readonly paused?: boolean;
}

export interface Adoption {
  readonly runId: string;
  readonly supervisor: ProcessIdentity;
  readonly isAlive: (identity: ProcessIdentity) => boolean;
  readonly now: number;
}

export interface RunFinish {
  readonly runId: string;
  readonly status: RunStatus;
  readonly now: number;
  /** One a eval, by index. */
  readonly reports: readonly { readonly evalIndex: number; readonly report: JsonObject }[];
  /** Whether the reports are final: those of an interrupted run are kept, but not written into the record. */
  readonly final: boolean;
  readonly error?: string;
}

export interface NewCommand {
  readonly runId: string;
  readonly executorId?: string;
  readonly kind: CommandKind;
  readonly args: JsonObject;
  readonly createdBy: string;
  readonly now: number;
}

export interface Command extends NewCommand {
  readonly id: number;
}

export interface NewEvidence {
  readonly runId: string;
  readonly executorId: string | null;
  /** Null: it is of the executor, and with it of all its tasks in flight; of the machine, when it is starved. */
  readonly taskId: number | null;
  readonly try: number | null;
  readonly thread: number | null;
  readonly verdict: string;
  readonly data: JsonObject;
  readonly now: number;
}
