import { EvaltuiError, reviveError } from '../../core/errors.ts';
import type { RunSpec } from '../../core/run-spec.ts';
import { STOP_STAGES, type StopStage } from '../../core/stop-stage.ts';
import type { Counts, RecordAppender, RecordPosition, TaskStore } from '../../store/task-store.ts';
import { Fleet } from './fleet.ts';
import type { StartExecutor } from './executor-handle.ts';
import type { PlannedEval, RunNews } from '../messages.ts';
import { Leases } from './leases.ts';
import { RunActs } from './run-acts.ts';
import { endOf, type RunEnd } from './run-end.ts';
import { CommandDesk } from './take-commands.ts';
import { Turns } from './turns.ts';

const TICK_EVERY_MS = 250;
/** How long executors may take to tear down. */
const END_WITHIN_MS = 10_000;

export interface SupervisorOptions {
  readonly store: TaskStore;
  readonly appendRecord: RecordAppender;
  readonly runId: string;
  readonly spec: RunSpec;
  /** Whether the tasks are still to be planned. */
  readonly needsPlan: boolean;
  readonly startExecutor: StartExecutor;
  /** Opens an eval's record: its path, behind the spec line. Null: none is kept. */
  readonly startRecord: (planned: PlannedEval) => RecordPosition | null;
  readonly now: () => number;
  /** An executor that sent no heartbeat for so long is taken for lost. Default 15,000 ms. */
  readonly leaseMs?: number;
}

/**
 * Takes a run from its plan to its report: starts executors, watches them, replaces the dead, gives their tasks
 * back, ends the run. It runs no code of the eval and never blocks.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #fleet: Fleet;
  readonly #leases: Leases;
  readonly #acts: RunActs;
  readonly #desk: CommandDesk;
  readonly #planned = Promise.withResolvers<readonly PlannedEval[]>();
  readonly #ended = Promise.withResolvers<RunEnd>();
  #phase: 'planning' | 'running' | 'summarising' | 'ending' = 'planning';
  #stage: StopStage | undefined;
  #startedAt = 0;
  #tick: NodeJS.Timeout | undefined;
  #isLooking = false;
  #counts: Counts = { queued: 0, running: 0, done: 0, errored: 0, cancelled: 0 };
  #summaryTries = 0;
  #storeVersion = -1;
  /** No task is put back into a queue that was just found empty. */
  readonly #turns = new Turns();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    // It may fail before somebody waits for it.
    this.#planned.promise.catch(() => {});
    const onFailed = (error: unknown): void => this.#fail(error);
    this.#fleet = new Fleet({
      ...options,
      onMessage: (message) => this.#receive(message),
      onReplaced: (place) => this.#replaced(place),
      onFailed,
    });
    this.#leases = new Leases({ ...options, fleet: this.#fleet, onFailed });
    this.#acts = new RunActs({
      ...options,
      fleet: this.#fleet,
      stop: (stage) => this.stop(stage),
      stage: () => this.#stage,
      isOpen: () => this.#phase === 'planning' || this.#phase === 'running',
      onPaused: () => this.#greet(),
      onRequeued: () => this.#recount(),
      inTurn: (work) => this.#turns.take(work),
    });
    this.#desk = new CommandDesk({
      ...options,
      carryOut: (command) => this.#acts.carryOut(command),
      onFailed,
    });
  }

  /**
   * Runs to the end. Throws what made planning fail (the run is forgotten then), and what made it impossible to
   * go on (a full disk, executors that die at once); what was committed is kept for `resume`.
   */
  async run(): Promise<RunEnd> {
    const { store, runId, now } = this.#options;
    try {
      const { concurrency } = await store.findRun(runId);
      this.#acts.begin(concurrency);
      this.#desk.open();
      if (this.#options.needsPlan) await this.#plan(concurrency);
      else await this.#fleet.start(concurrency);
      // Ctrl-C while the executors of a resumed run were starting.
      this.#planned.resolve([]);
      await this.#planned.promise;
      if (this.#stage !== 'kill') {
        this.#phase = 'running';
        // Of a resumed run the first start: what was done before counts, and so does its time.
        this.#startedAt = (await store.findRun(runId)).startedAt ?? now();
        this.#leases.begin();
        this.#tick = setInterval(() => this.#onTick(), TICK_EVERY_MS);
        this.#counts = await store.counts(runId);
        this.#greet();
        this.#check();
      } else {
        this.#guarded(this.#killed());
      }
      return await this.#ended.promise;
    } finally {
      clearInterval(this.#tick);
      await this.#desk.close();
      await this.#fleet.end(END_WITHIN_MS);
    }
  }

  /** Stops the run by stages; a stage never goes back. */
  stop(stage: StopStage): void {
    const isFurther =
      this.#stage === undefined || STOP_STAGES.indexOf(stage) > STOP_STAGES.indexOf(this.#stage);
    if (!isFurther) return;
    this.#stage = stage;
    if (this.#phase === 'planning') {
      const error = new EvaltuiError('interrupted', 'Interrupted while the tasks were being planned.');
      // A run that is resumed is stopped as soon as its executors are there.
      if (this.#options.needsPlan) this.#planned.reject(error);
      return;
    }
    const { store, runId } = this.#options;
    const state = stage === 'drain' ? 'draining' : 'aborting';
    this.#guarded(store.setRunState({ runId, state }));
    if (stage === 'kill') this.#guarded(this.#killed());
    // A summary is under way already, and nothing else is.
    else if (this.#phase === 'running') this.#greet();
  }

  async #plan(concurrency: number): Promise<void> {
    const { store, runId, startRecord, now } = this.#options;
    try {
      await this.#fleet.start(concurrency);
      this.#fleet.send(0, { kind: 'plan' });
      this.#fleet.broadcast({ kind: 'warm-up' }, { but: 0 });
      const planned = await this.#planned.promise;
      const evals = planned.map((each) => ({ ...each, record: startRecord(each) }));
      await store.startRun({ runId, now: now(), evals });
    } catch (error) {
      // When the db is what failed, the run stays in it as not planned, which resume begins anew.
      const forget = async (): Promise<void> => {
        await this.#fleet.kill();
        await store.discardRun(runId);
      };
      await forget().catch(() => {});
      throw error;
    }
  }

  #replaced(place: number): void {
    if (this.#phase !== 'planning' || place !== 0) return this.#greet();
    // What died was reading the samples.
    const message = `The tasks could not be planned. ${this.#fleet.describeDeath()}`;
    this.#planned.reject(new EvaltuiError('executors-failed', message));
  }

  /** Tells every executor where the run stands; new ones learn it the same way. */
  #greet(): void {
    if (this.#phase === 'running') {
      if (this.#stage === undefined) this.#fleet.broadcast({ kind: this.#acts.isPaused ? 'pause' : 'run' });
      else this.#fleet.broadcast({ kind: 'drain' });
      if (this.#stage === 'abort') this.#fleet.broadcast({ kind: 'abort' });
    } else if (this.#phase === 'summarising') {
      this.#askForSummary();
    }
  }

  #receive(message: RunNews): void {
    switch (message.kind) {
      case 'planned':
        this.#planned.resolve(message.evals);
        break;
      case 'progress':
      case 'idle':
        this.#counts = message.counts;
        this.#check();
        break;
      case 'drained':
        this.#check();
        break;
      case 'summarised':
        this.#guarded(this.#finish(message.reports));
        break;
      case 'failed': {
        const error = reviveError(message.error);
        if (this.#phase === 'planning') this.#planned.reject(error);
        else this.#fail(error);
        break;
      }
      case 'started':
      case 'planning':
        break;
    }
  }

  #onTick(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#guarded(this.#look().finally(() => (this.#isLooking = false)));
  }

  async #look(): Promise<void> {
    const { store, runId } = this.#options;
    const version = store.version();
    if (version !== this.#storeVersion) {
      this.#storeVersion = version;
      this.#counts = await store.counts(runId);
    }
    await this.#leases.look();
    this.#check();
  }

  #check(): void {
    if (this.#phase !== 'running') return;
    if (this.#options.spec.failFast && this.#counts.errored > 0) this.stop('abort');
    if (this.#isThrough) this.#guarded(this.#turns.take(() => this.#summariseWhenThrough()));
  }

  get #isThrough(): boolean {
    const { queued, running } = this.#counts;
    return queued + running === 0 || (this.#stage !== undefined && this.#fleet.isDrained);
  }

  /** What executors told may be older than tasks that were put back into the queue: the db decides. */
  async #summariseWhenThrough(): Promise<void> {
    if (this.#phase !== 'running') return;
    this.#counts = await this.#options.store.counts(this.#options.runId);
    if (this.#phase !== 'running' || !this.#isThrough) return;
    this.#phase = 'summarising';
    this.#askForSummary();
  }

  async #recount(): Promise<void> {
    this.#counts = await this.#options.store.counts(this.#options.runId);
    this.#check();
  }

  #askForSummary(): void {
    this.#summaryTries += 1;
    if (this.#summaryTries > 3) {
      return this.#fail(new EvaltuiError('executors-failed', this.#fleet.describeDeath()));
    }
    this.#fleet.sendToAny({
      kind: 'summarise',
      startedAt: this.#startedAt,
      finishedAt: this.#options.now(),
    });
  }

  async #finish(reports: Parameters<TaskStore['finishRun']>[0]['reports']): Promise<void> {
    if (this.#phase !== 'summarising') return;
    this.#phase = 'ending';
    const { store, runId, now, appendRecord, spec } = this.#options;
    const counts = await store.counts(runId);
    const { status, isThrough } = endOf(counts, { reports, failFast: spec.failFast });
    await store.finishRun({ runId, status, now: now(), reports, final: isThrough }, appendRecord);
    this.#ended.resolve({ status, counts });
  }

  async #killed(): Promise<void> {
    const { store, runId, now, appendRecord } = this.#options;
    this.#phase = 'ending';
    await this.#fleet.kill();
    await store.finishRun(
      { runId, status: 'cancelled', now: now(), reports: [], final: false },
      appendRecord,
    );
    this.#ended.resolve({ status: 'cancelled', counts: await store.counts(runId) });
  }

  #guarded(work: Promise<void>): void {
    work.catch((error: unknown) => this.#fail(error));
  }

  /** The run cannot go on. What is committed stays; the first cause is the one that is told. */
  #fail(error: unknown): void {
    if (this.#phase === 'planning') return this.#planned.reject(error);
    if (this.#phase === 'ending') return this.#ended.reject(error);
    this.#phase = 'ending';
    const { store, runId, now, appendRecord } = this.#options;
    const message = error instanceof Error ? error.message : String(error);
    const how = { status: 'errored', reports: [], final: false, error: message } as const;
    void this.#fleet
      .kill()
      .then(() => store.finishRun({ runId, now: now(), ...how }, appendRecord))
      // The db may be what failed: then the cause is told and the run stays open for resume.
      .catch(() => {})
      .then(() => this.#ended.reject(error));
  }
}
