import { setImmediate } from 'node:timers/promises';
import type { StackOf } from '../../core/inspection.ts';
import { watchPace } from '../../core/verdict.ts';
import type { MachineLoad } from '../../process/machine-load.ts';
import type { ThreadFacts } from '../../process/thread-facts.ts';
import type { NewEvidence, StepRow } from '../../store/task-store.ts';
import { MachineWatch } from './machine-watch.ts';
import { StepWatch } from './step-watch.ts';
import type { WatchedWorker } from './thread-sights.ts';
import { ThreadWatch, type Found } from './thread-watch.ts';
import type { StepDurations } from '../step-chain.ts';

export interface StuckWatchOptions {
  readonly runId: string;
  readonly executorId: string;
  readonly stuckAfterMs: number;
  readonly now: () => number;
  /** Each call measures how busy the workers were since the call before. */
  readonly workers: (now: number) => readonly WatchedWorker[];
  readonly steps: () => readonly StepRow[];
  readonly stackOf: StackOf;
  /** What the system tells of a thread of this process. */
  readonly factsOf: (systemId: number) => ThreadFacts | undefined;
  readonly load: () => MachineLoad;
  /** Whether the supervisor is gone. */
  readonly isOrphaned: () => boolean;
  /** The try that a task is in; null when it has just ended. */
  readonly tryOf: (taskId: number) => number | null;
  readonly save: (evidence: NewEvidence) => Promise<void>;
  readonly onFailed: (error: unknown) => void;
}

/** A look that comes later than this was not there to see what happened since the one before. */
const AWAY_MS = 2000;

/** Finds what is stuck in an executor and saves the evidence, once for each time that it stands. */
export class StuckWatch {
  readonly #options: StuckWatchOptions;
  readonly #lookEveryMs: number;
  readonly #threads: ThreadWatch;
  readonly #steps: StepWatch;
  readonly #machine: MachineWatch;
  #timer: NodeJS.Timeout | undefined;
  #lookedAt: number;
  #awakeSince = -Infinity;
  #isOrphaned = false;

  constructor(options: StuckWatchOptions) {
    const pace = watchPace(options.stuckAfterMs);
    this.#options = options;
    this.#lookEveryMs = pace.lookEveryMs;
    this.#threads = new ThreadWatch({ ...options, pace });
    this.#steps = new StepWatch(options.stuckAfterMs);
    this.#machine = new MachineWatch(options);
    this.#lookedAt = options.now();
  }

  /** Looks again and again, until it is closed. */
  open(): void {
    const { onFailed } = this.#options;
    this.#lookedAt = this.#options.now();
    this.#timer = setInterval(() => void this.look().catch(onFailed), this.#lookEveryMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Takes in how long steps took, to know what is usual. */
  learn(durations: StepDurations): void {
    this.#steps.learn(durations);
  }

  /** Keeps with a task that is over its time that the machine was starved, if it was. */
  async timedOut(taskId: number): Promise<void> {
    const { reasons } = this.#machine;
    if (reasons === undefined) return;
    await this.#save({ verdict: 'starved', taskId, thread: null, data: { reasons: [...reasons] } });
  }

  /** Call it at the pace of `watchPace`. */
  async look(): Promise<void> {
    const { now, workers, steps, isOrphaned } = this.#options;
    const lateMs = now() - this.#lookedAt - this.#lookEveryMs;
    this.#lookedAt = now();
    if (lateMs > AWAY_MS) this.#awakeSince = now();
    // Signs of life that came while this thread was late are heard first.
    await setImmediate();
    const at = now();
    const watched = workers(at).map((worker) => ({
      ...worker,
      heardAt: Math.max(worker.heardAt, this.#awakeSince),
    }));
    const inFlight = steps();
    this.#threads.keepOnly(watched);
    await Promise.all([
      ...watched.map(async (worker) => this.#saveAll(await this.#threads.look(worker, inFlight))),
      this.#saveAll(this.#machine.look(lateMs, watched)),
      this.#saveAll(this.#steps.look(inFlight, this.#stepLook(watched, at))),
      this.#saveAll(this.#lookForSupervisor(isOrphaned())),
    ]);
  }

  #stepLook(workers: readonly WatchedWorker[], now: number): Parameters<StepWatch['look']>[1] {
    const standing = new Set(
      workers.flatMap((worker) => (this.#threads.stands(worker.thread) ? worker.taskIds : [])),
    );
    return {
      now,
      awakeSince: this.#awakeSince,
      isStarved: this.#machine.reasons !== undefined,
      standsWithThread: (taskId) => standing.has(taskId),
    };
  }

  #lookForSupervisor(isOrphaned: boolean): readonly Found[] {
    if (!isOrphaned || this.#isOrphaned) return [];
    this.#isOrphaned = true;
    const reasons = ['its supervisor is gone'];
    return [{ verdict: 'orphaned', taskId: null, thread: null, data: { reasons } }];
  }

  async #saveAll(found: readonly Found[]): Promise<void> {
    for (const each of found) await this.#save(each);
  }

  #save({ verdict, taskId, thread, data }: Found): Promise<void> {
    const { runId, executorId, now, save, tryOf } = this.#options;
    const number = taskId === null ? null : tryOf(taskId);
    return save({ runId, executorId, taskId, thread, try: number, verdict, data, now: now() });
  }
}
