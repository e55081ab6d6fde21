import { expect, test } from 'vitest';
import type { ScreenIntent, ViewIntent } from '../../../src/monitor/state/intents.ts';
import { INITIAL_LIST, type ListedRow, type Listing } from '../../../src/monitor/state/list-state.ts';
import {
  changeView,
  type RunFacts,
  type ScreenState,
  type ViewFacts,
} from '../../../src/monitor/state/screen-state.ts';
import { reduceScreen } from '../../../src/monitor/reduce/reduce-screen.ts';
import type { TaskStanding } from '../../../src/store/task-store.ts';
import { FINISHED, makeFacts, makeState, OTHERS, OWN } from '../make-context.ts';

function rowsOf(...standings: readonly TaskStanding[]): readonly ListedRow[] {
  return standings.map((standing, index) => ({
    key: String(index),
    label: `${standing}.${index}`,
    task: { taskId: index, standing },
  }));
}

function viewOf(rows: readonly ListedRow[]): ViewFacts {
  const listing: Listing = { rows, offset: 0, total: rows.length, places: 9, sorts: [], isCurrent: true };
  return { listing, text: null };
}

const TASKS = makeState({ screen: 'tasks' });

interface Done {
  readonly state: ScreenState;
  readonly asked: readonly ScreenIntent[];
}

function act(
  rows: readonly ListedRow[],
  intents: readonly ViewIntent[],
  { state = TASKS, run = OWN }: { readonly state?: ScreenState; readonly run?: RunFacts } = {},
): Done {
  let done: Done = { state, asked: [] };
  for (const intent of intents) {
    const step = reduceScreen(done.state, intent, run, viewOf(rows));
    done = { state: step.state, asked: [...done.asked, ...step.requests] };
  }
  return done;
}

test('pausing and going on are asked of the run at once', () => {
  expect(act([], [{ kind: 'toggle-pause' }]).asked).toEqual([{ kind: 'pause' }]);
  const run = makeFacts({ isPaused: true });
  expect(act([], [{ kind: 'toggle-pause' }], { run }).asked).toEqual([{ kind: 'continue' }]);
  expect(act([], [{ kind: 'toggle-pause' }], { run: FINISHED })).toMatchObject({
    asked: [],
    state: { note: 'the run is finished' },
  });
});

test('the limit goes on from what was asked for, in steps of its own size, and never below 1', () => {
  const limits = (by: 1 | -1, concurrency: number, times = 1): readonly number[] =>
    act(
      [],
      Array.from({ length: times }, () => ({ kind: 'limit-by', by }) as const),
      { run: makeFacts({ concurrency }) },
    ).asked.map((intent) => (intent.kind === 'limit' ? intent.concurrency : -1));
  expect(limits(1, 8, 4)).toEqual([9, 10, 15, 20]);
  expect(limits(-1, 15, 3)).toEqual([10, 9, 8]);
  expect(limits(-1, 1)).toEqual([1]);
  expect(limits(1, 200)).toEqual([250]);
});

test('what was asked for is forgotten when it is in force', () => {
  const run = makeFacts({ concurrency: 16 });
  const { state } = act([], [{ kind: 'limit-by', by: 1 }], { run });
  expect(state.wantedLimit).toBe(21);
  const settled = act([], [{ kind: 'settle' }], { state, run: makeFacts({ concurrency: 21 }) });
  expect(settled.state.wantedLimit).toBeNull();
});

test('one errored task is tried again at once; another is refused with why', () => {
  expect(act(rowsOf('errored'), [{ kind: 'retry' }]).asked).toEqual([{ kind: 'retry-task', taskId: 0 }]);
  const refused = act(rowsOf('right'), [{ kind: 'retry' }]);
  expect(refused).toMatchObject({
    asked: [],
    state: { dialog: null, note: 'right.0 is right: errored and cancelled tasks are tried again' },
  });
  expect(act([], [{ kind: 'retry' }]).asked).toEqual([]);
});

test('a cancellation is asked about, by name, and only a yes does it', () => {
  const asked = act(rowsOf('running'), [{ kind: 'ask-cancel' }]);
  expect(asked.asked).toEqual([]);
  expect(asked.state.dialog).toMatchObject({ title: 'Cancel running.0?' });
  expect(act(rowsOf('running'), [{ kind: 'ask-cancel' }, { kind: 'dismiss' }]).asked).toEqual([]);
  expect(act(rowsOf('running'), [{ kind: 'ask-cancel' }, { kind: 'confirm' }]).asked).toEqual([
    { kind: 'cancel-task', taskId: 0 },
  ]);
  expect(act(rowsOf('right'), [{ kind: 'ask-cancel' }]).state).toMatchObject({
    dialog: null,
    note: 'right.0 is right already',
  });
});

test('a yes is to what was asked about, although the list has moved meanwhile', () => {
  const { state } = act(rowsOf('running', 'stuck'), [{ kind: 'ask-cancel' }]);
  const moved = rowsOf('stuck', 'running').map((row) => ({ ...row, key: `new ${row.key}` }));
  expect(act(moved, [{ kind: 'settle' }, { kind: 'confirm' }], { state }).asked).toEqual([
    { kind: 'cancel-task', taskId: 0 },
  ]);
});

test('what is marked is acted on together, after a question, and unmarked by it', () => {
  const rows = rowsOf('errored', 'running', 'cancelled');
  const state = changeView(TASKS, { list: { ...INITIAL_LIST, marks: rows } });
  const asked = act(rows, [{ kind: 'retry' }], { state });
  expect(asked.asked).toEqual([]);
  expect(asked.state.dialog).toMatchObject({ title: 'Try 2 tasks again?' });
  const done = act(rows, [{ kind: 'confirm' }], { state: asked.state });
  expect(done.asked).toEqual([
    { kind: 'retry-task', taskId: 0 },
    { kind: 'retry-task', taskId: 2 },
  ]);
  expect(done.state.views.tasks.list.marks).toEqual([]);
});

test('all errored tasks are tried again after a question that counts them', () => {
  const run = makeFacts();
  const asked = act([], [{ kind: 'ask-retry-errored' }], { run });
  expect(asked.state.dialog).toMatchObject({ title: 'Try all 11 errored tasks again?' });
  expect(act([], [{ kind: 'confirm' }], { state: asked.state, run }).asked).toEqual([
    { kind: 'retry-errored' },
  ]);
  const counts = { ...run.counts, errored: 0 };
  expect(act([], [{ kind: 'ask-retry-errored' }], { run: makeFacts({ counts }) }).state.note).toBe(
    'no task is errored',
  );
});

test('nothing is asked of a run that ended while the question stood', () => {
  const { state } = act(rowsOf('running'), [{ kind: 'ask-cancel' }]);
  const late = act(rowsOf('running'), [{ kind: 'confirm' }], { state, run: FINISHED });
  expect(late).toMatchObject({ asked: [], state: { dialog: null, note: 'the run has finished meanwhile' } });
});

test('nothing is asked of a run that nobody supervises any more', () => {
  const run = { ...OTHERS, isLost: true };
  const intents: readonly ViewIntent[] = [
    { kind: 'toggle-pause' },
    { kind: 'limit-by', by: 1 },
    { kind: 'retry' },
    { kind: 'ask-retry-errored' },
    { kind: 'ask-cancel' },
    { kind: 'ask-stop' },
  ];
  for (const intent of intents) {
    const { state, asked } = act(rowsOf('running'), [intent], { run });
    expect({ asked, dialog: state.dialog }).toEqual({ asked: [], dialog: null });
    expect(state.note).toContain('no process supervises the run');
  }
});
