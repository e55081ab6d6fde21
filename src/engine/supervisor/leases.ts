import { formatDuration } from '../../core/duration.ts';
import { LOST_AFTER_MS } from '../../core/verdict.ts';
import { threadFacts } from '../../process/thread-facts.ts';
import type { ExecutorRow, TaskStore } from '../../store/task-store.ts';
import type { Fleet } from './fleet.ts';

const DEFAULT_LEASE_MS = 15_000;
/** A look that comes later than this was kept from coming. */
const AWAKE_WITHIN_MS = 2000;

export interface LeasesOptions {
  readonly store: TaskStore;
  readonly runId: string;
  readonly fleet: Fleet;
  readonly now: () => number;
  readonly onFailed: (error: unknown) => void;
  /** An executor that sent no heartbeat for so long is taken for lost. Default 15,000 ms. */
  readonly leaseMs?: number;
}

/** As /proc names the states of a thread. */
const STATES: Readonly<Record<string, string>> = {
  R: 'runs, or waits for a CPU',
  S: 'sleeps',
  D: 'waits for a device',
  T: 'is stopped',
  t: 'is stopped by a debugger',
};

/** Says which executors have not been heard of for long, and ends those of which nothing was heard for too long. */
export class Leases {
  readonly #options: LeasesOptions;
  #lookedAt = 0;
  /** Since when this process has been there to hear heartbeats. */
  #awakeSince = 0;
  /** Executors that were told to be lost, with their last sign of life. */
  readonly #lost = new Map<string, number>();
  #isTelling = false;

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#lookedAt = this.#options.now();
    this.#awakeSince = this.#lookedAt;
  }

  /** Call it some times a second. */
  async look(): Promise<void> {
    const { store, runId, fleet, now, leaseMs = DEFAULT_LEASE_MS } = this.#options;
    // After a pause of the whole machine (a closed laptop) every heartbeat is old: they get their time first.
    if (now() - this.#lookedAt > AWAKE_WITHIN_MS) this.#awakeSince = now();
    this.#lookedAt = now();
    const awakeMs = now() - this.#awakeSince;
    if (awakeMs < Math.min(LOST_AFTER_MS, leaseMs)) return;
    const executors = await store.listExecutors(runId);
    if (awakeMs >= leaseMs) fleet.killLost(executors, now() - leaseMs);
    this.#tell(executors);
  }

  /** Nobody waits for it: one that is lost may keep the db to itself, and its end must not wait for that. */
  #tell(executors: readonly ExecutorRow[]): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    const telling = Promise.all(executors.map((executor) => this.#tellIfLost(executor)));
    telling.catch(this.#options.onFailed).finally(() => (this.#isTelling = false));
  }

  async #tellIfLost(executor: ExecutorRow): Promise<void> {
    const { store, runId, now, fleet } = this.#options;
    const { executorId, state, pid } = executor;
    const heardAt = fleet.heardAt(executor);
    const silentMs = now() - heardAt;
    if (state === 'ended' || state === 'lost') return;
    if (silentMs < LOST_AFTER_MS || this.#lost.get(executorId) === heardAt) return;
    this.#lost.set(executorId, heardAt);
    const facts = threadFacts(pid, pid);
    const data = {
      silentMs,
      reasons: [
        `its executor, pid ${pid}, gave no sign of life for ${formatDuration(silentMs)}`,
        ...(facts === undefined
          ? []
          : [`its main thread ${STATES[facts.state] ?? `is in state ${facts.state}`}`]),
      ],
      ...(facts === undefined ? {} : { facts: { ...facts } }),
    };
    const whole = { taskId: null, try: null, thread: null };
    await store.addEvidence({ runId, executorId, ...whole, verdict: 'lost', data, now: now() });
  }
}
