import type { StarvedRow, StuckRow } from '../task-store.ts';
import type { Connection } from './connection.ts';
import { toStarvedRow, toStuckRow, type DbStarved, type DbStuck } from './listed-rows.ts';
import { STARVED, STUCK, STUCK_WITH_EXECUTOR } from './statements-list.ts';

/** Every task of a run that is held to be stuck, the longest stuck first. */
export function findStuck(connection: Connection, run: number): readonly StuckRow[] {
  const alone = connection.all<DbStuck>(STUCK, run);
  const known = new Set(alone.map(({ taskId }) => taskId));
  // What was found of the task itself says more than what was found of its executor.
  const others = connection.all<DbStuck>(STUCK_WITH_EXECUTOR, run).filter(({ taskId }) => !known.has(taskId));
  const found = [...alone, ...others].map(toStuckRow);
  return found.sort((a, b) => a.since - b.since || a.taskId - b.taskId);
}

/** Whether the machine has too little for the run: what the executor says that found it first. */
export function findStarved(connection: Connection, run: number): StarvedRow | null {
  const found = connection.all<DbStarved>(STARVED, run);
  return found
    .map(toStarvedRow)
    .reduce<StarvedRow | null>(
      (first, each) => (first === null || each.since < first.since ? each : first),
      null,
    );
}

/** Stuck tasks as the statements of lists take them. */
export function stuckJson(stuck: readonly StuckRow[]): string {
  return JSON.stringify(stuck.map(({ taskId, verdict }) => ({ task: taskId, verdict })));
}
