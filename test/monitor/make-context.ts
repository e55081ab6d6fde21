import { NO_ERRORS } from '../../src/monitor/history/error-history.ts';
import { NO_LATENCIES } from '../../src/monitor/history/latency-history.ts';
import {
  INITIAL_SCREEN_STATE,
  type RunFacts,
  type ScreenState,
  selectRunFacts,
} from '../../src/monitor/state/screen-state.ts';
import { EMPTY_HISTORY } from '../../src/monitor/history/throughput.ts';
import { NO_USAGE } from '../../src/monitor/history/usage-history.ts';
import type { ViewContext } from '../../src/monitor/parts/view-context.ts';
import type { Panel, ScreenView } from '../../src/monitor/parts/view-model.ts';
import type { RunSnapshot, RunState } from '../../src/store/task-store.ts';
import { makeSnapshot, NOW } from './make-snapshot.ts';

export function makeFacts(facts: Partial<RunFacts> = {}): RunFacts {
  return { ...selectRunFacts(makeSnapshot(), true), ...facts };
}

export const OWN: RunFacts = makeFacts();
export const OTHERS: RunFacts = makeFacts({ isOwner: false });
export const FINISHED: RunFacts = makeFacts({ runState: 'finished' satisfies RunState });

export function makeState(state: Partial<ScreenState> = {}): ScreenState {
  return { ...INITIAL_SCREEN_STATE, ...state };
}

/** What a view is made of, at 120x36 unless it is said. */
export function makeContext(
  snapshot: RunSnapshot = makeSnapshot(),
  context: Partial<ViewContext> & { readonly isOwner?: boolean } = {},
): ViewContext {
  const { isOwner = true, ...rest } = context;
  return {
    snapshot,
    state: INITIAL_SCREEN_STATE,
    run: selectRunFacts(snapshot, isOwner, { homeRunId: snapshot.run.runId }),
    data: {},
    history: EMPTY_HISTORY,
    usage: NO_USAGE,
    errors: NO_ERRORS,
    latencies: NO_LATENCIES,
    readError: null,
    now: NOW,
    columns: 120,
    rows: 36,
    title: 'evaltui',
    ...rest,
  };
}

export function panelOf(view: ScreenView, key: string): Panel {
  const panel = view.bands.flatMap(({ panels }) => panels).find((candidate) => candidate.key === key);
  if (panel === undefined) throw new Error(`no panel ${key}`);
  return panel;
}
