import { formatDuration } from '../../core/duration.ts';
import { formatCount, formatQuantity } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { modelText } from '../../core/run-spec.ts';
import type { EvalRow, RunRow } from '../../store/task-store.ts';
import { renderField, renderReport } from './eval-report.ts';

export interface RunSummary {
  readonly run: RunRow;
  /** Whether a process supervises it; absent: one does, or it is finished. */
  readonly isSupervised?: boolean;
  /** What goes on with the run; printed where it can be gone on with: not completed, and nobody's. */
  readonly resumeCommand: string | undefined;
  /** Cells; `Infinity` cuts nothing. */
  readonly width: number;
}

/** The summary of a run as lines of text: each eval with its report and record, then how the run ended. */
export function renderSummary({
  run,
  isSupervised = true,
  resumeCommand,
  width,
}: RunSummary): readonly string[] {
  const evals = run.evals.flatMap((row) => [...renderEval(row, run, width), '']);
  const canResume =
    resumeCommand !== undefined && run.status !== 'completed' && (run.state === 'finished' || !isSupervised);
  return [
    ...evals,
    renderEnd(run, isSupervised),
    ...(run.error === null ? [] : [`Error: ${printable(run.error)}`]),
    ...(canResume ? [`Resume: ${resumeCommand}`] : []),
  ];
}

function renderEval(row: EvalRow, run: RunRow, width: number): readonly string[] {
  const model = printable(modelText(run.spec));
  return [
    `${printable(row.name)}  ${countsText(row)}  model ${model}`,
    ...(row.report === null ? [renderField('report', 'none: it is made when the run ends')] : []),
    ...(row.report === null
      ? []
      : renderReport(row.report, width, run.evals.length > 1 ? row.name : undefined)),
    ...(row.retries === 0 ? [] : [renderField('retries', formatCount(row.retries))]),
    ...(row.recordPath === null ? [] : [renderField('record', printable(row.recordPath))]),
  ];
}

function countsText({ counts, tasks }: EvalRow): string {
  const left = counts.queued + counts.running;
  return [
    `${formatCount(counts.done)} of ${formatQuantity(tasks, 'task')} done`,
    ...(counts.errored === 0 ? [] : [`${formatCount(counts.errored)} errored`]),
    ...(counts.cancelled === 0 ? [] : [`${formatCount(counts.cancelled)} cancelled`]),
    ...(left === 0 ? [] : [`${formatCount(left)} not finished`]),
  ].join(', ');
}

function renderEnd(run: RunRow, isSupervised: boolean): string {
  const from = run.startedAt ?? run.createdAt;
  const took = run.finishedAt === null ? '' : ` after ${formatDuration(run.finishedAt - from)}`;
  return `Run ${run.runId} ${endWord(run, isSupervised)}${took}`;
}

function endWord({ status, state }: RunRow, isSupervised: boolean): string {
  switch (status) {
    case 'completed':
      return 'completed';
    case 'errored':
      return 'ended with errors';
    case 'cancelled':
      return 'was interrupted';
    case null:
      if (state === 'finished') return 'ended';
      return isSupervised ? `is not finished: ${state}` : 'is lost: no process supervises it';
  }
}
