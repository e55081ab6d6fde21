import { codePlace, stepPlace } from '../../core/error-place.ts';
import { frameText, type StackOf, type ThreadStack } from '../../core/inspection.ts';
import { DEFAULT_RETRY } from '../../core/retry.ts';
import { innermostPlace } from '../../core/stack-progress.ts';
import type { TaskFate } from '../../core/task-fate.ts';
import type { Release, TaskStore } from '../../store/task-store.ts';
import { blameTasks, type Blame, type HeldTask } from './blame.ts';
import { STOP_WITHIN_MS, type Deadlines } from './deadlines.ts';
import { endedOutside, REASON_OF_FATE, type CancelReason } from '../messages.ts';
import { withRunningTask } from '../running-step.ts';
import type { TaskFlow } from './task-flow.ts';
import type { WorkerDeath, WorkerPool } from './worker-pool.ts';

/** What the other threads get to finish, when one can only be ended with the process. */
const LAST_TASKS_WITHIN_MS = 10_000;
/** A look that takes longer (at native code, or by a guard that is gone) is not waited for. */
const LOOK_WITHIN_MS = 1500;
/** A pool that is being torn down does not tell of its threads any more. */
const GIVEN_BACK_WITHIN_MS = 1000;
const ENDS_WITH_PROCESS = 'its process is ended, since it is in native code';
const STAYS = 'its thread stays in native code, since its executor is inside the supervisor';
const UNSEEN: ThreadStack = Object.freeze({ state: 'native', frames: [] });

/** A thread that is being ended. */
interface Ending {
  /** What for; undefined as long as it is being looked at. */
  blame: Blame | undefined;
  /** How it went: false when it goes with its process, undefined when it was called off. */
  readonly done: Promise<boolean | undefined>;
  /** Its tasks have their outcomes, or are back in the queue. */
  readonly givenBack: PromiseWithResolvers<void>;
}

/** What is ended, with what it runs. */
interface Ended {
  readonly thread: number;
  readonly taskIds: readonly number[];
  readonly blame: Blame;
}

export interface ThreadEndsOptions {
  readonly store: TaskStore;
  readonly executorId: string;
  readonly runId: string;
  readonly now: () => number;
  readonly pool: WorkerPool;
  readonly flow: TaskFlow;
  readonly deadlines: Deadlines;
  /** The stack of a worker thread, as another thread sees it. */
  readonly stackOf: StackOf;
  /** Its process is the supervisor's own: a thread in native code stays. Default: it has one of its own. */
  readonly isInSupervisor?: boolean;
  /** Called when a thread is in native code and cannot be ended: only the end of the process helps. */
  readonly onUnstoppable: () => void;
}

/**
 * Ends threads of an executor and sees to their tasks: what a thread was ended for gets its outcome, the rest goes
 * back to the queue. What can be seen of the thread is saved first. A thread in native code is ended with the
 * process, when the other threads are through.
 */
export class ThreadEnds {
  readonly #options: ThreadEndsOptions;
  /** Threads that are being ended, and those that can only end with the process. */
  readonly #endings = new Map<number, Ending>();
  /** Where tasks were seen, before their threads were ended. */
  readonly #places = new Map<number, string>();
  #isCondemned = false;

  constructor(options: ThreadEndsOptions) {
    this.#options = options;
  }

  /** A thread stands in native code: the executor finishes what the others have and ends. */
  get isCondemned(): boolean {
    return this.#isCondemned;
  }

  /** A thread is gone, by itself or because it was ended here. */
  async workerDied({ thread, taskIds, message }: WorkerDeath): Promise<void> {
    const ending = this.#endings.get(thread);
    this.#endings.delete(thread);
    const blame = ending?.blame;
    if (blame === undefined) await this.#release(taskIds, 'died', `its worker thread ended: ${message}`);
    else await this.#giveUp(thread, taskIds, { ...blame, how: 'its thread was ended' });
    ending?.givenBack.resolve();
  }

  /** Ends the thread of a task that was told to stop and did not. */
  async endWorkerOf(taskId: number): Promise<void> {
    const { pool, deadlines } = this.#options;
    const place = pool.placeOf(taskId);
    if (place === undefined || this.#endings.has(place.thread)) return;
    const { thread, heardAt } = place;
    await this.#once(thread, async (ending) => {
      const told = deadlines.toldOf(taskId);
      const seen = await this.#look(thread);
      const taskIds = pool.placeOf(taskId)?.taskIds ?? [];
      // It stopped while we looked.
      if (!taskIds.includes(taskId)) return undefined;
      const hadItsChance = told === undefined || told.at < heardAt;
      const blame = blameTasks(
        taskIds.map((each) => this.#heldTask(each)),
        heardAt,
        hadItsChance ? undefined : seen,
      );
      await this.#keepEvidence(thread, taskId, { reason: told?.reason ?? 'aborted', seen });
      return this.#end(ending, { thread, taskIds, blame });
    });
  }

  /**
   * Ends a thread at once, since somebody asked for it. Where it is being ended already, that is waited for.
   * @returns whether it is gone; false: it stands in native code and goes with the process. Undefined: there is no
   * such worker.
   */
  async endWorker(thread: number, fate: TaskFate): Promise<boolean | undefined> {
    if (this.#options.pool.tasksOf(thread) === undefined) return undefined;
    const reason = REASON_OF_FATE[fate];
    const underWay = this.#endings.get(thread);
    if (underWay !== undefined) {
      // The one who ends it goes on with what its tasks are told now.
      this.#cancelTasksOf(thread, reason);
      return (await underWay.done) ?? this.endWorker(thread, fate);
    }
    return this.#once(thread, async (ending) => {
      const seen = await this.#look(thread);
      await this.#keepEvidence(thread, seen.taskId ?? null, { reason, seen });
      const taskIds = this.#cancelTasksOf(thread, reason);
      return this.#end(ending, { thread, taskIds, blame: { blamed: taskIds, unclear: [] } });
    });
  }

  /** Saves what all threads that have tasks are seen doing, the busiest first: the process is to be ended. */
  async lookAtAll(fate: TaskFate): Promise<void> {
    const busy = this.#options.pool.stats.filter(({ inFlight }) => inFlight > 0);
    for (const { thread } of busy.toSorted((a, b) => b.loop - a.loop)) {
      const seen = await this.#look(thread);
      await this.#keepEvidence(thread, seen.taskId ?? null, { reason: REASON_OF_FATE[fate], seen });
    }
  }

  /** One ending of a thread at a time. The work is called off when it comes to nothing, or fails. */
  async #once(
    thread: number,
    work: (ending: Ending) => Promise<boolean | undefined>,
  ): Promise<boolean | undefined> {
    const done = Promise.withResolvers<boolean | undefined>();
    const ending = { blame: undefined, done: done.promise, givenBack: Promise.withResolvers<void>() };
    this.#endings.set(thread, ending);
    let isEnded: boolean | undefined;
    try {
      isEnded = await work(ending);
      return isEnded;
    } finally {
      if (isEnded === undefined && this.#endings.get(thread) === ending) this.#endings.delete(thread);
      done.resolve(isEnded);
    }
  }

  #cancelTasksOf(thread: number, reason: CancelReason): readonly number[] {
    const taskIds = this.#options.pool.tasksOf(thread) ?? [];
    for (const taskId of taskIds) this.#options.deadlines.cancel(taskId, reason);
    return taskIds;
  }

  async #end(ending: Ending, { thread, taskIds, blame }: Ended): Promise<boolean> {
    const { givenBack } = ending;
    ending.blame = blame;
    this.#rememberPlaces(blame.blamed);
    if (await this.#options.pool.endWorker(thread, STOP_WITHIN_MS)) {
      const timer = setTimeout(givenBack.resolve, GIVEN_BACK_WITHIN_MS);
      await givenBack.promise;
      clearTimeout(timer);
      return true;
    }
    this.#isCondemned = true;
    const { isInSupervisor = false } = this.#options;
    if (isInSupervisor) await this.#keepThatItStays(thread, blame.blamed);
    await this.#giveUp(thread, taskIds, { ...blame, how: isInSupervisor ? STAYS : ENDS_WITH_PROCESS });
    void this.#endProcess();
    return false;
  }

  async #endProcess(): Promise<void> {
    const { flow, onUnstoppable } = this.#options;
    const lastTasks = Promise.withResolvers<void>();
    const timer = setTimeout(lastTasks.resolve, LAST_TASKS_WITHIN_MS);
    try {
      await Promise.race([flow.drain(), lastTasks.promise]);
      const why = 'its executor was ended because of a thread in native code';
      await this.#release([...flow.inFlight.keys()], 'returned', why);
    } catch {
      // The db cannot be told: the supervisor gives the tasks of an ended executor back.
    }
    clearTimeout(timer);
    onUnstoppable();
  }

  /** Ends what a thread is ended for, and gives the rest of its tasks back. */
  async #giveUp(
    thread: number,
    taskIds: readonly number[],
    blame: Blame & { readonly how: string },
  ): Promise<void> {
    const { deadlines } = this.#options;
    // Some may have been asked to end since the blame was found.
    const isAsked = (taskId: number): boolean => {
      const reason = deadlines.toldOf(taskId)?.reason;
      return reason !== undefined && reason !== 'timeout';
    };
    const blamed = taskIds.filter((taskId) => blame.blamed.includes(taskId) || isAsked(taskId));
    const unclear = blame.unclear.filter((taskId) => !blamed.includes(taskId));
    const others = taskIds.filter((taskId) => !blamed.includes(taskId) && !unclear.includes(taskId));
    await this.#release(others, 'returned', 'its worker thread was ended because of another task');
    const why = `its worker thread was held by one of ${unclear.length} tasks, and had to be ended`;
    await this.#release(unclear, 'died', why);
    for (const taskId of blamed) this.#endOutside(taskId, { thread, ended: blame.how });
  }

  async #release(taskIds: readonly number[], cause: Release['cause'], message: string): Promise<void> {
    if (taskIds.length === 0) return;
    const { store, flow, executorId, runId, now } = this.#options;
    const { maxDeaths } = DEFAULT_RETRY;
    await flow.commitStarts(taskIds);
    await store.release({ executorId, runId, now: now(), taskIds, cause, message, maxDeaths });
    flow.forget(taskIds);
  }

  /** Gives a try whose thread was ended the outcome that it was ended for. */
  #endOutside(taskId: number, { thread, ended }: { readonly thread: number; readonly ended: string }): void {
    const { flow, deadlines, now } = this.#options;
    const flight = flow.inFlight.get(taskId);
    const told = deadlines.toldOf(taskId);
    if (flight === undefined || told === undefined) return;
    const { reason, at } = told;
    const how = now() - at < STOP_WITHIN_MS ? ended : `it did not stop, so ${ended}`;
    const place = this.#places.get(taskId);
    this.#places.delete(taskId);
    flow.ended([endedOutside(flight, { reason, how, now: now(), place })], thread);
  }

  /** The line that a task's thread was seen in, else the step that it is in, as far as its worker has told. */
  #rememberPlaces(taskIds: readonly number[]): void {
    for (const { taskId, name } of this.#options.pool.steps) {
      if (!taskIds.includes(taskId) || this.#places.has(taskId)) continue;
      this.#places.set(taskId, stepPlace(name.split(' > ').at(-1) ?? name));
    }
  }

  #heldTask(taskId: number): HeldTask {
    const told = this.#options.deadlines.toldOf(taskId);
    return told === undefined ? { taskId } : { taskId, told };
  }

  async #look(thread: number): Promise<ThreadStack> {
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => late.resolve(undefined), LOOK_WITHIN_MS);
    const seen = await Promise.race([this.#options.stackOf(thread), late.promise]);
    clearTimeout(timer);
    return withRunningTask(seen ?? UNSEEN, this.#options.pool.runningTaskOf(thread));
  }

  /** Whoever asked for the end of a task is to know that its code goes on. */
  async #keepThatItStays(thread: number, taskIds: readonly number[]): Promise<void> {
    const { store, flow, deadlines, runId, executorId, now } = this.#options;
    for (const taskId of taskIds) {
      const number = flow.inFlight.get(taskId)?.task.try ?? null;
      const reason = deadlines.toldOf(taskId)?.reason ?? 'aborted';
      const data = { reason, state: 'native', stack: [], stays: true };
      const place = { runId, executorId, taskId, try: number, thread };
      await store.addEvidence({ ...place, verdict: 'ended', data, now: now() });
    }
  }

  async #keepEvidence(
    thread: number,
    taskId: number | null,
    { reason, seen }: { readonly reason: string; readonly seen: ThreadStack },
  ): Promise<void> {
    const { store, flow, runId, executorId, now } = this.#options;
    const number = taskId === null ? null : (flow.inFlight.get(taskId)?.task.try ?? null);
    const data = { reason, state: seen.state, stack: seen.frames.map(frameText) };
    const frame = innermostPlace(seen.frames);
    if (frame?.isYours === true && seen.taskId !== undefined) this.#places.set(seen.taskId, codePlace(frame));
    const place = { runId, executorId, taskId, try: number, thread };
    await store.addEvidence({ ...place, verdict: 'ended', data, now: now() });
  }
}
