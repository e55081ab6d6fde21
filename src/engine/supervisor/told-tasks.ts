import type { TaskFate } from '../../core/task-fate.ts';
import type { TaskStore } from '../../store/task-store.ts';

interface Told {
  readonly executorId: string | null;
  readonly try: number;
  readonly fate: TaskFate;
}

/**
 * Tasks that their executor was told to end, and what is to become of them: should the executor die before it has
 * done so, they are still ended as they were meant to be.
 */
export class ToldTasks {
  readonly #store: TaskStore;
  readonly #runId: string;
  readonly #told = new Map<number, Told>();

  constructor(store: TaskStore, runId: string) {
    this.#store = store;
    this.#runId = runId;
  }

  add(taskId: number, told: Told): void {
    this.#told.set(taskId, told);
  }

  /** Tasks are tried from the beginning: what they were told before is over. Absent: all. */
  forget(taskId?: number): void {
    if (taskId === undefined) this.#told.clear();
    else this.#told.delete(taskId);
  }

  /** Ends those that the executor still holds. Call it when the executor is dead, before its tasks are released. */
  async settle(executorId: string, now: number): Promise<void> {
    for (const [taskId, told] of this.#told) {
      if (told.executorId !== executorId) continue;
      this.#told.delete(taskId);
      const task = await this.#store.readTask(this.#runId, taskId);
      if (task?.executorId !== executorId || task.try !== told.try) continue;
      const message = 'it was told to end, and its executor ended';
      const how = { cause: 'returned', fate: told.fate, message, maxDeaths: Infinity } as const;
      await this.#store.release({ executorId, runId: this.#runId, now, taskIds: [taskId], ...how });
    }
  }
}
