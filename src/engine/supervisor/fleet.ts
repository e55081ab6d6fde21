import { EvaltuiError } from '../../core/errors.ts';
import { DEFAULT_RETRY } from '../../core/retry.ts';
import type { RunSpec } from '../../core/run-spec.ts';
import type { TaskFate } from '../../core/task-fate.ts';
import type { EndResult } from '../../process/signals.ts';
import type { ExecutorRow, TaskStore } from '../../store/task-store.ts';
import { AskedEnds } from './asked-ends.ts';
import type { ExecutorExit, ExecutorHandle, StartExecutor } from './executor-handle.ts';
import type { RunNews, ToExecutor } from '../messages.ts';
import { shares } from '../shares.ts';
import { ToldTasks } from './told-tasks.ts';

/** So many deaths in one place within `QUICK_DEATH_MS` of their starts: starting another is no use. */
const MAX_QUICK_DEATHS = 5;
const QUICK_DEATH_MS = 2000;

export interface FleetOptions {
  readonly store: TaskStore;
  readonly runId: string;
  readonly spec: RunSpec;
  readonly startExecutor: StartExecutor;
  readonly now: () => number;
  readonly onMessage: (message: RunNews) => void;
  /** An executor died and another stands in its place; its tasks are back in the queue. */
  readonly onReplaced: (place: number) => void;
  readonly onFailed: (error: unknown) => void;
}

interface Place {
  /** Its share of the tasks in flight. A place without any has no executor until it gets some. */
  slots: number;
  restarts: number;
  quickDeaths: number;
  startedAt: number;
  /** When its executor sent a message last, ms UTC. */
  heardAt: number;
  isDrained: boolean;
  /** An executor is being started in it, or the one that died is being seen to. */
  isFilling: boolean;
  handle: ExecutorHandle | undefined;
}

/** The executors of a run: one in each place, replaced when it dies, its tasks given back. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #places: Place[];
  readonly #ends: AskedEnds;
  /** Tasks that are told to end, until their executor has ended them. */
  readonly told: ToldTasks;
  /** Executors that are being started, and dead ones that are being seen to. */
  readonly #underWay = new Set<Promise<void>>();
  #isEnding = false;
  #lastDeath = 'no executor has died';

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#ends = new AskedEnds({ ...options, find: (executorId) => this.#find(executorId) });
    this.told = new ToldTasks(options.store, options.runId);
    this.#places = Array.from({ length: options.spec.executors }, () => ({
      slots: 0,
      restarts: 0,
      quickDeaths: 0,
      startedAt: 0,
      heardAt: 0,
      isDrained: false,
      isFilling: false,
      handle: undefined,
    }));
  }

  /** Starts an executor in each place that gets a share of the tasks in flight. */
  async start(concurrency: number): Promise<void> {
    this.#share(concurrency);
    const places = this.#places.filter(({ slots }) => slots > 0);
    await Promise.all(places.map((place) => this.#fillPlace(place)));
  }

  /** Shares the tasks in flight out anew, with executors for places that had none. */
  async setConcurrency(concurrency: number): Promise<void> {
    this.#share(concurrency);
    const empty: Place[] = [];
    for (const place of this.#places) {
      place.handle?.send({ kind: 'limit', slots: place.slots });
      if (place.handle === undefined && !place.isFilling && place.slots > 0) empty.push(place);
    }
    if (this.#isEnding) return;
    await Promise.all(empty.map((place) => this.#fillPlace(place)));
    for (const place of empty) this.#options.onReplaced(this.#places.indexOf(place));
  }

  /** Whether every executor has told that nothing is in flight any more. */
  get isDrained(): boolean {
    return this.#places.every((place) => place.isDrained || place.handle === undefined);
  }

  send(place: number, message: ToExecutor): void {
    this.#places[place]?.handle?.send(message);
  }

  sendToAny(message: ToExecutor): void {
    this.#places.find((place) => place.handle !== undefined)?.handle?.send(message);
  }

  broadcast(message: ToExecutor, { but }: { readonly but?: number } = {}): void {
    for (const [index, place] of this.#places.entries()) {
      if (index !== but) place.handle?.send(message);
    }
  }

  /** Its last sign of life, ms UTC: a heartbeat in the db, or a message. One that waits for the db sends these alone. */
  heardAt({ executorId, heartbeatAt }: ExecutorRow): number {
    const place = this.#places.find(({ handle }) => handle?.executorId === executorId);
    return Math.max(heartbeatAt, place?.heardAt ?? 0);
  }

  /** Kills executors that gave no sign of life since then; their exit is then seen like any other. */
  killLost(rows: readonly ExecutorRow[], since: number): void {
    for (const place of this.#places) {
      const row = rows.find((each) => each.executorId === place.handle?.executorId);
      if (row !== undefined && this.heardAt(row) < since) place.handle?.kill();
    }
  }

  /**
   * Ends a thread of an executor at once. `native`: it goes with its process, when the other threads are through;
   * `stays`: it does not, since that is this process. `unknown`: it has no such worker. `silent`: it does not answer.
   * `gone`: there is no such executor.
   */
  async endWorker(
    executorId: string,
    thread: number,
    fate: TaskFate,
  ): Promise<'ended' | 'native' | 'stays' | 'unknown' | 'silent' | 'gone'> {
    return this.#ends.endWorker(executorId, thread, fate);
  }

  /**
   * Ends an executor: what its threads do is saved, then SIGTERM, SIGKILL. Another takes its place. Who asks for it
   * while it is being ended for somebody else waits for that: its tasks fare as the first one wanted.
   */
  async endExecutor(executorId: string, fate: TaskFate): Promise<EndResult> {
    return this.#ends.endExecutor(executorId, fate);
  }

  /** What the last executor died of, with the place of its log. */
  describeDeath(): string {
    return this.#lastDeath;
  }

  /** Lets every executor tear down; what is left after `withinMs` is killed. */
  async end(withinMs: number): Promise<void> {
    await this.#close();
    this.broadcast({ kind: 'end' });
    const timer = setTimeout(() => this.#killAll(), withinMs);
    try {
      await this.#allExited();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends every executor at once and gives their tasks back. */
  async kill(): Promise<void> {
    await this.#close();
    this.#killAll();
    await this.#allExited();
  }

  /** Starts nobody any more, and waits for those who are being started: they are to be ended, too. */
  async #close(): Promise<void> {
    this.#isEnding = true;
    await Promise.allSettled(this.#underWay);
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
    return tracked;
  }

  #find(executorId: string): ExecutorHandle | undefined {
    return this.#places.find(({ handle }) => handle?.executorId === executorId)?.handle;
  }

  #share(concurrency: number): void {
    for (const [index, slots] of shares(concurrency, this.#places.length).entries()) {
      const place = this.#places[index];
      if (place !== undefined) place.slots = slots;
    }
  }

  #killAll(): void {
    for (const place of this.#places) place.handle?.kill();
  }

  async #allExited(): Promise<void> {
    const handles = this.#places.flatMap((place) => (place.handle === undefined ? [] : [place.handle]));
    const told = await Promise.allSettled(
      handles.map(async (handle) => this.#afterExit(handle, await handle.exited, 'returned')),
    );
    for (const place of this.#places) place.handle = undefined;
    // All have exited; a db that could not be told (a full disk) is told by resume.
    const failure = told.find((each) => each.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  #fillPlace(place: Place): Promise<void> {
    return this.#track(this.#startIn(place));
  }

  async #startIn(place: Place): Promise<void> {
    const { startExecutor, runId, now, spec } = this.#options;
    const { slots, restarts } = place;
    place.isDrained = false;
    place.isFilling = true;
    place.startedAt = now();
    place.heardAt = 0;
    const handle = await startExecutor({ runId, slots, threads: spec.threads, restarts });
    place.isFilling = false;
    place.handle = handle;
    // The share may have changed meanwhile.
    if (place.slots !== slots) handle.send({ kind: 'limit', slots: place.slots });
    handle.onMessage((message) => {
      place.heardAt = now();
      if (message.kind === 'alive') return;
      if (this.#ends.receive(message)) return;
      if (message.kind === 'drained') place.isDrained = true;
      this.#options.onMessage(message);
    });
    void handle.exited
      .then((exit) => this.#track(this.#onExit(place, handle, exit)))
      .catch(this.#options.onFailed);
  }

  async #onExit(place: Place, handle: ExecutorHandle, exit: ExecutorExit): Promise<void> {
    if (this.#isEnding || place.handle !== handle) return;
    place.handle = undefined;
    place.isFilling = true;
    const { now, onReplaced, onFailed } = this.#options;
    const how = exit.signal === null ? `with exit code ${exit.code}` : `by ${exit.signal}`;
    this.#lastDeath = `Executor ${handle.pid} ended ${how}.${handle.logPath === null ? '' : ` Its log: ${handle.logPath}`}`;
    await this.#afterExit(handle, exit, 'died');
    if (this.#isEnding) return;
    this.broadcast({ kind: 'wake' });
    const isQuick =
      now() - place.startedAt < QUICK_DEATH_MS && this.#ends.fateOf(handle.executorId) === undefined;
    place.quickDeaths = isQuick ? place.quickDeaths + 1 : 0;
    if (place.quickDeaths >= MAX_QUICK_DEATHS) {
      const message = `Executors die as soon as they start (${place.quickDeaths} times). ${this.#lastDeath}`;
      return onFailed(new EvaltuiError('executors-failed', message));
    }
    place.restarts += 1;
    await this.#fillPlace(place);
    onReplaced(this.#places.indexOf(place));
  }

  async #afterExit(handle: ExecutorHandle, exit: ExecutorExit, cause: 'died' | 'returned'): Promise<void> {
    const { store, runId, now } = this.#options;
    const { maxDeaths } = DEFAULT_RETRY;
    const { executorId } = handle;
    const fate = cause === 'died' ? this.#ends.fateOf(executorId) : undefined;
    const message =
      fate !== undefined
        ? `somebody ended executor ${handle.pid}`
        : cause === 'died'
          ? this.#lastDeath
          : 'the run was stopped';
    try {
      await store.endExecutor({
        executorId,
        now: now(),
        state: 'ended',
        exitCode: exit.code,
        signal: exit.signal,
      });
      await this.told.settle(executorId, now());
      const how = fate === undefined ? { cause } : ({ cause: 'returned', fate } as const);
      await store.release({ executorId, runId, now: now(), ...how, message, maxDeaths });
    } finally {
      this.#ends.released(executorId);
    }
  }
}
