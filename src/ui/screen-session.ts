import type { ScreenIntent, ScreenName, ViewIntent } from '../monitor/state/intents.ts';
import { NO_ERRORS, rememberErrors } from '../monitor/history/error-history.ts';
import { NO_LATENCIES, rememberLatencies } from '../monitor/history/latency-history.ts';
import { intentOfKey } from '../monitor/keys/key-map.ts';
import {
  INITIAL_SCREEN_STATE,
  isHeld,
  NO_VIEW_FACTS,
  type RunFacts,
  type ScreenState,
  selectRunFacts,
} from '../monitor/state/screen-state.ts';
import type { RunSnapshot, ScreenSource } from '../monitor/screen-source.ts';
import { selectQueries, selectView } from '../monitor/views/select-view.ts';
import { reduceScreen } from '../monitor/reduce/reduce-screen.ts';
import { EMPTY_HISTORY, rememberSnapshot } from '../monitor/history/throughput.ts';
import { NO_USAGE, rememberUsage } from '../monitor/history/usage-history.ts';
import type { ViewContext } from '../monitor/parts/view-context.ts';
import { startPace } from './pace.ts';
import { startViewReader } from './view-reader.ts';

/** All that one frame is made of. */
export interface ScreenFrame {
  readonly state: ScreenState;
  readonly run: RunFacts;
  /** What the view is made of; null until the run is read for the first time. */
  readonly context: ViewContext | null;
  /** Why the run cannot be read, while it cannot. */
  readonly readError: string | null;
  /** What was thrown when no view could be made of what was read: nothing can be drawn any more. */
  readonly failure: { readonly thrown: unknown } | null;
}

/** What the screen lives by, apart from drawing: it reads, keeps state, and tells when a frame is due. */
export interface ScreenSession extends Disposable {
  readonly frame: () => ScreenFrame;
  /** Returns how to unsubscribe. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly press: (key: string) => void;
  readonly dispatch: (intent: ViewIntent) => void;
}

/** How often the source is asked whether it changed, ms, when data may be drawn. */
const POLL_MS = 25;
/** How often clocks move when nothing else does, ms. */
const CLOCK_MS = 500;
/** How often it is asked whether somebody supervises the run, ms. */
const SUPERVISED_MS = 1_000;

export interface SessionOptions {
  readonly source: ScreenSource;
  /** Told what is asked of which run. */
  readonly act: (intent: ScreenIntent, runId: string | null) => void;
  readonly isOwner: boolean;
  /** The view to begin with. Default: the dashboard. */
  readonly screen?: ScreenName;
  readonly stdout: Pick<NodeJS.WriteStream, 'columns' | 'rows'>;
  readonly title: string;
  /** ms UTC */
  readonly now: () => number;
}

export function startScreenSession(options: SessionOptions): ScreenSession {
  const { source, act, isOwner, now, stdout, title } = options;
  const listeners = new Set<() => void>();
  let state: ScreenState = { ...INITIAL_SCREEN_STATE, screen: options.screen ?? 'dashboard' };
  let snapshot: RunSnapshot | null = null;
  /** What a frozen display is made of. */
  let held: ViewContext | null = null;
  let homeRunId: string | null = null;
  let history = EMPTY_HISTORY;
  let usage = NO_USAGE;
  let errors = NO_ERRORS;
  let latencies = NO_LATENCIES;
  let readError: string | null = null;
  let readVersion: number | null = null;
  let isReading = false;
  let actToldAt = 0;
  let isLost = false;
  let supervisedAt = Number.NEGATIVE_INFINITY;
  const views = startViewReader(source, (part) => {
    const groups = views.data().errors?.value;
    if (part === 'errors' && groups !== undefined) errors = rememberErrors(errors, groups, now());
    if (part === 'acts') forgetNote();
    attempt(settle);
  });
  const pace = startPace(() => performance.now());
  let failure: ScreenFrame['failure'] = null;
  let frame = makeFrame();

  /** A view that cannot be made is no reason to end the process: it may be the run's. */
  function attempt(work: () => void): void {
    if (failure !== null) return;
    try {
      work();
    } catch (thrown) {
      failure = { thrown };
      frame = { ...frame, failure };
      for (const listener of listeners) listener();
    }
  }

  /** What was carried out is told by what came of it, not by what was asked. */
  function forgetNote(): void {
    const newest = views.data().acts?.value[0];
    const told = newest === undefined ? 0 : (newest.finishedAt ?? 0);
    if (told > actToldAt && state.input === null) state = { ...state, note: null };
    actToldAt = Math.max(actToldAt, told);
  }

  function facts(): RunFacts {
    const rows = views.data().tasks?.value.rows ?? [];
    const groups = [...new Set(rows.flatMap(({ group }) => (group === null ? [] : [group])))];
    return selectRunFacts(snapshot, isOwner, { homeRunId, groups, isLost });
  }

  function makeFrame(): ScreenFrame {
    const run = facts();
    const error = readError ?? views.error();
    if (snapshot === null) return { state, run, context: null, readError: error, failure };
    const { columns, rows } = stdout;
    const shown = { state, run, data: views.data(), readError: error, columns, rows, title };
    if (held !== null) return { state, run, context: { ...held, ...shown }, readError: error, failure };
    const context = { ...shown, snapshot, history, usage, errors, latencies, now: now() };
    return { state, run, context, readError: error, failure };
  }

  function publish(): void {
    frame = makeFrame();
    for (const listener of listeners) listener();
  }

  async function read(version: number): Promise<void> {
    isReading = true;
    const { runId } = state;
    try {
      const next = await source.read(runId);
      // Meanwhile another run may have been opened, which is read next.
      if (runId === state.runId) {
        remember(next);
        readVersion = version;
        readError = null;
      }
    } catch (thrown) {
      readError = thrown instanceof Error ? thrown.message : String(thrown);
    } finally {
      isReading = false;
    }
    if (readError !== null && runId !== null && snapshot === null) {
      // A run that cannot be opened: back to the one that can.
      const note = readError;
      readError = null;
      attempt(() => dispatch({ kind: 'open-run', runId: null }));
      attempt(() => dispatch({ kind: 'note', text: note }));
    }
    attempt(settle);
  }

  function remember(next: RunSnapshot): void {
    snapshot = next;
    if (state.runId === null) homeRunId = next.run.runId;
    history = rememberSnapshot(history, next, now());
    usage = rememberUsage(usage, next, now());
    latencies = rememberLatencies(latencies, next);
  }

  /** After new data: what is selected is found again. */
  function settle(): void {
    const begunAt = performance.now();
    reduce({ kind: 'settle' });
    ask();
    publish();
    // By then the frame is drawn.
    setImmediate(() => pace.drew(begunAt));
  }

  function ask(): void {
    const { context } = makeFrame();
    // A frozen display reads only what it has never read.
    if (context !== null) views.want(selectQueries(context), held === null ? readVersion : null);
  }

  function poll(): void {
    if (pace.isResting()) return;
    pace.drew(performance.now());
    let version: number;
    try {
      version = source.version();
    } catch (thrown) {
      readError = thrown instanceof Error ? thrown.message : String(thrown);
      publish();
      return;
    }
    if (!isReading && version !== readVersion) void read(version);
    else ask();
    lookForSupervisor();
    const shown = frame.context?.now ?? 0;
    const isClockRunning = held === null && snapshot?.run.state !== 'finished';
    if (isClockRunning && now() - shown >= CLOCK_MS) publish();
  }

  function lookForSupervisor(): void {
    if (snapshot === null || performance.now() - supervisedAt < SUPERVISED_MS) return;
    supervisedAt = performance.now();
    const { run } = snapshot;
    const wasLost = isLost;
    isLost = run.state !== 'finished' && !source.isSupervised(run);
    if (isLost !== wasLost) settle();
  }

  function reduce(intent: ViewIntent): void {
    const { context } = makeFrame();
    const view = context === null ? NO_VIEW_FACTS : selectView(context).facts;
    const { runId } = state;
    const step = reduceScreen(state, intent, facts(), view);
    state = step.state;
    if (isHeld(state)) held ??= context;
    else held = null;
    if (state.runId !== runId) leaveRun();
    for (const request of step.requests) act(request, runId === null ? null : (snapshot?.run.runId ?? runId));
  }

  /** Nothing of one run is shown as if it were of another. */
  function leaveRun(): void {
    snapshot = null;
    isLost = false;
    supervisedAt = Number.NEGATIVE_INFINITY;
    held = null;
    readVersion = null;
    history = EMPTY_HISTORY;
    usage = NO_USAGE;
    errors = NO_ERRORS;
    latencies = NO_LATENCIES;
    views.forget();
  }

  function dispatch(intent: ViewIntent): void {
    reduce(intent);
    ask();
    publish();
    if (readVersion === null) poll();
  }

  const timer = setInterval(() => attempt(poll), POLL_MS);
  attempt(poll);
  return {
    frame: () => frame,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    press: (key) =>
      attempt(() => {
        const intent = intentOfKey(key, state, facts());
        if (intent === undefined) return;
        // What was told is read by now.
        if (state.note !== null && state.input === null) state = { ...state, note: null };
        dispatch(intent);
      }),
    dispatch: (intent) => attempt(() => dispatch(intent)),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
