import type { Worker } from 'node:worker_threads';
import { threadFacts } from '../../process/thread-facts.ts';

/** How much of a core a worker thread uses, measured from outside. */
export class ThreadCpu {
  #last: { readonly at: number; readonly ranMs: number } | undefined;
  #share: number | undefined;

  /** Between the last two looks, 1 = one core busy; undefined: it is not known. */
  get share(): number | undefined {
    return this.#share;
  }

  /** @param systemId how the system knows the thread, where it tells */
  look(worker: Worker, systemId: number | undefined, now: number): void {
    const facts = systemId === undefined ? undefined : threadFacts(process.pid, systemId);
    if (facts !== undefined) this.#take(facts.ranMs, now);
    else void this.#ask(worker, now);
  }

  /** Where the system does not tell, Node does in its newer versions, as long as the thread is not in native code. */
  async #ask(worker: Worker, now: number): Promise<void> {
    const { cpuUsage } = worker as Partial<Pick<Worker, 'cpuUsage'>>;
    if (cpuUsage === undefined) return;
    try {
      const { user, system } = await cpuUsage.call(worker);
      this.#take((user + system) / 1000, now);
    } catch {
      // It has just ended, and so has what could be known of it.
    }
  }

  #take(ranMs: number, at: number): void {
    const last = this.#last;
    this.#last = { at, ranMs };
    if (last !== undefined && at > last.at) this.#share = Math.max(0, (ranMs - last.ranMs) / (at - last.at));
  }
}
