import type { RunRow, RunSnapshot } from '../store/task-store.ts';
import type { ViewAnswer, ViewQuery } from './state/view-query.ts';

export type { RunSnapshot };

/** Where a screen reads from. */
export interface ScreenSource {
  /** Changes whenever anything that is read may have changed; must be cheap. */
  version(): number;
  /** A run by its id, or the beginning of it; null: the one that the screen was opened for. */
  read(runId: string | null): Promise<RunSnapshot>;
  /** Whether the process that supervises the run lives; must be cheap. Nothing in the db changes when it dies. */
  isSupervised(run: RunRow): boolean;
  /** What a view shows beside the snapshot. */
  readView(query: ViewQuery): Promise<ViewAnswer>;
}
