import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { selectDashboard } from '../../../src/monitor/views/select-dashboard.ts';
import type { ViewContext } from '../../../src/monitor/parts/view-context.ts';
import type { Row, ScreenView } from '../../../src/monitor/parts/view-model.ts';
import type { ScreenState } from '../../../src/monitor/state/screen-state.ts';
import type { RunSnapshot } from '../../../src/store/task-store.ts';
import { makeAct } from '../make-view-data.ts';
import { makeContext, makeState, panelOf } from '../make-context.ts';
import {
  makeCounts,
  makeEval,
  makeExecutor,
  makeRun,
  makeSnapshot,
  makeTask,
  NOW,
  REPORT,
} from '../make-snapshot.ts';

type Given = Partial<ViewContext> & { readonly isOwner?: boolean };

function select(snapshot: RunSnapshot, context: Given = {}): ScreenView {
  return selectDashboard(makeContext(snapshot, context));
}

function textOf(row: Row): string {
  if (row.kind === 'parts') return row.parts.map(({ text }) => text).join('');
  return `${row.label} ${row.kind === 'bar' ? '#'.repeat(row.width) : row.values.map(() => '_').join('')} ${row.text}`;
}

function linesOf(view: ScreenView, key: string): readonly string[] {
  return panelOf(view, key).rows.map((row) => textOf(row).trimEnd());
}

const SIZES = [60, 79, 80, 109, 110, 200].flatMap((columns) =>
  [15, 20, 24, 27, 28, 36, 70].map((rows) => ({ columns, rows })),
);
const FIVE_EVALS = ['capitals', 'elements', 'arithmetic', 'units', 'science'].map((name, index) =>
  makeEval({ name, index }),
);
const TWELVE_EXECUTORS = Array.from({ length: 12 }, (_, index) => makeExecutor({ pid: 20_301 + index }));
const NOTHING = { executors: [], longestRunning: [], waiting: [], lastErrors: [], newestResults: [] };

test.each([
  ['one eval', makeSnapshot()],
  [
    'many evals and executors',
    makeSnapshot({ run: makeRun({ evals: FIVE_EVALS }), executors: TWELVE_EXECUTORS }),
  ],
  ['nothing yet', makeSnapshot(NOTHING)],
  [
    'a run that is being planned',
    makeSnapshot({ ...NOTHING, run: makeRun({ state: 'planning', evals: [] }) }),
  ],
  [
    'a finished run',
    makeSnapshot({
      run: makeRun({ state: 'finished', finishedAt: NOW, evals: [makeEval({ report: REPORT })] }),
    }),
  ],
])('%s fills a screen of any size, and no more', (_, snapshot) => {
  for (const size of SIZES) {
    const { bands, frame } = select(snapshot, size);
    const used = bands.reduce((sum, { height }) => sum + height, 0);
    expect(used, JSON.stringify(size)).toBeLessThanOrEqual(size.rows - 4);
    expect(used, JSON.stringify(size)).toBeGreaterThanOrEqual(size.rows - 5);
    for (const { height, panels } of bands) {
      expect(panels.reduce((sum, { width }) => sum + width, 0)).toBe(size.columns);
      for (const panel of panels) {
        expect(panel.rows.length).toBeLessThanOrEqual(height - (frame === 'box' ? 2 : 1));
        for (const row of panel.rows.filter(({ kind }) => kind === 'bar')) {
          expect(stringWidth(textOf(row))).toBeLessThanOrEqual(panel.width - (frame === 'box' ? 4 : 2));
        }
      }
    }
  }
});

test('shows each eval with its counts and its score with an interval, under a bar of them all', () => {
  const evals = [
    makeEval(),
    makeEval({ index: 1, name: 'elements', counts: makeCounts({ queued: 1_000 }), scoredSamples: 0 }),
  ];
  const [all, capitals, elements] = linesOf(select(makeSnapshot({ run: makeRun({ evals }) })), 'progress');
  expect(all).toMatch(/^all evals #+\s+320\/2,000 {2}16\.0 %$/);
  expect(capitals).toMatch(/^capitals {2}#+\s+320\/1,000 {2}32\.0 % {2}0\.799 \[0\.751, 0\.840\]$/);
  expect(elements).toMatch(/^elements {2}#+\s+0\/1,000 {3}0\.0 % {2}–$/);
});

test('shows the evals that are going on first when there is no room for all, and says how many it left out', () => {
  const done = makeCounts({ done: 1_000 });
  const evals = ['a', 'b', 'c', 'd', 'e'].map((name, index) =>
    makeEval({ name, index, counts: name === 'd' ? makeCounts({ running: 5, queued: 995 }) : done }),
  );
  const view = select(makeSnapshot({ run: makeRun({ evals }) }), { columns: 80, rows: 24 });
  expect(linesOf(view, 'progress')[1]).toMatch(/^d /);
  expect(panelOf(view, 'progress').title).toBe('Progress · accuracy with 95 % interval · 2 more evals');
});

test('says in words that the answers are simulated, and names a real model alone', () => {
  const told = (completionFns: readonly string[], columns = 120): string => {
    const run = makeRun();
    const view = select(makeSnapshot({ run: { ...run, spec: { ...run.spec, completionFns } } }), { columns });
    return view.tabs.right.map(({ text }) => text).join('');
  };
  expect(told(['mock'])).toBe('simulated answers, no real model was named · mock');
  expect(told(['mock:accuracy=0.5'])).toContain('simulated answers');
  expect(told(['mock'], 80)).toBe('simulated answers · mock');
  expect(told(['openai/gpt-x'])).toBe('model openai/gpt-x');
  expect(told(['mockingbird'])).toBe('model mockingbird');
  expect(told(['mock', 'gpt-x'])).toBe('model mock, gpt-x');
});

test('lists executors at work before those that ended, and says when one is silent', () => {
  const executors = [
    makeExecutor({ pid: 1, state: 'lost', endedAt: NOW - 1_000, signal: 'SIGKILL' }),
    makeExecutor({ pid: 2, heartbeatAt: NOW - 9_000 }),
    makeExecutor({ pid: 3, inFlight: 0, restarts: 2 }),
  ];
  const view = select(makeSnapshot({ executors }), { columns: 140 });
  const [, silent, idle, lost] = linesOf(view, 'executors');
  expect(silent).toMatch(/^silent\s+2\s+6\/8\s+12 %\s+141 MiB\s+9 s ago\s+154\s+0\s+2\s+18 %$/);
  expect(idle).toMatch(/^idle\s+3\s+0\/8 .* 154\s+2\s+2\s+18 %$/);
  expect(lost).toMatch(/^lost\s+1\s+–\s+–\s+– .* SIGKILL$/);
  expect(panelOf(view, 'executors').title).toBe('Executors 2 · 1 lost');
});

test('marks a step that goes on for longer than the run allows', () => {
  const longestRunning = [
    makeTask({ stepStartedAt: NOW - 61_000 }),
    makeTask({ sampleId: 'de', stepStartedAt: NOW - 59_000, step: 'score > model call', try: 2 }),
    makeTask({ sampleId: 'it', state: 'claimed', startedAt: null, step: null, stepStartedAt: null }),
  ];
  const [, slow, running, next] = linesOf(select(makeSnapshot({ longestRunning })), 'running');
  expect(slow).toMatch(/^slow {2}fr\.1\s+1 {2}model call\s+1:01\s+31 s$/);
  expect(running).toMatch(/^run {3}de\.1\s+2 {2}score > model call\s+59 s\s+31 s$/);
  expect(next).toMatch(/^next {2}it\.1\s+1 {2}about to start\s+–\s+–$/);
});

test('lists retries with their cause and the time left, then errors, with at least half of the room for these', () => {
  const waiting = Array.from({ length: 9 }, (_, taskId) =>
    makeTask({ taskId, try: 2, readyAt: NOW + 3_200, errorKind: 'rate-limit', message: 'slow down' }),
  );
  const lastErrors = [
    makeTask({ errorKind: 'server', endedAt: NOW - 65_000, message: '502 bad\n\u001B[31mgateway' }),
  ];
  const lines = linesOf(select(makeSnapshot({ waiting, lastErrors })), 'problems');
  expect(lines.at(0)).toMatch(/^429 rate-limit {2}retry in 4 s\s+fr\.1\s+try 2\s+slow down$/);
  expect(lines.at(-1)).toMatch(/^5xx server\s+1:05 ago\s+fr\.1\s+try 1\s+502 bad gateway$/);
});

test('tells right from wrong only where every score is one or the other', () => {
  const newestResults = [
    makeTask({ state: 'done', score: 1, endedAt: NOW }),
    makeTask({ state: 'done', score: 0, endedAt: NOW }),
    makeTask({ state: 'done', score: null, endedAt: NOW }),
    makeTask({ state: 'errored', endedAt: NOW }),
  ];
  const words = (isBinary: boolean): readonly (string | undefined)[] =>
    linesOf(
      select(makeSnapshot({ newestResults, run: makeRun({ evals: [makeEval({ isBinary })] }) })),
      'results',
    )
      .slice(1)
      .map((line) => line.split(' ')[0]);
  expect(words(true)).toEqual(['right', 'wrong', 'unscored', 'errored']);
  expect(words(false)).toEqual(['scored', 'scored', 'unscored', 'errored']);
});

test('names the eval before a task only when the run has several', () => {
  const evals = [makeEval(), makeEval({ index: 1, name: 'elements' })];
  const longestRunning = [makeTask({ evalIndex: 1 })];
  const snapshot = makeSnapshot({ longestRunning });
  expect(linesOf(select(snapshot), 'running')[1]).toContain(' fr.1 ');
  const several = makeSnapshot({ longestRunning, run: makeRun({ evals }) });
  expect(linesOf(select(several), 'running')[1]).toContain(' elements/fr.1 ');
});

test('the banner tells of a stop before all else, then of what stands still', () => {
  const text = (state: Partial<ScreenState>, more: { paused?: boolean; isOwner?: boolean } = {}): string =>
    select(makeSnapshot({ run: makeRun({ paused: more.paused ?? false }) }), {
      state: makeState(state),
      isOwner: more.isOwner ?? true,
    })
      .foot.map((part) => part.text)
      .join('');
  expect(text({})).toBe('');
  expect(text({}, { paused: true })).toContain('pausing: 12 in flight finish');
  expect(text({ note: 'a note' }, { paused: true })).toBe('a note');
  expect(text({ isFrozen: true, note: 'a note' })).toContain('frozen');
  expect(text({ stopStage: 'drain', isFrozen: true })).toBe(
    'finishing 12 tasks in flight — Ctrl-C again aborts them',
  );
  expect(text({ stopStage: 'abort' }, { isOwner: false })).toBe(
    'aborting 12 tasks in flight — Q kills the executors',
  );
  expect(text({ stopStage: 'kill' })).toContain('killed');
});

test('the banner tells of an act from any terminal for a while', () => {
  const told = (finishedAt: number): string => {
    const query = { part: 'acts', runId: makeRun().runId, limit: 1 } as const;
    const data = { acts: { query, value: [makeAct({ finishedAt })] } };
    return select(makeSnapshot(), { data })
      .foot.map((part) => part.text)
      .join('');
  };
  expect(told(NOW - 1_000)).toBe('At most 20 tasks are in flight. (monitor 4711)');
  expect(told(NOW - 20_000)).toBe('');
});

test('a finished run shows why it ended early, and how much of it was not run', () => {
  const evals = [makeEval({ report: REPORT })];
  const run = makeRun({
    state: 'finished',
    status: 'cancelled',
    finishedAt: NOW,
    error: 'the disk is full',
    evals,
  });
  const view = select(makeSnapshot({ run }));
  expect(view.foot[0]?.text).toBe('the disk is full');
  expect(view.header.right[0]).toEqual({ status: 'cancelled', text: 'interrupted' });
  expect(linesOf(view, 'summary')[0]).toContain('680 tasks not run');
  expect(linesOf(view, 'problems').join()).not.toContain('retry in');
});

test('a run that is told to pause is pausing while tasks are in flight, and paused when it is quiet', () => {
  const standing = (running: number): string => {
    const evals = [makeEval({ counts: makeCounts({ running }) })];
    const { right } = select(makeSnapshot({ run: makeRun({ paused: true, evals }) })).header;
    return right.map(({ text }) => text).join('');
  };
  expect(standing(3)).toMatch(/^pausing /);
  expect(standing(0)).toMatch(/^paused /);
});
