/**
 * Turns in which threads of a process are stopped. While the main thread stands still it passes nothing on to the
 * others, and whoever stopped one of those could not let it go: so the main thread is stopped alone, the others
 * may be at the same time. In the order asked for.
 */
export class StopTurns {
  #main: Promise<unknown> = Promise.resolve();
  readonly #workers = new Set<Promise<unknown>>();

  take<T>(threadId: number, work: () => Promise<T>): Promise<T> {
    if (threadId === 0) {
      const turn = Promise.all([this.#main, ...this.#workers]).then(work);
      this.#main = turn.catch(() => {});
      return turn;
    }
    const turn = this.#main.then(work);
    const end: Promise<unknown> = turn.catch(() => {}).finally(() => this.#workers.delete(end));
    this.#workers.add(end);
    return turn;
  }
}
