import type { ViewIntent } from '../state/intents.ts';
import { selectHelp, VIEW_TABS } from '../keys/key-map.ts';
import {
  askCancel,
  askRetryErrored,
  askWriteReport,
  confirmActs,
  copy,
  limitBy,
  limitTo,
  retry,
  togglePause,
} from './reduce-acts.ts';
import { askEnd, confirmEnd, turnEnd } from './reduce-end.ts';
import { reduceInput } from './reduce-input.ts';
import { goBack, open, openRun, reduceList } from './reduce-list.ts';
import { askAwaits, askLook, confirmLook } from './reduce-look.ts';
import { askStop, confirmStop, interrupt, quit } from './reduce-stop.ts';
import {
  change,
  NO_VIEW_FACTS,
  type RunFacts,
  type ScreenState,
  type ScreenStep,
  type ViewFacts,
} from '../state/screen-state.ts';

/** The one place where a screen's state changes. */
export function reduceScreen(
  state: ScreenState,
  intent: ViewIntent,
  run: RunFacts,
  view: ViewFacts = NO_VIEW_FACTS,
): ScreenStep {
  const step = reduceOne(state, intent, run, view);
  if (step.next === undefined) return step;
  const rest = reduceScreen(step.state, step.next, run, view);
  return { state: rest.state, requests: [...step.requests, ...rest.requests] };
}

function reduceOne(state: ScreenState, intent: ViewIntent, run: RunFacts, view: ViewFacts): ScreenStep {
  switch (intent.kind) {
    case 'show':
      return change(state, { screen: intent.screen, dialog: null });
    case 'turn':
      return change(state, { screen: neighbour(state, intent.by) });
    case 'back':
      return goBack(state);
    case 'open':
      return open(state, view);
    case 'open-run':
      return change(openRun(state, intent.runId === run.homeRunId ? null : intent.runId), {
        dialog: null,
        input: null,
      });
    case 'move':
    case 'move-to':
    case 'mark':
    case 'sort-next':
    case 'sort-reverse':
    case 'sort-by':
    case 'filter':
    case 'follow':
    case 'search':
      return reduceList(state, intent, view);
    case 'settle':
      return reduceList(settled(state, run), intent, view);
    case 'input-open':
    case 'input-type':
    case 'input-erase':
    case 'input-move':
    case 'input-complete':
    case 'input-recall':
    case 'input-submit':
    case 'input-cancel':
      return reduceInput(state, intent, run);
    case 'toggle-pause':
      return togglePause(state, run);
    case 'limit-by':
      return limitBy(state, intent.by, run);
    case 'limit-to':
      return limitTo(state, intent.concurrency, run);
    case 'retry':
      return retry(state, run, view);
    case 'ask-retry-errored':
      return askRetryErrored(state, run);
    case 'ask-cancel':
      return askCancel(state, run, view);
    case 'ask-end':
      return askEnd(state, run, view);
    case 'turn-end':
      return turnEnd(state, intent);
    case 'look':
      return askLook(state, intent.at, view);
    case 'ask-awaits':
      return askAwaits(state, view);
    case 'write-report':
      return askWriteReport(state, view);
    case 'copy':
      return copy(state, view);
    case 'interrupt':
      return interrupt(state, run);
    case 'quit':
      return quit(state, run);
    case 'ask-stop':
      return askStop(state, run);
    case 'confirm':
      return confirm(state, run);
    case 'dismiss':
      return change(state, { dialog: null });
    case 'help':
      return change(state, { dialog: state.dialog === null ? { kind: 'help', top: 0 } : null });
    case 'help-scroll':
      return scrollHelp(state, intent.by, run);
    case 'toggle-freeze':
      return change(state, { isFrozen: !state.isFrozen });
    case 'repaint':
      return change(state, { repaints: state.repaints + 1 });
    case 'suspend':
      return change(state, { suspensions: state.suspensions + 1 });
    case 'note':
      return change(state, { note: intent.text });
  }
}

const HELP_STEP = 5;

function scrollHelp(state: ScreenState, by: 1 | -1, run: RunFacts): ScreenStep {
  if (state.dialog?.kind !== 'help') return change(state, {});
  const last = Math.max(0, selectHelp(state, run).length - HELP_STEP);
  const top = Math.max(0, Math.min(last, state.dialog.top + by * HELP_STEP));
  return change(state, { dialog: { kind: 'help', top } });
}

function confirm(state: ScreenState, run: RunFacts): ScreenStep {
  switch (state.dialog?.kind) {
    case 'confirm-stop':
      return confirmStop(state, state.dialog.stage, run);
    case 'confirm-acts':
      return confirmActs(state, state.dialog.acts, run);
    case 'confirm-look':
      return confirmLook(state, state.dialog.look);
    case 'end':
      return confirmEnd(state, state.dialog, run);
    case 'help':
    case undefined:
      return change(state, { dialog: null });
  }
}

/** What was asked for and is in force by now is not asked for any more. */
function settled(state: ScreenState, run: RunFacts): ScreenState {
  return state.wantedLimit === run.concurrency ? { ...state, wantedLimit: null } : state;
}

/** Views without a tab are beside the last one. */
function neighbour({ screen }: ScreenState, by: 1 | -1): ScreenState['screen'] {
  const at = VIEW_TABS.findIndex((tab) => tab.screen === screen);
  const next = at === -1 ? (by === 1 ? 0 : VIEW_TABS.length - 1) : at + by;
  return VIEW_TABS[(next + VIEW_TABS.length) % VIEW_TABS.length]?.screen ?? 'dashboard';
}
