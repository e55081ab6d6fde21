import type { ActAnswer, ToSupervisor } from './messages.ts';

/** Matches what executors answer to acts with those who wait for it. */
export class ActAnswers {
  readonly #waiting = new Map<string, ((answer: ActAnswer) => void)[]>();

  /** The answer of an executor; undefined when it does not come in time. */
  async next(
    executorId: string,
    { kind, thread }: { readonly kind: ActAnswer['kind']; readonly thread?: number },
    withinMs: number,
  ): Promise<ActAnswer | undefined> {
    const key = keyOf(executorId, kind, thread);
    const answer = Promise.withResolvers<ActAnswer | undefined>();
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.set(key, [...waiting, answer.resolve]);
    const timer = setTimeout(() => answer.resolve(undefined), withinMs);
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether the message was such an answer. */
  receive(executorId: string, message: ToSupervisor): message is ActAnswer {
    if (message.kind !== 'worker-ended' && message.kind !== 'looked') return false;
    const key = keyOf(executorId, message.kind, message.kind === 'looked' ? undefined : message.thread);
    for (const resolve of this.#waiting.get(key) ?? []) resolve(message);
    this.#waiting.delete(key);
    return true;
  }
}

function keyOf(executorId: string, kind: ActAnswer['kind'], thread: number | undefined): string {
  return `${executorId} ${kind} ${thread ?? ''}`;
}
