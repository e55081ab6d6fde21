import { flatReport } from '../../core/final-report.ts';
import { formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import type { EvalRow, RunSnapshot } from '../../store/task-store.ts';
import { fit, truncate } from '../parts/columns.ts';
import { describeReport, type ReportText } from './report.ts';
import type { Part, Row } from '../parts/view-model.ts';

const MAX_NAME = 24;

/** The reports of a finished run: first the headline of every eval, then the details of each. */
export function selectSummaryRows({ run }: RunSnapshot, room: number): readonly Row[] {
  const width = Math.min(MAX_NAME, Math.max(...run.evals.map(({ name }) => name.length)));
  const texts = run.evals.map((row) => ({ row, text: describeReport(flatReport(row.report ?? {})) }));
  return [
    ...texts.map(({ row, text }) => headlineRow(row, text, width)),
    ...texts.flatMap(({ row, text }) => detailRows(row, text, run.evals.length > 1, room)),
  ];
}

function headlineRow(row: EvalRow, { headline }: ReportText, width: number): Row {
  const missing = row.counts.queued + row.counts.running + row.counts.cancelled;
  const parts: Part[] = [
    {
      status: row.counts.errored > 0 ? 'errored' : missing > 0 ? 'cancelled' : 'done',
      text: fit(printable(row.name), width),
    },
    { text: `  ${headline === '' ? 'no score' : headline}`, tone: 'strong' },
  ];
  if (missing > 0) parts.push({ text: `  ${formatCount(missing)} tasks not run`, tone: 'warning' });
  return { kind: 'parts', parts };
}

function detailRows(row: EvalRow, text: ReportText, isNamed: boolean, room: number): readonly Row[] {
  const line = (parts: readonly Part[]): Row => ({ kind: 'parts', parts });
  const indent = '  ';
  const groupWidth = Math.min(MAX_NAME, Math.max(0, ...text.groups.map(({ name }) => name.length)));
  return [
    ...(isNamed ? [line([{ text: printable(row.name), tone: 'muted' }])] : []),
    ...text.details.map((detail) => line([{ text: indent + truncate(detail, room - 2) }])),
    ...text.groups.map((group) =>
      line([{ text: `${indent}${fit(group.name, groupWidth)}  `, tone: 'muted' }, { text: group.text }]),
    ),
    ...(row.recordPath === null
      ? []
      : [line([{ text: `${indent}record ${printable(row.recordPath)}`, tone: 'muted' as const }])]),
  ];
}
