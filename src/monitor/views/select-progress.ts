import { formatDuration } from '../../core/duration.ts';
import { formatCount, formatPercent } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { liveEstimate } from '../../core/summary.ts';
import type { Counts, EvalRow, RunSnapshot } from '../../store/task-store.ts';
import { fit } from '../parts/columns.ts';
import { formatRate, formatScore, formatTokens } from '../parts/format.ts';
import { latencyCurve, type LatencyHistory, latencyOf } from '../history/latency-history.ts';
import { HISTORY_MS, type ProgressHistory, rateCurve, tasksPerSecond } from '../history/throughput.ts';
import { type Part, type Row, textRow } from '../parts/view-model.ts';

/** A rate over less than this wavers, ms. */
const RATE_MS = 10_000;
const SCORE_WIDTH = 20;
const PERCENT_WIDTH = 7;
const MAX_LABEL = 18;

/** A bar for the whole when there are several evals, and one for each, unfinished ones first when room is short. */
export function selectProgressRows(snapshot: RunSnapshot, room: number, maxRows: number): readonly Row[] {
  const { evals, spec } = snapshot.run;
  if (evals.length === 0) return [textRow('reading the samples', 'muted')];
  const isMany = evals.length > 1;
  const label = Math.min(
    MAX_LABEL,
    Math.max(...evals.map(({ name }) => name.length), isMany ? 'all evals'.length : 0),
  );
  const places = maxRows - (isMany ? 1 : 0);
  const shown = evals.length <= places ? evals : pickEvals(evals, Math.max(1, places));
  const total = evals.reduce((sum, { tasks }) => sum + tasks, 0);
  const countWidth = 2 * formatCount(total).length + 1;
  const bar = Math.max(4, room - label - countWidth - PERCENT_WIDTH - SCORE_WIDTH - 5);
  const row = (name: string, counts: Counts, tasks: number, score: string): Row => {
    const finished = counts.done + counts.errored + counts.cancelled;
    const fraction = tasks === 0 ? 0 : finished / tasks;
    const done = fit(`${formatCount(finished)}/${formatCount(tasks)}`, countWidth, 'right');
    const text = `${done} ${fit(formatPercent(fraction), PERCENT_WIDTH, 'right')}  ${fit(score, SCORE_WIDTH)}`;
    return { kind: 'bar', label: fit(name, label), fraction, width: bar, text };
  };
  const rows = shown.map((each) =>
    row(printable(each.name), each.counts, each.tasks, runningScore(each, spec.attempts)),
  );
  return isMany ? [row('all evals', snapshot.counts, total, ''), ...rows] : rows;
}

/** Says what the score at the end of each bar is. */
export function progressTitle(snapshot: RunSnapshot, shownRows: number): string {
  const { evals } = snapshot.run;
  const score = evals.every(({ isBinary }) => isBinary) ? 'accuracy' : 'score';
  const hidden = evals.length > 1 ? Math.max(0, evals.length - (shownRows - 1)) : 0;
  return `Progress · ${score} with 95 % interval${hidden === 0 ? '' : ` · ${hidden} more ${hidden === 1 ? 'eval' : 'evals'}`}`;
}

/** Every state with its count; what is stuck among what runs. */
export function selectCountParts({ counts, stuck }: RunSnapshot): readonly Part[] {
  const part = (status: NonNullable<Part['status']>, count: number, word: string): readonly Part[] => [
    { status, text: `${formatCount(count)} ${word}` },
    { text: '  ' },
  ];
  return [
    ...part('done', counts.done, 'done'),
    ...part('running', counts.running, 'running'),
    ...(stuck.length === 0 ? [] : part('stuck', stuck.length, 'stuck')),
    ...part('queued', counts.queued, 'queued'),
    // Nothing wrong is no sign worth a colour.
    ...(counts.errored === 0
      ? [{ text: '0 errored', tone: 'muted' } as const, { text: '  ' }]
      : part('errored', counts.errored, 'errored')),
    ...(counts.cancelled === 0 ? [] : part('cancelled', counts.cancelled, 'cancelled')),
  ].slice(0, -1);
}

/** What became of the answers, and what it took. */
export function selectAnswerText(snapshot: RunSnapshot): string {
  const { evals } = snapshot.run;
  const sum = (pick: (row: EvalRow) => number): number => evals.reduce((total, row) => total + pick(row), 0);
  const isBinary = evals.every((row) => row.isBinary);
  return [
    ...(isBinary
      ? [
          `${formatCount(sum((row) => row.correct))} correct`,
          `${formatCount(sum((row) => row.scored - row.correct))} wrong`,
        ]
      : []),
    `${formatCount(sum((row) => row.unparsed))} unparsed`,
    `${formatCount(sum((row) => row.retries))} retries`,
  ].join(' · ');
}

/** Tasks/s of the last minute as a curve, and now. */
export function selectRateRow(history: ProgressHistory, now: number, cells: number): Row {
  return {
    kind: 'curve',
    label: 'tasks/s',
    values: rateCurve(history, now, cells),
    text: fit(formatRate(tasksPerSecond(history, now, RATE_MS)), 5, 'right'),
  };
}

/** The rate over all of the last minute. */
export function selectMeanRateText(history: ProgressHistory, now: number): string {
  return `${formatRate(tasksPerSecond(history, now, HISTORY_MS))} tasks/s`;
}

export function selectTokenText(snapshot: RunSnapshot): string {
  const { evals } = snapshot.run;
  const prompt = evals.reduce((sum, row) => sum + row.promptTokens, 0);
  const completion = evals.reduce((sum, row) => sum + row.completionTokens, 0);
  return `${formatTokens(prompt)} in, ${formatTokens(completion)} out`;
}

/** How long tasks took in the last minute as a curve, and the middle and slow end of it. */
export function selectLatencyRow(history: LatencyHistory, now: number, cells: number): Row {
  return {
    kind: 'curve',
    label: 'took',
    values: latencyCurve(history, now, cells),
    text: latencyText(history),
  };
}

function latencyText(history: LatencyHistory): string {
  const latency = latencyOf(history);
  if (latency === null) return '–';
  return `p50 ${formatDuration(latency.p50)} p95 ${formatDuration(latency.p95)}`;
}

export function shortLatencyText(history: LatencyHistory): string {
  const latency = latencyOf(history);
  return latency === null ? '–' : formatDuration(latency.p95);
}

export function selectFlightText(snapshot: RunSnapshot): string {
  return `${formatCount(snapshot.counts.running)}/${formatCount(snapshot.run.concurrency)}`;
}

function runningScore(row: EvalRow, attempts: number): string {
  const { scoredSamples, meanSum, meanSquareSum, isBinary } = row;
  const estimate = liveEstimate({ scoredSamples, meanSum, meanSquareSum, isBinary, attempts });
  if (estimate === null) return '–';
  const { value, low, high } = estimate;
  return `${formatScore(value)} [${formatScore(low)}, ${formatScore(high)}]`;
}

/** Those that are going on, else those still to come: what is finished is not news. */
function pickEvals(evals: readonly EvalRow[], places: number): readonly EvalRow[] {
  const order = (row: EvalRow): number => {
    const left = row.counts.queued + row.counts.running;
    if (left === 0) return 2;
    return row.counts.running > 0 || left < row.tasks ? 0 : 1;
  };
  return [...evals].sort((a, b) => order(a) - order(b) || a.index - b.index).slice(0, places);
}
