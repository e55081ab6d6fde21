import type { RunState } from '../../store/task-store.ts';
import { STOP_STAGES, type StopStage } from '../../core/stop-stage.ts';
import { change, type RunFacts, type ScreenState, type ScreenStep, whyOver } from '../state/screen-state.ts';

/**
 * How far the run is being stopped: what was asked for here, or what the run itself says, whichever is
 * further. So two screens of one run agree.
 */
export function currentStopStage(state: ScreenState, runState: RunState | null): StopStage | null {
  const told: StopStage | null = runState === 'draining' ? 'drain' : runState === 'aborting' ? 'abort' : null;
  return rank(told) > rank(state.stopStage) ? told : state.stopStage;
}

function rank(stage: StopStage | null): number {
  return stage === null ? -1 : STOP_STAGES.indexOf(stage);
}

/** Null when there is nothing beyond. */
function nextStage(state: ScreenState, facts: RunFacts): StopStage | null {
  return STOP_STAGES[rank(currentStopStage(state, facts.runState)) + 1] ?? null;
}

function mayLeave(facts: RunFacts): boolean {
  return !facts.isOwner || facts.runState === 'finished';
}

export function interrupt(state: ScreenState, facts: RunFacts): ScreenStep {
  return mayLeave(facts) ? change(state, { hasLeft: true }) : stop(state, nextStage(state, facts));
}

export function quit(state: ScreenState, facts: RunFacts): ScreenStep {
  return mayLeave(facts) ? change(state, { hasLeft: true }) : askStop(state, facts);
}

export function askStop(state: ScreenState, facts: RunFacts): ScreenStep {
  const over = whyOver(facts);
  if (over !== null) return change(state, { note: over });
  const stage = nextStage(state, facts);
  return change(state, { dialog: stage === null ? null : { kind: 'confirm-stop', stage } });
}

/** Beyond the last stage there is only the way out: nobody is held by a screen that does not end. */
function stop(state: ScreenState, stage: StopStage | null): ScreenStep {
  if (stage === null) return change(state, { hasLeft: true });
  return { state: { ...state, stopStage: stage, dialog: null }, requests: [{ kind: 'stop', stage }] };
}

/** The run may have ended, or another screen may have gone further, while the question stood. */
export function confirmStop(state: ScreenState, stage: StopStage, facts: RunFacts): ScreenStep {
  const isDone = whyOver(facts) !== null || rank(currentStopStage(state, facts.runState)) >= rank(stage);
  return isDone ? change(state, { dialog: null }) : stop(state, stage);
}
