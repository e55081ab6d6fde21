import type { ExecutorHandle } from './executor-handle.ts';
import type { ActAnswer, ToExecutor, ToSupervisor } from '../messages.ts';

/** What is asked of an executor, before it has the number of its request. */
type ActQuestion = DistributiveOmit<Extract<ToExecutor, { readonly request: number }>, 'request'>;

/** Asks executors to do something, and gives each who asked the answer to their own request. */
export class ActAnswers {
  readonly #waiting = new Map<number, (answer: ActAnswer) => void>();
  #lastRequest = 0;

  /** The answer of an executor; undefined when it does not come in time, or the executor has ended. */
  async ask(
    executor: Pick<ExecutorHandle, 'send' | 'exited'>,
    question: ActQuestion,
    withinMs: number,
  ): Promise<ActAnswer | undefined> {
    this.#lastRequest += 1;
    const request = this.#lastRequest;
    const answer = Promise.withResolvers<ActAnswer | undefined>();
    this.#waiting.set(request, answer.resolve);
    const timer = setTimeout(() => answer.resolve(undefined), withinMs);
    try {
      executor.send({ ...question, request });
      return await Promise.race([answer.promise, executor.exited.then(() => undefined)]);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(request);
    }
  }

  /** Whether the message was such an answer. */
  receive(message: ToSupervisor): message is ActAnswer {
    if (message.kind !== 'worker-ended' && message.kind !== 'looked') return false;
    this.#waiting.get(message.request)?.(message);
    return true;
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
