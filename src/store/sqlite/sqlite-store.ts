import type {
  Adoption,
  AttemptPage,
  AttemptRow,
  Command,
  CommandRow,
  Counts,
  ErrorGroup,
  Exchange,
  ExchangeResult,
  ExecutorEnd,
  ExecutorRow,
  Heartbeat,
  ListedEvidence,
  NewCommand,
  NewEvidence,
  NewExecutor,
  NewRun,
  RecordAppender,
  Release,
  ReleaseResult,
  RunFinish,
  ReturnedTries,
  RunRow,
  RunSnapshot,
  RunStart,
  RunStateChange,
  SampleBatch,
  TaskDetail,
  TaskPage,
  TaskQuery,
  TaskRow,
  TaskState,
  TaskStore,
} from '../task-store.ts';
import { openConnection, type Connection } from './connection.ts';
import * as control from './control.ts';
import { exchange } from './exchange.ts';
import * as executors from './executors.ts';
import * as planning from './planning.ts';
import * as reading from './reading.ts';
import { release } from './release.ts';
import { TaskLists } from './task-lists.ts';

export interface SqliteStoreOptions {
  /** Path of the db, or `:memory:`. Its folder (0700) and the file (0600) are made when they are missing. */
  readonly path: string;
  /** Only reads, and creates nothing. Default false. */
  readonly readonly?: boolean;
  /** Uniform in [0, 1): spreads the waits of processes for the same lock. */
  readonly random: () => number;
  /** A clock in ms that measures those waits, and how old what is remembered is. Default: the process's monotonic clock. */
  readonly now?: () => number;
}

/**
 * The task store in one SQLite file, for any number of processes on one machine. One connection, write-ahead
 * log; a commit survives kill -9 of any process, and the loss of power up to the last checkpoint.
 *
 * Throws `db-invalid`, `db-newer`, `db-unwritable`, `disk-full`, `db-locked` (after 30 s); for reading also
 * `run-not-found` when there is no db.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<TaskStore> {
  const { path, random, readonly = false, now = (): number => performance.now() } = options;
  return new SqliteStore(await openConnection({ path, readonly, random, now }), now);
}

class SqliteStore implements TaskStore {
  readonly #db: Connection;
  readonly #lists: TaskLists;

  constructor(connection: Connection, now: () => number) {
    this.#db = connection;
    this.#lists = new TaskLists(connection, now);
  }

  createRun(run: NewRun): Promise<void> {
    return this.#db.write(() => planning.createRun(this.#db, run));
  }

  addSamples(batch: SampleBatch): Promise<void> {
    return this.#db.write(() => planning.addSamples(this.#db, batch));
  }

  startRun(start: RunStart): Promise<void> {
    return this.#db.write(() => planning.startRun(this.#db, start));
  }

  discardRun(runId: string): Promise<void> {
    return this.#db.write(() => planning.discardRun(this.#db, runId));
  }

  resetPlan(runId: string): Promise<void> {
    return this.#db.write(() => planning.resetPlan(this.#db, runId));
  }

  registerExecutor(executor: NewExecutor): Promise<void> {
    return this.#db.write(() => executors.registerExecutor(this.#db, executor));
  }

  exchange(request: Exchange, appendRecord: RecordAppender): Promise<ExchangeResult> {
    return exchange(this.#db, request, appendRecord);
  }

  release(request: Release): Promise<ReleaseResult> {
    return this.#db.write(() => release(this.#db, request));
  }

  heartbeat(beat: Heartbeat): Promise<void> {
    return this.#db.write(() => executors.heartbeat(this.#db, beat));
  }

  endExecutor(end: ExecutorEnd): Promise<void> {
    return this.#db.write(() => executors.endExecutor(this.#db, end));
  }

  setRunState(change: RunStateChange): Promise<void> {
    return this.#db.write(() => control.setRunState(this.#db, change));
  }

  adoptRun(adoption: Adoption): Promise<void> {
    return this.#db.write(() => control.adoptRun(this.#db, adoption));
  }

  requeue(request: Parameters<TaskStore['requeue']>[0]): Promise<number> {
    return this.#db.write(() => control.requeue(this.#db, request));
  }

  cancelTask(request: Parameters<TaskStore['cancelTask']>[0]): Promise<TaskState | undefined> {
    return this.#db.write(() => control.cancelTask(this.#db, request));
  }

  finishRun(finish: RunFinish, appendRecord: RecordAppender): Promise<void> {
    return this.#db.write(() => control.finishRun(this.#db, finish, appendRecord));
  }

  addCommand(command: NewCommand): Promise<number> {
    return this.#db.write(() => control.addCommand(this.#db, command));
  }

  takeCommands(request: Parameters<TaskStore['takeCommands']>[0]): Promise<readonly Command[]> {
    return control.takeCommands(this.#db, request);
  }

  finishCommand(result: Parameters<TaskStore['finishCommand']>[0]): Promise<void> {
    return this.#db.write(() => control.finishCommand(this.#db, result));
  }

  readCommand(id: number): Promise<CommandRow | undefined> {
    return this.#db.read(() => control.readCommand(this.#db, id));
  }

  listCommands(runId: string, limit: number): Promise<readonly CommandRow[]> {
    return this.#db.read(() => control.listCommands(this.#db, runId, limit));
  }

  addEvidence(evidence: NewEvidence): Promise<void> {
    return this.#db.write(() => control.addEvidence(this.#db, evidence));
  }

  version(): number {
    return this.#db.version();
  }

  listRuns(): Promise<readonly RunRow[]> {
    return this.#db.read(() => reading.listRuns(this.#db));
  }

  findRun(given: string): Promise<RunRow> {
    return this.#db.read(() => reading.findRun(this.#db, given));
  }

  counts(runId: string): Promise<Counts> {
    return this.#db.read(() => reading.readCounts(this.#db, runId));
  }

  snapshot(runId: string): Promise<RunSnapshot> {
    return this.#db.read(() => reading.snapshot(this.#db, runId));
  }

  recordPositions(runId: string): ReturnType<TaskStore['recordPositions']> {
    return this.#db.read(() => reading.recordPositions(this.#db, runId));
  }

  listExecutors(runId?: string): Promise<readonly ExecutorRow[]> {
    return this.#db.read(() => reading.listExecutors(this.#db, runId));
  }

  readToken(executorId: string): Promise<string | undefined> {
    return this.#db.read(() => executors.readToken(this.#db, executorId));
  }

  readAttempts(page: AttemptPage): Promise<readonly AttemptRow[]> {
    return this.#db.read(() => reading.readAttempts(this.#db, page));
  }

  errorGroups(runId: string): Promise<readonly ErrorGroup[]> {
    return this.#db.read(() => reading.errorGroups(this.#db, runId));
  }

  returnedTries(runId: string): Promise<readonly ReturnedTries[]> {
    return this.#db.read(() => reading.returnedTries(this.#db, runId));
  }

  listEvidence(runId: string, limit: number): Promise<readonly ListedEvidence[]> {
    return this.#db.read(() => reading.listEvidence(this.#db, runId, limit));
  }

  slowestTasks(runId: string, limit: number): Promise<readonly TaskRow[]> {
    return this.#db.read(() => reading.slowestTasks(this.#db, runId, limit));
  }

  findTask(runId: string, key: string): Promise<TaskDetail | undefined> {
    return this.#db.read(() => reading.findTask(this.#db, runId, key));
  }

  readTask(runId: string, taskId: number): Promise<TaskDetail | undefined> {
    return this.#db.read(() => reading.readTask(this.#db, runId, taskId));
  }

  listTasks(query: TaskQuery): Promise<TaskPage> {
    return this.#lists.list(query);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lists.close();
    this.#db.close();
  }
}
