/** Work that must not be mixed with other work: one piece after the other, in the order it was asked for. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    // Who asked is told what went wrong; the next one has its turn all the same.
    this.#last = result.catch(() => {});
    return result;
  }
}
