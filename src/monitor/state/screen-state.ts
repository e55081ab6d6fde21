import type { Counts, RunSnapshot, RunState } from '../../store/task-store.ts';
import type { StopStage } from '../../core/stop-stage.ts';
import type { ScreenIntent, ScreenName, ViewIntent } from './intents.ts';
import type { EndDialog } from './end-choice.ts';
import { type Look, NO_LOOKS, type Looks } from './live-look.ts';
import { INITIAL_LIST, type Listing, type ListState } from './list-state.ts';
import { INITIAL_SCROLL, type ScrolledText, type ScrollState } from './scroll-state.ts';
import type { FilterNames } from './task-filter.ts';
import type { TextInput } from './text-input.ts';

/** A question that stands. What a yes does is fixed when it is asked, whatever moves meanwhile. */
export type Dialog =
  /** `top`: the first line that is shown. */
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'confirm-stop'; readonly stage: StopStage }
  | EndDialog
  | { readonly kind: 'confirm-look'; readonly label: string; readonly look: Look }
  | {
      readonly kind: 'confirm-acts';
      readonly title: string;
      readonly lines: readonly string[];
      readonly acts: readonly ScreenIntent[];
    };

/** What one view remembers while others are looked at. */
export interface ViewState {
  readonly list: ListState;
  readonly filter: string;
  /** Whether keys go to the detail of what is selected, which fills the screen where that is narrow. */
  readonly isInDetail: boolean;
  readonly scroll: ScrollState;
}

const INITIAL_VIEW: ViewState = Object.freeze({
  list: INITIAL_LIST,
  filter: '',
  isInDetail: false,
  scroll: INITIAL_SCROLL,
});

export const INITIAL_VIEWS: Readonly<Record<ScreenName, ViewState>> = Object.freeze({
  dashboard: INITIAL_VIEW,
  tasks: INITIAL_VIEW,
  executors: INITIAL_VIEW,
  stuck: INITIAL_VIEW,
  history: INITIAL_VIEW,
  errors: INITIAL_VIEW,
  acts: INITIAL_VIEW,
  strays: INITIAL_VIEW,
});

/** All that a screen remembers beside the snapshot, the data of its views and their history. */
export interface ScreenState {
  readonly screen: ScreenName;
  /** The run that is looked at; null: the one that the screen was opened for. */
  readonly runId: string | null;
  readonly views: Readonly<Record<ScreenName, ViewState>>;
  readonly input: TextInput | null;
  /** Lines that were given, newest last. */
  readonly commands: readonly string[];
  readonly filters: readonly string[];
  readonly dialog: Dialog | null;
  readonly looks: Looks;
  readonly isFrozen: boolean;
  /** The furthest stage of stopping that was asked for on this screen. */
  readonly stopStage: StopStage | null;
  /** The limit that was asked for and is not in force yet. */
  readonly wantedLimit: number | null;
  readonly note: string | null;
  /** How often the whole screen was asked to be drawn anew. */
  readonly repaints: number;
  /** How often the terminal was asked to be handed back to the shell. */
  readonly suspensions: number;
  readonly hasLeft: boolean;
}

export const INITIAL_SCREEN_STATE: ScreenState = Object.freeze({
  screen: 'dashboard',
  runId: null,
  views: INITIAL_VIEWS,
  input: null,
  commands: [],
  filters: [],
  dialog: null,
  looks: NO_LOOKS,
  isFrozen: false,
  stopStage: null,
  wantedLimit: null,
  note: null,
  repaints: 0,
  suspensions: 0,
  hasLeft: false,
});

/** What the key map and the reducer may know of the run. */
export interface RunFacts {
  /** Whether this screen is of the process that runs the run it was opened for: leaving it stops that run. */
  readonly isOwner: boolean;
  /** Of the run that is looked at; null until its first snapshot is read. */
  readonly runState: RunState | null;
  /** Of the run that the screen was opened for; null until its first snapshot is read. */
  readonly homeRunId: string | null;
  /** Whether the process that supervised it is gone: it neither goes on nor takes a command. */
  readonly isLost: boolean;
  readonly isPaused: boolean;
  readonly concurrency: number;
  readonly counts: Counts;
  readonly names: FilterNames;
}

const NO_COUNTS: Counts = Object.freeze({ queued: 0, running: 0, done: 0, errored: 0, cancelled: 0 });

export function selectRunFacts(
  snapshot: RunSnapshot | null,
  isOwner: boolean,
  more: {
    readonly homeRunId?: string | null;
    readonly groups?: readonly string[];
    readonly isLost?: boolean;
  } = {},
): RunFacts {
  return {
    isOwner,
    runState: snapshot?.run.state ?? null,
    homeRunId: more.homeRunId ?? null,
    isLost: more.isLost ?? false,
    isPaused: snapshot?.run.paused ?? false,
    concurrency: snapshot?.run.concurrency ?? 0,
    counts: snapshot?.counts ?? NO_COUNTS,
    names: { evals: snapshot?.run.evals.map(({ name }) => name) ?? [], groups: more.groups ?? [] },
  };
}

/** Why nothing can be asked of the run any more, or null. */
export function whyOver({ runState, isLost }: RunFacts): string | null {
  if (runState === 'finished') return 'the run is finished';
  return isLost ? 'no process supervises the run any more; `evaltui resume` goes on with it' : null;
}

/** What the view that is shown says of itself. */
export interface ViewFacts {
  /** Its list, when it has one. */
  readonly listing: Listing | null;
  /** The text of its detail, when it has one. */
  readonly text: ScrolledText | null;
  /** What is copied of what it shows. Absent: that text. */
  readonly copy?: { readonly what: string; readonly text: string };
}

export const NO_VIEW_FACTS: ViewFacts = Object.freeze({ listing: null, text: null });

/** Whether the lists stand still: on demand, and while a question stands about what is in them. */
export function isHeld({ isFrozen, dialog }: ScreenState): boolean {
  return isFrozen || dialog?.kind === 'end' || dialog?.kind === 'confirm-acts';
}

/** What became of an intent. */
export interface ScreenStep {
  readonly state: ScreenState;
  /** What is to be asked of the process that shows the screen, in order. */
  readonly requests: readonly ScreenIntent[];
  /** What is to be done after it, by the same reducer. */
  readonly next?: ViewIntent;
}

export function change(state: ScreenState, changes: Partial<ScreenState>): ScreenStep {
  return { state: { ...state, ...changes }, requests: [] };
}

/** The view that is shown. */
export function currentView(state: ScreenState): ViewState {
  return state.views[state.screen];
}

export function changeView(state: ScreenState, changes: Partial<ViewState>): ScreenState {
  const view = { ...currentView(state), ...changes };
  return { ...state, views: { ...state.views, [state.screen]: view } };
}

/** Where keys go that move: to the list, or to the text beside it. */
export function isInText(state: ScreenState, facts: ViewFacts): boolean {
  return facts.text !== null && (facts.listing === null || currentView(state).isInDetail);
}
