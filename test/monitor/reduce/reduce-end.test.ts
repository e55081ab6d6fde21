import { expect, test } from 'vitest';
import { type EndChoice, endsOfExecutor } from '../../../src/monitor/state/end-choice.ts';
import type { ScreenIntent, ViewIntent } from '../../../src/monitor/state/intents.ts';
import type { ListedRow } from '../../../src/monitor/state/list-state.ts';
import {
  isHeld,
  type RunFacts,
  type ScreenState,
  type ViewFacts,
} from '../../../src/monitor/state/screen-state.ts';
import { selectDialog } from '../../../src/monitor/chrome/select-dialog.ts';
import { reduceScreen } from '../../../src/monitor/reduce/reduce-screen.ts';
import { FINISHED, makeState, OTHERS, OWN } from '../make-context.ts';
import { makeExecutor } from '../make-snapshot.ts';

const TASK: EndChoice = { kind: 'task', taskId: 7, try: 2, label: 's7.1', thread: 3, neighbours: 4 };
const THREAD: EndChoice = { kind: 'thread', executorId: 'e1', pid: 20301, thread: 3, tasks: 5 };
const EXECUTOR: EndChoice = { kind: 'executor', executorId: 'e1', pid: 20301, tasks: 9 };
const STUCK_ROW: ListedRow = { key: '7', label: 's7.1', ends: [TASK, THREAD, EXECUTOR] };

function viewOf(row: ListedRow): ViewFacts {
  const listing = { rows: [row], offset: 0, total: 1, places: 9, sorts: [], isCurrent: true };
  return { listing, text: null };
}

interface Done {
  readonly state: ScreenState;
  readonly asked: readonly ScreenIntent[];
}

function act(
  intents: readonly ViewIntent[],
  { row = STUCK_ROW, run = OWN }: { readonly row?: ListedRow; readonly run?: RunFacts } = {},
): Done {
  let done: Done = { state: makeState({ screen: 'stuck' }), asked: [] };
  for (const intent of intents) {
    const step = reduceScreen(done.state, intent, run, viewOf(row));
    done = { state: step.state, asked: [...done.asked, ...step.requests] };
  }
  return done;
}

const ASK: ViewIntent = { kind: 'ask-end' };
const YES: ViewIntent = { kind: 'confirm' };
const RIGHT: ViewIntent = { kind: 'turn-end', field: false, by: 1 };
const LEFT: ViewIntent = { kind: 'turn-end', field: false, by: -1 };
const NEXT_LINE: ViewIntent = { kind: 'turn-end', field: true, by: 1 };

function dialogText(state: ScreenState, columns = 120): string {
  const dialog = selectDialog(state, OWN, null, columns);
  return [dialog?.title ?? '', ...(dialog?.lines ?? [])].join('\n');
}

test('nothing is ended without a yes, and the lists stand still while it is asked', () => {
  const asked = act([ASK]);
  expect(asked.asked).toEqual([]);
  expect(isHeld(asked.state)).toBe(true);
  const dismissed = act([ASK, { kind: 'dismiss' }]);
  expect(dismissed.asked).toEqual([]);
  expect(isHeld(dismissed.state)).toBe(false);
});

test('a task is cancelled in the try that was asked about, unless something else is chosen for it', () => {
  expect(act([ASK, YES]).asked).toEqual([{ kind: 'cancel-task', taskId: 7, try: 2, fate: 'cancelled' }]);
  expect(act([ASK, NEXT_LINE, LEFT, YES]).asked).toEqual([
    { kind: 'cancel-task', taskId: 7, try: 2, fate: 'errored' },
  ]);
});

test('tasks of a thread and of an executor go back to the queue, unless something else is chosen', () => {
  expect(act([ASK, RIGHT, YES]).asked).toEqual([
    { kind: 'end-worker', executorId: 'e1', thread: 3, fate: 'retry' },
  ]);
  expect(act([ASK, RIGHT, RIGHT, RIGHT, YES]).asked).toEqual([
    { kind: 'end-executor', executorId: 'e1', fate: 'retry' },
  ]);
  expect(act([ASK, RIGHT, NEXT_LINE, RIGHT, YES]).asked).toEqual([
    { kind: 'end-worker', executorId: 'e1', thread: 3, fate: 'errored' },
  ]);
});

test('what was chosen for the tasks stays chosen when something else is to be ended', () => {
  const previous: ViewIntent = { kind: 'turn-end', field: true, by: -1 };
  const cancelled = act([ASK, NEXT_LINE, { kind: 'turn-end', field: false, by: -1 }, previous, RIGHT, YES]);
  expect(cancelled.asked).toMatchObject([{ kind: 'end-worker', fate: 'errored' }]);
});

test('says what is chosen, and what is lost by it', () => {
  const text = dialogText(act([ASK]).state);
  expect(text).toContain('Kill task s7.1?');
  expect(text).toContain('(•) task s7.1  ( ) thread 3 of pid 20301  ( ) executor pid 20301');
  expect(text).toContain('(•) cancelled');
  expect(text).toContain('4 other tasks of that thread go back to the queue');
  const executor = dialogText(act([ASK, RIGHT, RIGHT]).state);
  expect(executor).toContain('Kill executor pid 20301?');
  expect(executor).toContain('The 9 tasks in it lose what they did so far, and go back to the queue');
});

test('the dialog keeps its size whatever is chosen, and nothing of it is cut off on a narrow screen', () => {
  for (const columns of [120, 60]) {
    const sizes = [[ASK], [ASK, RIGHT], [ASK, RIGHT, RIGHT]].map((intents) => {
      const lines = dialogText(act(intents).state, columns).split('\n').slice(1);
      return [lines.length, Math.max(...lines.map((line) => line.length))];
    });
    expect(new Set(sizes.map(String)).size).toBe(1);
    expect(sizes[0]?.[1]).toBeLessThanOrEqual(columns - 4);
  }
});

test('a name cannot break out of the question', () => {
  const label = 'a\u001B[2J\u202Eb.1';
  const row = { ...STUCK_ROW, ends: [{ ...TASK, label }] };
  expect(dialogText(act([ASK], { row }).state)).toContain('Kill task ab.1?');
});

test('an executor can be ended as a whole or by its threads', () => {
  const executor = makeExecutor({
    workers: [
      { thread: 1, slots: 4, inFlight: 3, loop: 0, restarts: 0 },
      { thread: 4, slots: 4, inFlight: 1, loop: 0, restarts: 0 },
    ],
  });
  const row = { key: 'e', label: 'pid 20301', ends: endsOfExecutor(executor) };
  expect(act([ASK, RIGHT, RIGHT, YES], { row }).asked).toEqual([
    { kind: 'end-worker', executorId: executor.executorId, thread: 4, fate: 'retry' },
  ]);
  expect(dialogText(act([ASK, RIGHT, RIGHT], { row }).state)).toContain(
    'The 1 task in it loses what it did so far, and goes back to the queue',
  );
});

const cancelOf = (taskId: number, fate = 'cancelled'): ScreenIntent =>
  ({ kind: 'cancel-task', taskId, try: 2, fate }) as ScreenIntent;

test('all that is stuck is ended at once when that is chosen', () => {
  const all: EndChoice = {
    kind: 'several',
    label: 'all 2 stuck tasks',
    ends: [TASK, { ...TASK, taskId: 8 }],
  };
  const row = { ...STUCK_ROW, ends: [TASK, THREAD, EXECUTOR, all] };
  const asked = act([ASK, RIGHT, RIGHT, RIGHT], { row });
  expect(dialogText(asked.state)).toContain('Kill all 2 stuck tasks?');
  expect(dialogText(asked.state)).toContain('The 2 tasks are told to stop, and are cancelled');
  expect(act([ASK, RIGHT, RIGHT, RIGHT, YES], { row }).asked).toEqual([cancelOf(7), cancelOf(8)]);
  expect(act([ASK, RIGHT, RIGHT, RIGHT, NEXT_LINE, LEFT, LEFT, YES], { row }).asked).toEqual([
    cancelOf(7, 'retry'),
    cancelOf(8, 'retry'),
  ]);
});

test('tasks and threads at once fare as is usual for each, unless something is chosen', () => {
  const all: EndChoice = { kind: 'several', label: 'all 6 stuck', ends: [TASK, THREAD] };
  const row = { ...STUCK_ROW, ends: [all] };
  expect(dialogText(act([ASK], { row }).state)).toContain(
    'The 5 tasks in them lose what they did so far, and go back',
  );
  expect(act([ASK, YES], { row }).asked).toEqual([
    cancelOf(7),
    { kind: 'end-worker', executorId: 'e1', thread: 3, fate: 'retry' },
  ]);
  expect(act([ASK, NEXT_LINE, LEFT, YES], { row }).asked).toMatchObject([
    { fate: 'errored' },
    { fate: 'errored' },
  ]);
});

test('what is marked is ended, and nothing else, wherever the selection is; then nothing is marked', () => {
  const marked = (rows: readonly ListedRow[]): ScreenState => {
    const state = makeState({ screen: 'stuck' });
    const { stuck } = state.views;
    return { ...state, views: { ...state.views, stuck: { ...stuck, list: { ...stuck.list, marks: rows } } } };
  };
  const rowOf = (taskId: number): ListedRow => ({
    key: String(taskId),
    label: `s${taskId}.1`,
    ends: [{ ...TASK, taskId, label: `s${taskId}.1` }, THREAD],
  });
  const { ends: _ends, ...over } = rowOf(3);
  const asked = reduceScreen(marked([rowOf(1), over, rowOf(2)]), ASK, OWN, viewOf(STUCK_ROW)).state;
  expect(dialogText(asked)).toContain('Kill the 2 marked?');
  const done = reduceScreen(asked, YES, OWN, viewOf(STUCK_ROW));
  expect(done.requests).toEqual([cancelOf(1), cancelOf(2)]);
  expect(done.state.views.stuck.list.marks).toEqual([]);
  const one = reduceScreen(marked([over, rowOf(2)]), ASK, OWN, viewOf(STUCK_ROW)).state;
  expect(dialogText(one)).toContain('(•) task s2.1  ( ) thread 3 of pid 20301');
  const none = reduceScreen(marked([over]), ASK, OWN, viewOf(STUCK_ROW)).state;
  expect(none).toMatchObject({ dialog: null, note: 'nothing of what is marked is running' });
});

test('marked executors lose what is in them', () => {
  const executorRow = (pid: number): ListedRow => ({
    key: String(pid),
    label: `pid ${pid}`,
    ends: [{ ...EXECUTOR, pid, executorId: `e${pid}` }],
  });
  const state = makeState({ screen: 'executors' });
  const { executors } = state.views;
  const list = { ...executors.list, marks: [executorRow(1), executorRow(2)] };
  const from = { ...state, views: { ...state.views, executors: { ...executors, list } } };
  const asked = reduceScreen(from, ASK, OWN, viewOf(STUCK_ROW)).state;
  expect(dialogText(asked)).toContain(
    'The 18 tasks in them lose what they did so far, and go back to the queue',
  );
  expect(reduceScreen(asked, YES, OWN, viewOf(STUCK_ROW)).requests).toEqual([
    { kind: 'end-executor', executorId: 'e1', fate: 'retry' },
    { kind: 'end-executor', executorId: 'e2', fate: 'retry' },
  ]);
});

test('nothing is asked about what does not run, of a run that is over, or of one that nobody supervises', () => {
  const { ends: _ends, ...over } = STUCK_ROW;
  expect(act([ASK], { row: over }).state).toMatchObject({
    dialog: null,
    note: 'nothing of s7.1 is running',
  });
  expect(act([ASK], { run: FINISHED }).state).toMatchObject({ dialog: null, note: 'the run is finished' });
  const lost = act([ASK], { run: { ...OTHERS, isLost: true } });
  expect(lost.state.dialog).toBeNull();
  expect(lost.state.note).toContain('evaltui kill --orphans');
});

test('a run that ended while the question stood is asked for nothing', () => {
  const { state } = act([ASK]);
  const late = reduceScreen(state, YES, FINISHED, viewOf(STUCK_ROW));
  expect(late.requests).toEqual([]);
  expect(late.state).toMatchObject({ dialog: null, note: 'the run has finished meanwhile' });
});

test('what stops threads for a moment is looked for after a yes only', () => {
  const row = { ...STUCK_ROW, place: { executorId: 'e1' } };
  const asked = act([{ kind: 'ask-awaits' }], { row });
  expect(asked.state.looks.awaits).toBeNull();
  expect(dialogText(asked.state)).toContain('stands still meanwhile');
  const look = { serial: 1, key: '7', executorId: 'e1' };
  expect(act([{ kind: 'ask-awaits' }, YES], { row }).state.looks.awaits).toEqual(look);
});

test('each press asks for another look at the same process, and a row without one for none', () => {
  const place = { executorId: 'e1', thread: 3 };
  const row = { ...STUCK_ROW, place };
  const look: ViewIntent = { kind: 'look', at: 'stack' };
  expect(act([look, look], { row }).state.looks).toEqual({
    stack: { serial: 2, key: '7', ...place },
    profile: null,
    awaits: null,
  });
  const { state } = act([look]);
  expect(state.looks.stack).toBeNull();
  expect(state.note).toBe('nothing of s7.1 is running');
});
