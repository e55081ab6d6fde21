import { frameText, type ThreadStack } from '../core/inspection.ts';
import { loopStands, type Verdict } from '../core/verdict.ts';
import type { NewEvidence, StepRow } from '../store/task-store.ts';

/** A worker as the watch sees it. */
export interface WatchedWorker {
  readonly thread: number;
  readonly loop: number;
  readonly heardAt: number;
  readonly taskIds: readonly number[];
}

export interface StuckWatchOptions {
  readonly runId: string;
  readonly executorId: string;
  readonly stuckAfterMs: number;
  readonly now: () => number;
  readonly stackOf: (thread: number) => Promise<ThreadStack>;
  /** The try that a task is in; null when it has just ended. */
  readonly tryOf: (taskId: number) => number | null;
  readonly save: (evidence: NewEvidence) => Promise<void>;
}

/**
 * Finds what is stuck and saves the evidence, once for each time that it stands: workers whose event loop stands
 * still, with the stack they stand in, and steps that are older than `--stuck-after`. What stood in a thread that
 * moves again is told to have recovered.
 */
export class StuckWatch {
  readonly #options: StuckWatchOptions;
  readonly #loopUse = new Map<number, readonly number[]>();
  /** Of each thread that stands, its tasks, and whether there is evidence of them. */
  readonly #standing = new Map<number, Map<number, boolean>>();
  #awaited: ReadonlySet<string> = new Set();

  constructor(options: StuckWatchOptions) {
    this.#options = options;
  }

  /** Call it once a second. */
  async look(workers: readonly WatchedWorker[], steps: readonly StepRow[]): Promise<void> {
    const now = this.#options.now();
    for (const worker of workers) {
      const loopUse = [...(this.#loopUse.get(worker.thread) ?? []), worker.loop].slice(-2);
      this.#loopUse.set(worker.thread, loopUse);
      const silentMs = now - worker.heardAt;
      if (worker.taskIds.length === 0 || !loopStands({ loopUse, silentMs })) await this.#workerMoves(worker);
      else await this.#workerStands(worker, silentMs, steps);
    }
    await this.#lookAtSteps(steps, now);
  }

  async #workerMoves(worker: WatchedWorker): Promise<void> {
    const stood = this.#standing.get(worker.thread);
    this.#standing.delete(worker.thread);
    for (const [taskId, isTold] of stood ?? []) {
      if (!isTold || !worker.taskIds.includes(taskId)) continue;
      await this.#save('recovered', { taskId, thread: worker.thread }, {});
    }
  }

  async #workerStands(worker: WatchedWorker, silentMs: number, steps: readonly StepRow[]): Promise<void> {
    const known = this.#standing.get(worker.thread) ?? new Map<number, boolean>();
    this.#standing.set(worker.thread, known);
    const taskIds = worker.taskIds.filter((taskId) => !known.has(taskId));
    if (taskIds.length === 0) return;
    const stack = await this.#options.stackOf(worker.thread);
    // It went back to its event loop while we looked.
    if (stack.state === 'idle') return;
    const isKnown = taskIds.some((taskId) => taskId === stack.taskId);
    const verdict = stack.state === 'native' ? 'native' : 'cpu-bound';
    for (const taskId of taskIds) {
      // The neighbours wait for the one whose code it stands in.
      const isToldOf = !isKnown || taskId === stack.taskId;
      known.set(taskId, isToldOf);
      if (!isToldOf) continue;
      const step = steps.find((each) => each.taskId === taskId);
      await this.#save(
        verdict,
        { taskId, thread: worker.thread },
        {
          silentMs,
          loop: worker.loop,
          stack: stack.frames.map(frameText),
          ...(step === undefined ? {} : { step: step.name }),
          tasksOfThread: worker.taskIds.length,
        },
      );
    }
  }

  async #lookAtSteps(steps: readonly StepRow[], now: number): Promise<void> {
    const known = this.#awaited;
    const old = steps.filter((step) => now - step.startedAt >= this.#options.stuckAfterMs);
    this.#awaited = new Set(old.map(keyOf));
    for (const step of old) {
      if (known.has(keyOf(step))) continue;
      const data = { ageMs: now - step.startedAt, step: step.name };
      await this.#save('awaiting', { taskId: step.taskId, thread: null }, data);
    }
  }

  #save(
    verdict: Verdict,
    where: { readonly taskId: number; readonly thread: number | null },
    data: NewEvidence['data'],
  ): Promise<void> {
    const { runId, executorId, now, save, tryOf } = this.#options;
    return save({ runId, executorId, ...where, try: tryOf(where.taskId), verdict, data, now: now() });
  }
}

function keyOf({ taskId, try: number, name, startedAt }: StepRow): string {
  return `${taskId}:${number}:${name}:${startedAt}`;
}
