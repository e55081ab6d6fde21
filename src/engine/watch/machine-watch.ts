import { isFed, LOOKS_KEPT, seemsStarved, starvationReasons, type LookSigns } from '../../core/starvation.ts';
import type { MachineLoad } from '../../process/machine-load.ts';
import type { ThreadFacts } from '../../process/thread-facts.ts';
import type { WatchedWorker } from './thread-sights.ts';
import type { Found } from './thread-watch.ts';

export interface MachineWatchOptions {
  readonly load: () => MachineLoad;
  readonly factsOf: (systemId: number) => ThreadFacts | undefined;
}

/**
 * Tells when the machine has too little for what runs on it: looks come late though the process does little, or
 * worker threads mostly wait for a CPU. It stands until everything goes as it should again.
 */
export class MachineWatch {
  readonly #options: MachineWatchOptions;
  #looks: readonly LookSigns[] = [];
  #before: ReadonlyMap<number, ThreadFacts> = new Map();
  #reasons: readonly string[] | undefined;

  constructor(options: MachineWatchOptions) {
    this.#options = options;
  }

  /** Why the machine is held to be starved; undefined when it is not. */
  get reasons(): readonly string[] | undefined {
    return this.#reasons;
  }

  /** @param lateMs by how much this look came late */
  look(lateMs: number, workers: readonly WatchedWorker[]): readonly Found[] {
    const look = { lateMs: Math.max(0, lateMs), ...this.#cpuSince(workers) };
    this.#looks = [...this.#looks, look].slice(-LOOKS_KEPT);
    if (this.#reasons !== undefined) {
      if (!isFed(this.#looks)) return [];
      this.#reasons = undefined;
      return [{ verdict: 'recovered', taskId: null, thread: null, data: {} }];
    }
    if (!seemsStarved(this.#looks)) return [];
    const reasons = starvationReasons(this.#looks, this.#options.load());
    if (reasons.length === 0) return [];
    this.#reasons = reasons;
    return [{ verdict: 'starved', taskId: null, thread: null, data: { reasons: [...reasons] } }];
  }

  #cpuSince(workers: readonly WatchedWorker[]): Pick<LookSigns, 'ranMs' | 'waitedMs'> {
    const now = new Map<number, ThreadFacts>();
    let ranMs = 0;
    let waitedMs = 0;
    for (const { systemId } of workers) {
      const facts = systemId === undefined ? undefined : this.#options.factsOf(systemId);
      if (systemId === undefined || facts === undefined) continue;
      now.set(systemId, facts);
      const before = this.#before.get(systemId) ?? facts;
      ranMs += facts.ranMs - before.ranMs;
      waitedMs += facts.waitedMs - before.waitedMs;
    }
    this.#before = now;
    return { ranMs, waitedMs };
  }
}
