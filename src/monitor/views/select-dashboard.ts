import { formatCount } from '../../core/format.ts';
import type { RunSnapshot } from '../../store/task-store.ts';
import {
  bodyRows,
  isWide,
  shareFinishedRows,
  shareLiveRows,
  splitColumns,
} from '../parts/dashboard-layout.ts';
import { executorsTitle, selectExecutorRows } from '../parts/select-executors.ts';
import { attentionTitle, selectAttentionRows } from './select-attention.ts';
import { NO_VIEW_FACTS } from '../state/screen-state.ts';
import { selectChrome } from '../chrome/select-chrome.ts';
import {
  progressTitle,
  selectAnswerText,
  selectCountParts,
  selectFlightText,
  selectLatencyRow,
  selectMeanRateText,
  selectProgressRows,
  selectRateRow,
  selectTokenText,
  shortLatencyText,
} from './select-progress.ts';
import { selectSummaryRows } from './select-summary.ts';
import { selectResultRows, selectRunningRows } from './select-tasks.ts';
import type { ViewContext } from '../parts/view-context.ts';
import { type Band, type Panel, type Row, type ScreenView, textRow } from '../parts/view-model.ts';

/** The dashboard of a run, live or finished, ready to print in `columns` x `rows` cells (60 x 15 at least). */
export function selectDashboard(context: ViewContext): ScreenView {
  const { columns, rows, snapshot } = context;
  const frame = isWide(columns, rows) ? 'box' : 'rule';
  return {
    ...selectChrome(context),
    frame,
    bands: snapshot.run.state === 'finished' ? finishedBands(context, frame) : liveBands(context, frame),
    facts: NO_VIEW_FACTS,
  };
}

type Frame = ScreenView['frame'];

/** Cells a row has in a panel: frame and one blank at each side. */
function roomIn(width: number, frame: Frame): number {
  return frame === 'box' ? width - 4 : width - 2;
}

function liveBands(context: ViewContext, frame: Frame): readonly Band[] {
  const { snapshot } = context;
  const { evals } = snapshot.run;
  const heights = shareLiveRows({
    rows: context.rows,
    isWide: frame === 'box',
    bars: evals.length > 1 ? evals.length + 1 : 1,
    executors: snapshot.executors.length,
  });
  const { columns, now } = context;
  const executors = band('executors', heights.executors, frame, [
    {
      key: 'executors',
      title: executorsTitle(snapshot),
      width: columns,
      rows: selectExecutorRows(snapshot, now, roomIn(columns, frame)),
    },
  ]);
  const problems = problemsBand(context, heights.problems, frame);
  if (frame === 'box') {
    return [
      band('progress', heights.progress, frame, wideProgress(context, heights.progress)),
      executors,
      band('running', heights.running, frame, [
        resultsPanel(snapshot, now, splitColumns(columns, 0.4)[0], frame),
        runningPanel(snapshot, now, splitColumns(columns, 0.4)[1], frame),
      ]),
      problems,
    ];
  }
  const results = resultsPanel(snapshot, now, columns, frame);
  return [
    band('progress', heights.progress, frame, [narrowProgress(context, heights.progress)]),
    executors,
    band('running', heights.running, frame, [runningPanel(snapshot, now, columns, frame)]),
    problems,
    band('results', heights.results, frame, [results]),
  ].filter(({ height }) => height > 1);
}

function finishedBands(context: ViewContext, frame: Frame): readonly Band[] {
  const { snapshot, columns, now } = context;
  const summary = selectSummaryRows(snapshot, roomIn(columns, frame));
  const heights = shareFinishedRows({
    rows: context.rows,
    isWide: frame === 'box',
    summary: summary.length,
    problems: Math.max(1, snapshot.lastErrors.length),
  });
  const summaryBand = band('summary', heights.summary, frame, [
    { key: 'summary', title: 'Summary', width: columns, rows: summary },
  ]);
  return [
    summaryBand,
    problemsBand(context, heights.problems, frame),
    band('results', heights.results, frame, [resultsPanel(snapshot, now, columns, frame)]),
  ].filter(({ height }) => height > 1);
}

function wideProgress(context: ViewContext, height: number): readonly Panel[] {
  const { snapshot, history, now } = context;
  const [left, right] = splitColumns(context.columns, 0.64);
  const bars = bodyRows(height, 'box') - 2;
  const cells = Math.min(30, roomIn(right, 'box') - 16);
  return [
    {
      key: 'progress',
      title: progressTitle(snapshot, bars),
      width: left,
      rows: [
        ...selectProgressRows(snapshot, roomIn(left, 'box'), bars),
        { kind: 'parts', parts: selectCountParts(snapshot) },
        textRow(selectAnswerText(snapshot), 'muted'),
      ],
    },
    {
      key: 'throughput',
      title: 'Throughput · last minute',
      width: right,
      rows: [
        selectRateRow(history, now, cells),
        selectLatencyRow(context.latencies, now, Math.max(6, cells - 17)),
        labelled('mean', selectMeanRateText(history, now)),
        labelled('in flight', `${selectFlightText(snapshot)} tasks`),
        labelled('tokens', selectTokenText(snapshot)),
      ],
    },
  ];
}

function narrowProgress(context: ViewContext, height: number): Panel {
  const { snapshot, history, now, columns } = context;
  const bars = bodyRows(height, 'rule') - 2;
  const rate = selectRateRow(history, now, columns >= 76 ? 14 : 8);
  const latency = columns < 76 ? '' : `  p95 ${shortLatencyText(context.latencies)}`;
  const beside = `  in flight ${selectFlightText(snapshot)}${latency}  tokens ${selectTokenText(snapshot)}`;
  return {
    key: 'progress',
    title: progressTitle(snapshot, bars),
    width: columns,
    rows: [
      ...selectProgressRows(snapshot, roomIn(columns, 'rule'), bars),
      { kind: 'parts', parts: selectCountParts(snapshot) },
      rate.kind === 'curve' ? { ...rate, text: rate.text + beside } : rate,
    ],
  };
}

function runningPanel(snapshot: RunSnapshot, now: number, width: number, frame: Frame): Panel {
  return {
    key: 'running',
    title: `Longest running · ${formatCount(snapshot.counts.running)} in flight`,
    width,
    rows: selectRunningRows({ snapshot, now, room: roomIn(width, frame) }),
  };
}

function resultsPanel(snapshot: RunSnapshot, now: number, width: number, frame: Frame): Panel {
  return {
    key: 'results',
    title: 'Newest results',
    width,
    rows: selectResultRows({ snapshot, now, room: roomIn(width, frame) }, frame === 'box'),
  };
}

function problemsBand(context: ViewContext, height: number, frame: Frame): Band {
  const { snapshot, columns, now } = context;
  const room = roomIn(columns, frame);
  const rows = selectAttentionRows({ snapshot, now, room }, bodyRows(height, frame));
  return band('problems', height, frame, [
    { key: 'problems', title: attentionTitle(snapshot), width: columns, rows },
  ]);
}

function labelled(label: string, text: string): Row {
  return { kind: 'parts', parts: [{ text: label.padEnd(10), tone: 'muted' }, { text }] };
}

function band(key: string, height: number, frame: Frame, panels: readonly Panel[]): Band {
  const places = bodyRows(height, frame);
  return { key, height, panels: panels.map((panel) => ({ ...panel, rows: panel.rows.slice(0, places) })) };
}
