const WINDOW_MS = 200;

/** How many tasks finish a second, over the last 200 ms or more. */
export class FinishRate {
  #perSecond = 0;
  #since = 0;
  #count = 0;

  add(tasks: number): void {
    this.#count += tasks;
  }

  perSecond(now: number): number {
    const elapsedMs = now - this.#since;
    if (elapsedMs >= WINDOW_MS) {
      this.#perSecond = (this.#count * 1000) / elapsedMs;
      this.#since = now;
      this.#count = 0;
    }
    return this.#perSecond;
  }
}
