import { isInTime, isLate, LATE_LOOKS_KEPT, starvationReasons } from '../core/starvation.ts';
import type { MachineLoad } from '../process/machine-load.ts';
import type { Found } from './thread-watch.ts';

/**
 * Tells when the machine has too little for what runs on it: the looks of a process that does little come late,
 * and the system says what is short. It stands until everything comes in time again.
 */
export class MachineWatch {
  readonly #load: () => MachineLoad;
  #lateMs: readonly number[] = [];
  #reasons: readonly string[] | undefined;

  constructor(load: () => MachineLoad) {
    this.#load = load;
  }

  /** Why the machine is held to be starved; undefined when it is not. */
  get reasons(): readonly string[] | undefined {
    return this.#reasons;
  }

  /** @param lateMs by how much this look came late */
  look(lateMs: number): readonly Found[] {
    this.#lateMs = [...this.#lateMs, Math.max(0, lateMs)].slice(-LATE_LOOKS_KEPT);
    if (this.#reasons !== undefined) {
      if (!isInTime(this.#lateMs)) return [];
      this.#reasons = undefined;
      return [{ verdict: 'recovered', taskId: null, thread: null, data: {} }];
    }
    if (!isLate(this.#lateMs)) return [];
    const reasons = starvationReasons({ lateMs: this.#lateMs, ...this.#load() });
    if (reasons.length === 0) return [];
    this.#reasons = reasons;
    return [{ verdict: 'starved', taskId: null, thread: null, data: { reasons: [...reasons] } }];
  }
}
