import type { TaskFate } from '../../core/task-fate.ts';
import type { EndResult } from '../../process/signals.ts';
import type { TaskStore } from '../../store/task-store.ts';
import { ActAnswers } from './act-answers.ts';
import { endExecutor } from './end-executor.ts';
import type { ExecutorHandle } from './executor-handle.ts';
import type { ActAnswer, ToSupervisor } from '../messages.ts';

/** A thread is looked at, and given its time to end, within this. */
const WORKER_ENDS_WITHIN_MS = 6000;
/** What an executor that is to be ended has seen of its threads by then is saved; it may not be able to look. */
const LOOK_WITHIN_MS = 400;

export interface AskedEndsOptions {
  readonly store: TaskStore;
  readonly runId: string;
  readonly now: () => number;
  /** An executor that stands in its place. */
  readonly find: (executorId: string) => ExecutorHandle | undefined;
}

/** Ends threads and executors of a fleet for somebody who asked for it, and knows what becomes of their tasks. */
export class AskedEnds {
  readonly #options: AskedEndsOptions;
  readonly #answers = new ActAnswers();
  /** Executors that somebody ends, and what becomes of what they run. */
  readonly #ended = new Map<
    string,
    { readonly fate: TaskFate; readonly released: PromiseWithResolvers<void> }
  >();
  /** How that went, once it is over. */
  readonly #endings = new Map<string, Promise<EndResult>>();

  constructor(options: AskedEndsOptions) {
    this.#options = options;
  }

  /** Whether the message was an answer to what was asked here. */
  receive(message: ToSupervisor): message is ActAnswer {
    return this.#answers.receive(message);
  }

  /** What becomes of the tasks of an executor that somebody ends; undefined: nobody does. */
  fateOf(executorId: string): TaskFate | undefined {
    return this.#ended.get(executorId)?.fate;
  }

  /** The tasks of an executor that has ended are given back. */
  released(executorId: string): void {
    this.#ended.get(executorId)?.released.resolve();
  }

  /** See `Fleet.endWorker`. */
  async endWorker(
    executorId: string,
    thread: number,
    fate: TaskFate,
  ): Promise<'ended' | 'native' | 'stays' | 'unknown' | 'silent' | 'gone'> {
    const { find } = this.#options;
    const handle = find(executorId);
    if (handle === undefined) return 'gone';
    const asked = { kind: 'end-worker', thread, fate } as const;
    const ended = await this.#answers.ask(handle, asked, WORKER_ENDS_WITHIN_MS);
    if (ended?.kind !== 'worker-ended') return find(executorId) === undefined ? 'gone' : 'silent';
    if (ended.isEnded === undefined) return 'unknown';
    if (ended.isEnded) return 'ended';
    return handle.pid === process.pid ? 'stays' : 'native';
  }

  /** See `Fleet.endExecutor`. */
  endExecutor(executorId: string, fate: TaskFate): Promise<EndResult> {
    const before = this.#endings.get(executorId);
    const ending =
      before === undefined
        ? this.#endOnce(executorId, fate)
        : before.then((result) =>
            result === 'terminated' || result === 'killed' ? 'gone' : this.#endOnce(executorId, fate),
          );
    this.#endings.set(executorId, ending);
    return ending;
  }

  async #endOnce(executorId: string, fate: TaskFate): Promise<EndResult> {
    const handle = this.#options.find(executorId);
    if (handle === undefined) return 'gone';
    const { released } = this.#ended.get(executorId) ?? { released: Promise.withResolvers<void>() };
    this.#ended.set(executorId, { fate, released });
    await this.#answers.ask(handle, { kind: 'look', fate }, LOOK_WITHIN_MS);
    const result = await endExecutor(this.#options, handle);
    // What is told of its tasks is to be true by then.
    if (result === 'terminated' || result === 'killed') await released.promise;
    return result;
  }
}
