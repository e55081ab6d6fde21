/** Work on threads, one at a time on each: two debuggers would end each other's pauses. */
export class ThreadTurns {
  readonly #last = new Map<number, Promise<unknown>>();

  /** Runs when all that was asked for before on this thread has settled. */
  async take<T>(threadId: number, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(threadId) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#last.set(threadId, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(threadId) === turn) this.#last.delete(threadId);
    }
  }
}
