import { codePlace, stepPlace } from '../core/error-place.ts';
import { frameText, type StackOf, type ThreadStack } from '../core/inspection.ts';
import { DEFAULT_RETRY } from '../core/retry.ts';
import { innermostPlace } from '../core/stack-progress.ts';
import type { TaskFate } from '../core/task-fate.ts';
import type { Release, TaskStore } from '../store/task-store.ts';
import { blameTasks, type Blame, type HeldTask } from './blame.ts';
import { STOP_WITHIN_MS, type Deadlines } from './deadlines.ts';
import { endedOutside, REASON_OF_FATE } from './messages.ts';
import { withRunningTask } from './running-step.ts';
import type { TaskFlow } from './task-flow.ts';
import type { WorkerDeath, WorkerPool } from './worker-pool.ts';

/** What the other threads get to finish, when one can only be ended with the process. */
const LAST_TASKS_WITHIN_MS = 10_000;
/** A look that takes longer (at native code, or by a guard that is gone) is not waited for. */
const LOOK_WITHIN_MS = 1500;
/** A pool that is being torn down does not tell of its threads any more. */
const GIVEN_BACK_WITHIN_MS = 1000;
const UNSEEN: ThreadStack = Object.freeze({ state: 'native', frames: [] });

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
  /** Threads that are being ended, and what for. */
  readonly #endings = new Map<number, Blame | undefined>();
  /** Those who wait for the tasks of an ended thread to be given back. */
  readonly #givenBack = new Map<number, () => void>();
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
    const blame = this.#endings.get(thread);
    this.#endings.delete(thread);
    if (blame === undefined) await this.#release(taskIds, 'died', `its worker thread ended: ${message}`);
    else await this.#giveUp(thread, taskIds, { ...blame, how: 'its thread was ended' });
    this.#givenBack.get(thread)?.();
    this.#givenBack.delete(thread);
  }

  /** Ends the thread of a task that was told to stop and did not. */
  async endWorkerOf(taskId: number): Promise<void> {
    const { pool, deadlines } = this.#options;
    const place = pool.placeOf(taskId);
    if (place === undefined || this.#endings.has(place.thread)) return;
    const { thread, heardAt } = place;
    this.#endings.set(thread, undefined);
    const told = deadlines.toldOf(taskId);
    const seen = await this.#look(thread);
    const taskIds = pool.placeOf(taskId)?.taskIds ?? [];
    // It stopped while we looked.
    if (!taskIds.includes(taskId)) return void this.#endings.delete(thread);
    const hadItsChance = told === undefined || told.at < heardAt;
    const blame = blameTasks(
      taskIds.map((each) => this.#heldTask(each)),
      heardAt,
      hadItsChance ? undefined : seen,
    );
    await this.#keepEvidence(thread, taskId, { reason: told?.reason ?? 'aborted', seen });
    await this.#end(thread, taskIds, blame);
  }

  /**
   * Ends a thread at once, since somebody asked for it.
   * @returns whether it is gone; false: it stands in native code and goes with the process. Undefined: there is no
   * such worker.
   */
  async endWorker(thread: number, fate: TaskFate): Promise<boolean | undefined> {
    const { pool, deadlines } = this.#options;
    if (pool.tasksOf(thread) === undefined) return undefined;
    const isEnding = this.#endings.has(thread);
    this.#endings.set(thread, this.#endings.get(thread));
    const reason = REASON_OF_FATE[fate];
    if (!isEnding) {
      const seen = await this.#look(thread);
      await this.#keepEvidence(thread, seen.taskId ?? null, { reason, seen });
    }
    const taskIds = pool.tasksOf(thread) ?? [];
    for (const taskId of taskIds) deadlines.cancel(taskId, reason);
    // The one who ends it already goes on with it, and with what its tasks are told now.
    if (isEnding) return true;
    const givenBack = Promise.withResolvers<void>();
    this.#givenBack.set(thread, givenBack.resolve);
    const isEnded = await this.#end(thread, taskIds, { blamed: taskIds, unclear: [] });
    const timer = setTimeout(givenBack.resolve, GIVEN_BACK_WITHIN_MS);
    if (isEnded) await givenBack.promise;
    clearTimeout(timer);
    return isEnded;
  }

  /** Saves what all threads that have tasks are seen doing, the busiest first: the process is to be ended. */
  async lookAtAll(fate: TaskFate): Promise<void> {
    const busy = this.#options.pool.stats.filter(({ inFlight }) => inFlight > 0);
    for (const { thread } of busy.toSorted((a, b) => b.loop - a.loop)) {
      const seen = await this.#look(thread);
      await this.#keepEvidence(thread, seen.taskId ?? null, { reason: REASON_OF_FATE[fate], seen });
    }
  }

  async #end(thread: number, taskIds: readonly number[], blame: Blame): Promise<boolean> {
    this.#endings.set(thread, blame);
    this.#rememberPlaces(blame.blamed);
    if (await this.#options.pool.endWorker(thread, STOP_WITHIN_MS)) return true;
    this.#isCondemned = true;
    const how = 'its process is ended, since it is in native code';
    await this.#giveUp(thread, taskIds, { ...blame, how });
    void this.#endProcess();
    return false;
  }

  async #endProcess(): Promise<void> {
    const { flow, onUnstoppable } = this.#options;
    const lastTasks = Promise.withResolvers<void>();
    const timer = setTimeout(lastTasks.resolve, LAST_TASKS_WITHIN_MS);
    await Promise.race([flow.drain(), lastTasks.promise]);
    clearTimeout(timer);
    try {
      const why = 'its executor was ended because of a thread in native code';
      await this.#release([...flow.inFlight.keys()], 'returned', why);
    } catch {
      // The db cannot be told: the supervisor gives the tasks of an ended executor back.
    }
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
