import type { CancelReason } from '../messages.ts';

const CHECK_EVERY_MS = 250;
/** A check that comes later than this was kept from coming: the machine slept, or had no time for anything. */
const AWAKE_WITHIN_MS = 2000;
/** How long a try that was told to stop may take, before its thread is ended. */
export const STOP_WITHIN_MS = 2000;

export interface DeadlinesOptions {
  readonly taskTimeoutMs: number;
  readonly now: () => number;
  readonly inFlight: () => ReadonlyMap<number, { readonly startedAt: number }>;
  /** Tells the try to stop. */
  readonly cancel: (taskId: number, reason: CancelReason) => void;
  /**
   * The try was told and did not stop: its thread is to be ended. Asked with each check for as long as the try is in
   * flight, since the thread may have been looked at for another one that then stopped by itself.
   */
  readonly endWorkerOf: (taskId: number) => void;
}

interface Told {
  readonly taskId: number;
  readonly reason: CancelReason;
  readonly at: number;
}

/**
 * Watches how long tries run, from the main thread, so that a worker that never looks at its messages is
 * noticed too: first the try is told to stop, then its thread is ended. Time in which this process did not run (a
 * closed laptop, SIGSTOP) does not count.
 */
export class Deadlines {
  readonly #options: DeadlinesOptions;
  /** By flight, not by task: the next try of a task may be in flight before the last one is forgotten here. */
  readonly #told = new Map<object, Told>();
  readonly #timer: NodeJS.Timeout;
  #checkedAt: number;
  /** All the time in which this process did not run, ms. */
  #awayMs = 0;
  /** What of it had passed when each try was first seen. */
  readonly #awayBefore = new WeakMap<object, number>();

  constructor(options: DeadlinesOptions) {
    this.#options = options;
    this.#checkedAt = options.now();
    this.#timer = setInterval(() => this.#check(), CHECK_EVERY_MS);
  }

  /** Tells one try to stop; the first reason stands. Nothing happens when it is not in flight. */
  cancel(taskId: number, reason: CancelReason): void {
    const { inFlight, now, cancel } = this.#options;
    const flight = inFlight().get(taskId);
    if (flight === undefined || this.#told.has(flight)) return;
    this.#told.set(flight, { taskId, reason, at: now() });
    cancel(taskId, reason);
  }

  cancelAll(reason: CancelReason): void {
    for (const taskId of this.#options.inFlight().keys()) this.cancel(taskId, reason);
  }

  /** When and why the try of a task that is in flight was told to stop, if it was. */
  toldOf(taskId: number): { readonly at: number; readonly reason: CancelReason } | undefined {
    const flight = this.#options.inFlight().get(taskId);
    return flight === undefined ? undefined : this.#told.get(flight);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #countAway(now: number): void {
    const sinceMs = now - this.#checkedAt;
    this.#checkedAt = now;
    if (sinceMs > AWAKE_WITHIN_MS) this.#awayMs += sinceMs - CHECK_EVERY_MS;
  }

  #check(): void {
    const { inFlight, taskTimeoutMs, now } = this.#options;
    const flights = inFlight();
    this.#countAway(now());
    for (const [taskId, flight] of flights) {
      const awayBefore = this.#awayBefore.get(flight) ?? this.#awayMs;
      this.#awayBefore.set(flight, awayBefore);
      const ranMs = now() - flight.startedAt - (this.#awayMs - awayBefore);
      if (ranMs > taskTimeoutMs) this.cancel(taskId, 'timeout');
    }
    for (const [flight, told] of this.#told) {
      if (flights.get(told.taskId) !== flight) this.#told.delete(flight);
      else if (now() - told.at > STOP_WITHIN_MS) this.#options.endWorkerOf(told.taskId);
    }
  }
}
