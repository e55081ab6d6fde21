import { expect, test } from 'vitest';
import type { ScreenIntent, ViewIntent } from '../../../src/monitor/state/intents.ts';
import { currentStopStage } from '../../../src/monitor/reduce/reduce-stop.ts';
import {
  INITIAL_SCREEN_STATE,
  type RunFacts,
  type ScreenState,
} from '../../../src/monitor/state/screen-state.ts';
import { reduceScreen } from '../../../src/monitor/reduce/reduce-screen.ts';
import { FINISHED, makeFacts, OTHERS, OWN } from '../make-context.ts';

function after(
  facts: RunFacts,
  ...intents: readonly ViewIntent['kind'][]
): { readonly state: ScreenState; readonly asked: readonly ScreenIntent[] } {
  let state = INITIAL_SCREEN_STATE;
  const asked: ScreenIntent[] = [];
  for (const kind of intents) {
    const step = reduceScreen(state, { kind } as ViewIntent, facts);
    state = step.state;
    asked.push(...step.requests);
  }
  return { state, asked };
}

test('each interrupt asks for the next stage, and the fourth leaves', () => {
  const { state, asked } = after(OWN, 'interrupt', 'interrupt', 'interrupt');
  expect(asked).toEqual(['drain', 'abort', 'kill'].map((stage) => ({ kind: 'stop', stage })));
  expect(state.hasLeft).toBe(false);
  const left = after(OWN, 'interrupt', 'interrupt', 'interrupt', 'interrupt');
  expect(left.asked).toHaveLength(3);
  expect(left.state.hasLeft).toBe(true);
});

test('an interrupt before anything is read stops the run too', () => {
  expect(after(makeFacts({ runState: null }), 'interrupt').asked).toEqual([{ kind: 'stop', stage: 'drain' }]);
});

test('an interrupt of a screen that does not own the run, or of a finished run, only leaves', () => {
  for (const facts of [OTHERS, FINISHED]) {
    expect(after(facts, 'interrupt')).toEqual({
      state: { ...INITIAL_SCREEN_STATE, hasLeft: true },
      asked: [],
    });
    expect(after(facts, 'quit')).toEqual({ state: { ...INITIAL_SCREEN_STATE, hasLeft: true }, asked: [] });
  }
});

test('quitting the own run asks first, and a no changes nothing', () => {
  expect(after(OWN, 'quit').state.dialog).toEqual({ kind: 'confirm-stop', stage: 'drain' });
  expect(after(OWN, 'quit', 'dismiss')).toEqual({ state: INITIAL_SCREEN_STATE, asked: [] });
  expect(after(OWN, 'quit', 'confirm').asked).toEqual([{ kind: 'stop', stage: 'drain' }]);
  expect(after(OWN, 'quit', 'confirm', 'quit').state.dialog).toEqual({
    kind: 'confirm-stop',
    stage: 'abort',
  });
});

test('a monitor stops the run only by a question', () => {
  expect(after(OTHERS, 'ask-stop').asked).toEqual([]);
  expect(after(OTHERS, 'ask-stop', 'confirm').asked).toEqual([{ kind: 'stop', stage: 'drain' }]);
});

test('a yes does nothing when the run has ended, or gone as far, in the meantime', () => {
  const { state } = after(OWN, 'quit');
  for (const runState of ['finished', 'draining', 'aborting'] as const) {
    const step = reduceScreen(state, { kind: 'confirm' }, makeFacts({ runState }));
    expect(step.requests).toEqual([]);
    expect(step.state.dialog).toBeNull();
  }
});

test('the stage is the furthest of what was asked here and what the run says', () => {
  const asked = (stopStage: ScreenState['stopStage']): ScreenState => ({
    ...INITIAL_SCREEN_STATE,
    stopStage,
  });
  expect(currentStopStage(asked(null), 'running')).toBeNull();
  expect(currentStopStage(asked(null), 'draining')).toBe('drain');
  expect(currentStopStage(asked('drain'), 'aborting')).toBe('abort');
  expect(currentStopStage(asked('kill'), 'aborting')).toBe('kill');
  expect(currentStopStage(asked('abort'), 'draining')).toBe('abort');
});

test('help, freezing, repainting and suspending leave the run alone', () => {
  const { state, asked } = after(OWN, 'help', 'toggle-freeze', 'repaint', 'suspend');
  expect(asked).toEqual([]);
  expect(state).toMatchObject({
    dialog: { kind: 'help', top: 0 },
    isFrozen: true,
    repaints: 1,
    suspensions: 1,
  });
  expect(after(OWN, 'help', 'help', 'toggle-freeze', 'toggle-freeze').state).toEqual(INITIAL_SCREEN_STATE);
});
