import type {
  GuardAnswers,
  GuardQuestion,
  InspectedThread,
  SuspendedFunctions,
  SuspendedInThreads,
  ThreadProfile,
  ThreadStack,
} from '../../core/inspection.ts';
import type { AttachedThreads } from '../../process/inspector/attached-threads.ts';
import { NoAnswer, type InspectedSession } from '../../process/inspector/inspected-session.ts';
import { runningStepIn, withRunningTask, type RunningStepBoard } from '../running-step.ts';
import { attachToSiblings } from './attach-to-siblings.ts';
import { evaluateInThread } from './evaluate-in-thread.ts';
import { Refusal } from './refusal.ts';
import { createSecretMask } from '../../process/inspector/secret-mask.ts';
import { suspendedFunctions } from './suspended-functions.ts';
import { profileThread } from './thread-profile.ts';
import { lookAtThread } from '../../process/inspector/thread-stack.ts';
import { ThreadTurns } from './thread-turns.ts';

/** So long the main thread's own question waits for another inspection of the same thread. */
const TURN_WITHIN_MS = 2000;

const NOT_TURNING =
  'does not come back to its event loop, where a look into its heap would begin. Its stack says where it is.';
const NO_CONSOLE = 'The run was started without --allow-console: nothing is evaluated in it.';

type QuestionOf<Op extends GuardQuestion['op']> = Extract<GuardQuestion, { readonly op: Op }>;

/** Looks at the other threads of this process, one inspection at a time on each. */
export class Inspections {
  readonly #turns = new ThreadTurns();
  readonly #maskSecrets = createSecretMask(process.env);
  #isProfiling = false;
  /** Where the workers tell what they run, by their threads. */
  #boards: ReadonlyMap<number, RunningStepBoard> = new Map();

  knowWorkers(boards: ReadonlyMap<number, RunningStepBoard>): void {
    this.#boards = boards;
  }

  /** Throws `Refusal` where it cannot be answered. When the signal aborts, nobody waits for the answer any more. */
  async answer(
    question: GuardQuestion,
    { allowConsole, signal }: { readonly allowConsole: boolean; readonly signal: AbortSignal },
  ): Promise<GuardAnswers[keyof GuardAnswers]> {
    switch (question.op) {
      case 'stack':
        return this.#stacks(question);
      case 'profile':
        return this.#profiles(question, signal);
      case 'evaluate':
        if (!allowConsole) throw new Refusal(NO_CONSOLE);
        return this.#evaluate(question);
      case 'suspended':
        return this.#suspended(question);
    }
  }

  /**
   * The stack of one worker, for the executor's own watch. Undefined when it could not be looked at: it has ended, or
   * another inspection holds it for seconds, and then it stands still because of us.
   */
  async stackOf(threadId: number): Promise<ThreadStack | undefined> {
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), TURN_WITHIN_MS);
    const turn = this.#turns.take(threadId, () => {
      clearTimeout(timer);
      return this.#stackNow(threadId);
    });
    try {
      return await Promise.race([turn, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #stackNow(threadId: number): Promise<ThreadStack | undefined> {
    await using threads = await attachToSiblings();
    const { workers } = threads;
    if (workers === undefined) return this.#withTask({ state: 'native', frames: [] }, threadId);
    const thread = workers.find((each) => each.threadId === threadId);
    const stack = thread && (await lookAtThread(thread, {}));
    return stack && this.#withTask(stack, threadId);
  }

  /** In native code no stack tells the task; the thread itself does. */
  #withTask(stack: ThreadStack, threadId: number): ThreadStack {
    const board = this.#boards.get(threadId);
    return withRunningTask(stack, board && runningStepIn(board)?.taskId);
  }

  async #stacks({ threadId, locals }: QuestionOf<'stack'>): Promise<readonly InspectedThread[]> {
    await using threads = await attachToSiblings();
    const look = (thread: InspectedSession): Promise<InspectedThread | undefined> =>
      this.#turns.take(thread.threadId, async () => {
        const { threadId } = thread;
        const stack = await lookAtThread(thread, locals ? { maskLocals: this.#maskSecrets } : {});
        return stack && { threadId, name: thread.name, ...this.#withTask(stack, threadId) };
      });
    if (threads.workers === undefined && (threadId ?? 0) === 0) {
      return [{ threadId: 0, name: threads.main.name, state: 'native', frames: [] }];
    }
    const { main, workers } = chosenThreads(threads, threadId);
    const ofWorkers = await Promise.all(workers.map(look));
    // The main thread passes on what the others are asked: it comes last.
    const ofMain = main && (await look(main));
    // Silent, and behind one that is silent: nobody knows what they are in.
    const isHidden = (stack: InspectedThread): boolean =>
      ofMain?.state === 'native' && stack.state === 'native';
    const seen = ofWorkers.filter((each) => each !== undefined).filter((each) => !isHidden(each));
    return ofMain === undefined ? seen : [ofMain, ...seen];
  }

  async #evaluate({ threadId, expression }: QuestionOf<'evaluate'>): Promise<GuardAnswers['evaluate']> {
    await using threads = await attachToSiblings();
    const { main, workers } = chosenThreads(threads, threadId);
    const thread = workers[0] ?? main;
    if (thread === undefined) throw new Refusal(`There is no thread ${threadId}.`);
    const { value, isError } = await evaluateInThread(thread, expression, (work) =>
      this.#turns.take(threadId, work),
    );
    return { value: this.#maskSecrets(value), isError };
  }

  /**
   * Of all workers, one after the other, so that only one stands still at a time. Those that do not come back to their
   * event loop cannot be looked into: their stacks say more.
   */
  async #suspended({ threadId }: QuestionOf<'suspended'>): Promise<SuspendedInThreads> {
    await using threads = await attachToSiblings();
    const { main, workers } = chosenThreads(threads, threadId);
    // Of evaltui's own main thread only when it is asked for: no code of an eval runs there.
    const asked = main !== undefined && threadId !== undefined ? [main] : workers;
    const found: SuspendedFunctions[] = [];
    const unseen: number[] = [];
    for (const thread of asked) {
      const look = (): Promise<readonly SuspendedFunctions[]> => suspendedFunctions(thread);
      try {
        found.push(...(await this.#turns.take(thread.threadId, look)));
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        if (threadId !== undefined) throw new Refusal(`Thread ${threadId} ${NOT_TURNING}`);
        if (!error.hasEnded) unseen.push(thread.threadId);
      }
    }
    return { groups: found.toSorted((a, b) => b.count - a.count), unseen };
  }

  /** All threads over the same time. A stack may be taken meanwhile; it is seen in no sample. */
  async #profiles(
    { threadId, durationMs }: QuestionOf<'profile'>,
    signal: AbortSignal,
  ): Promise<readonly ThreadProfile[]> {
    if (this.#isProfiling) throw new Refusal('A profile of this process is being taken. Try again after it.');
    this.#isProfiling = true;
    try {
      await using threads = await attachToSiblings();
      const { main, workers } = chosenThreads(threads, threadId);
      const all = main === undefined ? workers : [main, ...workers];
      const profiles = await Promise.all(all.map((each) => profileThread(each, { durationMs, signal })));
      return profiles.filter((each) => each !== undefined);
    } finally {
      this.#isProfiling = false;
    }
  }
}

/** One thread, or all. Throws `Refusal` when it is not there, or out of reach. */
function chosenThreads(
  { main, workers }: AttachedThreads,
  threadId: number | undefined,
): { readonly main: InspectedSession | undefined; readonly workers: readonly InspectedSession[] } {
  if (threadId === undefined) return { main, workers: workers ?? [] };
  if (threadId === main.threadId) return { main, workers: [] };
  if (workers === undefined) {
    throw new Refusal(`The main thread is in native code: thread ${threadId} is out of reach behind it.`);
  }
  const found = workers.filter((each) => each.threadId === threadId);
  if (found.length > 0) return { main: undefined, workers: found };
  const ids = [main, ...workers].map((each) => each.threadId).join(', ');
  throw new Refusal(`There is no thread ${threadId}; there are ${ids}.`);
}
