import { formatDuration } from '../../core/duration.ts';
import { taskKey } from '../../core/eval.ts';
import { formatCount, formatQuantity } from '../../core/format.ts';
import type { JsonObject } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import { taskName } from '../../core/task-name.ts';
import { formatScore } from '../../monitor/parts/format.ts';
import type { Delivery } from '../../recorder/delivery.ts';
import type { ErrorGroup, ReturnedTries, TaskRow } from '../../store/task-store.ts';
import { renderErrorGroups, renderReturned } from './errors.ts';
import { describeRuns, type RunEntry } from './runs-table.ts';
import { renderSummary } from './summary.ts';
import { renderTable, type TableColumn } from './table.ts';

export interface ShownRun extends RunEntry {
  readonly errorGroups: readonly ErrorGroup[];
  readonly returned: readonly ReturnedTries[];
  readonly slowest: readonly TaskRow[];
  /** What a server was sent of the events; absent: they go to none. */
  readonly sent?: SentEvents;
}

export interface SentEvents {
  /** As it may be shown. */
  readonly url: string;
  readonly delivery: Delivery;
}

/** A run's summary, its groups of errors and its slowest tasks. */
export function renderShow(
  shown: ShownRun,
  options: { readonly resumeCommand: string; readonly width: number },
): readonly string[] {
  const { run, isSupervised, errorGroups, returned, slowest } = shown;
  const { width } = options;
  const errors =
    errorGroups.length === 0
      ? []
      : ['', 'Failed tries', ...renderErrorGroups(errorGroups, width - 2).map((line) => `  ${line}`)];
  const back =
    returned.length === 0
      ? []
      : ['', SENT_BACK, ...renderReturned(returned, width - 2).map((line) => `  ${line}`)];
  const tasks =
    slowest.length === 0
      ? []
      : [
          '',
          'Slowest tasks',
          ...renderTable(columnsFor(shown), slowest, width - 2).map((line) => `  ${line}`),
        ];
  return [
    ...renderSummary({ run, isSupervised, ...options }),
    ...renderSent(shown),
    ...errors,
    ...back,
    ...tasks,
  ];
}

const SENT_BACK = 'Sent back to the queue, which counts as no failure';

function renderSent({ sent }: ShownRun): readonly string[] {
  if (sent === undefined) return [];
  const { events, undelivered, isThrough } = sent.delivery;
  const report = isThrough ? '' : ', the final report not yet';
  return [
    `Sent ${formatCount(events - undelivered)} of ${formatQuantity(events, 'event')}${report} to ${sent.url}`,
  ];
}

/** The same as plain data. */
export function describeShow(shown: ShownRun): JsonObject {
  const { run, errorGroups, returned, slowest } = shown;
  const [described] = describeRuns([shown]);
  return {
    ...described,
    reports: run.evals.map(({ name, report }) => ({ eval: name, report })),
    ...(shown.sent === undefined ? {} : { sent: { url: shown.sent.url, ...shown.sent.delivery } }),
    errorGroups: errorGroups.map((group) => ({
      kind: group.kind,
      pattern: group.pattern,
      place: group.place,
      tries: group.tries,
      tasks: group.tasks,
      lastAt: new Date(group.lastAt).toISOString(),
      example: { ...group.example },
    })),
    returned: returned.map(({ reason, tries }) => ({ reason, tries })),
    slowest: slowest.map((task) => ({
      task: taskKey(task),
      eval: run.evals[task.evalIndex]?.name ?? null,
      state: task.state,
      tries: task.try,
      durationMs: durationOf(task),
      score: task.score,
      errorKind: task.errorKind,
      message: task.message,
    })),
  };
}

function columnsFor({ run }: ShownRun): readonly TableColumn<TaskRow>[] {
  return [
    { title: 'TASK', isFlexible: true, text: (task) => printable(taskName(task, run.evals)) },
    { title: 'STATE', text: ({ state }) => state },
    { title: 'TIME', align: 'right', text: timeText },
    { title: 'TRIES', align: 'right', text: (task) => formatCount(task.try) },
    { title: 'SCORE', align: 'right', text: ({ score }) => (score === null ? '–' : formatScore(score)) },
    { title: 'ERROR', text: ({ errorKind }) => errorKind ?? '' },
  ];
}

function timeText(task: TaskRow): string {
  const ms = durationOf(task);
  return ms === null ? '–' : formatDuration(ms);
}

/** Of the last try, ms. */
function durationOf({ startedAt, endedAt }: TaskRow): number | null {
  return startedAt === null || endedAt === null ? null : endedAt - startedAt;
}
