import type { RunSnapshot } from '../../store/task-store.ts';
import type { ErrorHistory } from '../history/error-history.ts';
import type { LatencyHistory } from '../history/latency-history.ts';
import type { RunFacts, ScreenState } from '../state/screen-state.ts';
import type { ProgressHistory } from '../history/throughput.ts';
import type { UsageHistory } from '../history/usage-history.ts';
import type { ViewData } from '../state/view-query.ts';

/** All that a view is made of. */
export interface ViewContext {
  readonly snapshot: RunSnapshot;
  readonly state: ScreenState;
  readonly run: RunFacts;
  readonly data: ViewData;
  readonly history: ProgressHistory;
  readonly usage: UsageHistory;
  readonly errors: ErrorHistory;
  readonly latencies: LatencyHistory;
  /** Why something cannot be read, while it cannot. */
  readonly readError: string | null;
  /** ms UTC */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  /** What stands first in the header: the program's name. */
  readonly title: string;
}
