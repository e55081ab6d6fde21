import { formatDuration } from '../../core/duration.ts';
import { StepTimes, type StepLimit } from '../../core/step-times.ts';
import type { StepRow } from '../../store/task-store.ts';
import type { Found } from './thread-watch.ts';
import type { StepDurations } from '../step-chain.ts';

/** What bears on the steps of a look. */
export interface StepLook {
  readonly now: number;
  /** Since when this process was there to see what happens, ms UTC. */
  readonly awakeSince: number;
  /** On a starved machine what is usual does not count. */
  readonly isStarved: boolean;
  /** Whether the task's thread stands: then it is the thread that is stuck, and not the step. */
  readonly standsWithThread: (taskId: number) => boolean;
}

/**
 * Finds tries in which nothing has happened for too long while their threads turn: no step began or ended, no event
 * was recorded. Too long is `--stuck-after`, or far longer than steps of the kind take.
 */
export class StepWatch {
  readonly #stuckAfterMs: number;
  readonly #times = new StepTimes();
  /** Of the tries that were told of, when something happened in them last. */
  readonly #told = new Map<number, { readonly try: number; readonly progressAt: number }>();

  constructor(stuckAfterMs: number) {
    this.#stuckAfterMs = stuckAfterMs;
  }

  learn(durations: StepDurations): void {
    for (const { name, times } of durations) this.#times.add(name, times);
  }

  look(steps: readonly StepRow[], look: StepLook): readonly Found[] {
    const inFlight = new Set(steps.map(({ taskId }) => taskId));
    for (const taskId of this.#told.keys()) if (!inFlight.has(taskId)) this.#told.delete(taskId);
    return steps.flatMap((step) => this.#lookAt(step, look));
  }

  #lookAt(step: StepRow, look: StepLook): readonly Found[] {
    const { taskId } = step;
    const progressAt = Math.max(step.startedAt, step.progressAt ?? 0);
    const told = this.#told.get(taskId);
    if (told !== undefined) {
      if (told.try === step.try && told.progressAt >= progressAt) return [];
      this.#told.delete(taskId);
      return told.try === step.try ? [{ verdict: 'recovered', taskId, thread: null, data: {} }] : [];
    }
    const seenIdleMs = look.now - Math.max(progressAt, look.awakeSince);
    const limit = this.#limitOf(step, look);
    if (seenIdleMs < limit.limitMs || look.standsWithThread(taskId)) return [];
    this.#told.set(taskId, { try: step.try, progressAt });
    const idleMs = look.now - progressAt;
    const data = {
      idleMs,
      ageMs: look.now - step.startedAt,
      step: step.name,
      limitMs: limit.limitMs,
      reasons: reasonsOf(idleMs, limit),
    };
    return [{ verdict: 'awaiting', taskId, thread: null, data }];
  }

  #limitOf({ name }: StepRow, { isStarved }: StepLook): StepLimit {
    const limitMs = this.#stuckAfterMs;
    return isStarved ? { limitMs } : this.#times.limitOf(name.split(' > ').at(-1) ?? name, limitMs);
  }
}

function reasonsOf(idleMs: number, { limitMs, usualMs }: StepLimit): string[] {
  return [
    `nothing has happened in it for ${formatDuration(idleMs)}, while its thread turns`,
    usualMs === undefined
      ? `--stuck-after is ${formatDuration(limitMs)}`
      : `95 % of such steps end within ${formatDuration(usualMs)}`,
  ];
}
