import { expect, test } from 'vitest';
import { intentOfKey, selectHelp, selectKeyHints, VIEW_TABS } from '../../../src/monitor/keys/key-map.ts';
import {
  changeView,
  INITIAL_SCREEN_STATE,
  type RunFacts,
  type ScreenState,
} from '../../../src/monitor/state/screen-state.ts';
import { openInput } from '../../../src/monitor/state/text-input.ts';
import { FINISHED, makeState, OTHERS, OWN } from '../make-context.ts';

const QUESTION: ScreenState = { ...INITIAL_SCREEN_STATE, dialog: { kind: 'confirm-stop', stage: 'drain' } };
const HELP: ScreenState = { ...INITIAL_SCREEN_STATE, dialog: { kind: 'help', top: 0 } };

test('keys mean what the map says, and others nothing', () => {
  expect(intentOfKey('z', INITIAL_SCREEN_STATE, OWN)).toEqual({ kind: 'toggle-freeze' });
  expect(intentOfKey('ctrl+l', INITIAL_SCREEN_STATE, OWN)).toEqual({ kind: 'repaint' });
  expect(intentOfKey('x', INITIAL_SCREEN_STATE, OWN)).toBeUndefined();
  expect(intentOfKey('', INITIAL_SCREEN_STATE, OWN)).toBeUndefined();
});

test('only y says yes to a question; Enter, Esc and q say no, and no other key does anything', () => {
  expect(intentOfKey('y', QUESTION, OWN)).toEqual({ kind: 'confirm' });
  for (const key of ['n', 'return', 'escape', 'q']) {
    expect(intentOfKey(key, QUESTION, OWN)).toEqual({ kind: 'dismiss' });
  }
  for (const key of ['z', 'S', '?', ' ']) expect(intentOfKey(key, QUESTION, OWN)).toBeUndefined();
});

test('Ctrl-C works whatever lies over the screen', () => {
  for (const state of [INITIAL_SCREEN_STATE, QUESTION, HELP]) {
    expect(intentOfKey('ctrl+c', state, OWN)).toEqual({ kind: 'interrupt' });
  }
  for (const facts of [OTHERS, FINISHED]) {
    expect(intentOfKey('ctrl+c', HELP, facts)).toEqual({ kind: 'interrupt' });
    expect(intentOfKey('ctrl+c', INITIAL_SCREEN_STATE, facts)).toEqual({ kind: 'quit' });
  }
});

test('the key line and the help say what q does to this run', () => {
  const hintOfQ = (facts: RunFacts): string | undefined =>
    selectKeyHints(INITIAL_SCREEN_STATE, facts).find(({ keys }) => keys.startsWith('q'))?.label;
  expect(hintOfQ(OWN)).toBe('quit');
  expect(hintOfQ(OTHERS)).toBe('leave (run goes on)');
  expect(hintOfQ(FINISHED)).toBe('leave');
  expect(selectHelp(INITIAL_SCREEN_STATE, OTHERS)).toContainEqual({
    keys: 'q Ctrl-C',
    label: 'Leave this screen; the run goes on.',
  });
});

test('what one is on the Stuck view for stays on its key line, also on 80 columns', () => {
  const state = makeState({ screen: 'stuck' });
  for (const facts of [OWN, OTHERS]) {
    const labels = selectKeyHints(state, facts, 80).map(({ label }) => label);
    expect(labels.slice(0, 3)).toEqual(['sample', 'profile', 'kill…']);
  }
});

test('every key has one meaning at a time, in every view and pane', () => {
  for (const facts of [OWN, OTHERS, FINISHED]) {
    for (const screen of [
      'dashboard',
      'tasks',
      'executors',
      'stuck',
      'history',
      'errors',
      'acts',
      'strays',
    ] as const) {
      for (const isInDetail of [false, true]) {
        const state = changeView(makeState({ screen }), { isInDetail });
        const keys = selectHelp(state, facts).flatMap((hint) => hint.keys.split(' '));
        // Esc steps out of the detail before it steps out of the view.
        const doubled = keys.filter((key, index) => keys.indexOf(key) !== index && key !== 'Esc');
        expect(doubled, `${screen} ${isInDetail}`).toEqual([]);
      }
    }
  }
});

test('tabs are made of the keys of the views', () => {
  expect(VIEW_TABS.map(({ key, screen }) => `${key} ${screen}`)).toEqual([
    '1 dashboard',
    '2 tasks',
    '3 executors',
    '4 stuck',
    '5 history',
    '6 errors',
  ]);
  expect(intentOfKey('4', INITIAL_SCREEN_STATE, OWN)).toEqual({ kind: 'show', screen: 'stuck' });
});

test('while a line is typed, every character is typed and no key acts', () => {
  const state = makeState({ screen: 'tasks', input: openInput('filter', '') });
  for (const key of ['q', 'y', '2', 'R', 'é', '東'])
    expect(intentOfKey(key, state, OWN)).toEqual({ kind: 'input-type', text: key });
  expect(intentOfKey('space', state, OWN)).toEqual({ kind: 'input-type', text: ' ' });
  expect(intentOfKey('return', state, OWN)).toEqual({ kind: 'input-submit' });
  expect(intentOfKey('ctrl+c', state, OWN)).toEqual({ kind: 'interrupt' });
  for (const key of ['pageup', 'ctrl+x', '']) expect(intentOfKey(key, state, OWN)).toBeUndefined();
});

test('a key line that is too long keeps the ways out', () => {
  const state = makeState({ screen: 'tasks' });
  const labels = (columns: number): readonly string[] =>
    selectKeyHints(state, OWN, columns).map(({ label }) => label);
  expect(labels(200)).toContain('command');
  expect(labels(60)).toEqual(expect.arrayContaining(['move', 'help', 'stop', 'quit']));
  expect(labels(60)).not.toContain('command');
  const text = selectKeyHints(state, OWN, 60).map(({ keys, label }) => `${keys} ${label}`);
  expect(text.join('  ').length).toBeLessThanOrEqual(58);
});

test('where the owner looks at another run, leaving it leads home and stops nothing', () => {
  const state = makeState({ runId: 'another' });
  for (const key of ['q', 'ctrl+c'])
    expect(intentOfKey(key, state, OWN)).toEqual({ kind: 'open-run', runId: null });
});
