import { formatDuration } from '../../core/duration.ts';
import { shortPlace } from '../../core/error-place.ts';
import { formatCount, formatQuantity } from '../../core/format.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { EvalRecordPosition } from '../../core/record.ts';
import { printable } from '../../core/printable.ts';
import { pythonRepr } from '../../core/python/represent.ts';
import { errorGroupKey } from '../../monitor/history/error-history.ts';
import { isReportFloat } from '../../recorder/record-lines.ts';
import type { ErrorGroup, EvalRow, RunSnapshot } from '../../store/task-store.ts';
import { triesText } from './errors.ts';

export interface OaievalLogInput {
  readonly snapshot: RunSnapshot;
  readonly errorGroups: readonly ErrorGroup[];
  readonly showsProgress: boolean;
  /** Where the run's records end. */
  readonly positions: readonly EvalRecordPosition[];
  /** What goes on with the run; absent when nothing can. */
  readonly resumeCommand?: string;
}

/** What was said already. */
export interface OaievalLogState {
  readonly stage: 'planning' | 'started' | 'finished';
  /** Groups of errors that were told of. */
  readonly errors: ReadonlySet<string>;
  readonly progressAt: number;
}

export const INITIAL_OAIEVAL_STATE: OaievalLogState = Object.freeze({
  stage: 'planning',
  errors: new Set<string>(),
  progressAt: 0,
});

const PROGRESS_MS = 5_000;

/** Of the first error of a kind; the whole message is in the record, and at the end. */
const MOST_OF_MESSAGE = 300;

/**
 * The lines of `oaieval`'s log for a snapshot: each new kind of error, the progress every 5 s, and at the end each
 * eval's tokens and final report.
 */
export function nextOaievalLines(
  state: OaievalLogState,
  input: OaievalLogInput,
  now: number,
): { readonly state: OaievalLogState; readonly lines: readonly string[] } {
  const { snapshot, errorGroups, showsProgress } = input;
  const { run } = snapshot;
  if (state.stage === 'finished' || run.state === 'planning') return { state, lines: [] };
  const isFirst = state.stage === 'planning';
  const isFinished = run.state === 'finished';
  const isDue = showsProgress && !isFirst && !isFinished && now - state.progressAt >= PROGRESS_MS;
  const news = errorGroups.filter((group) => !state.errors.has(errorGroupKey(group)));
  return {
    state: {
      stage: isFinished ? 'finished' : 'started',
      errors: new Set(errorGroups.map(errorGroupKey)),
      progressAt: isFirst || isDue ? now : state.progressAt,
    },
    lines: [
      ...news.map((group) => `${group.kind}${fromText(group)}: ${printable(startOf(group.example.message))}`),
      ...(isDue ? [progressLine(snapshot, now)] : []),
      ...(isFinished ? endLines(input) : []),
    ],
  };
}

function fromText({ place }: ErrorGroup): string {
  return place === null ? '' : ` from ${printable(shortPlace(place))}`;
}

function startOf(message: string): string {
  const characters = Array.from(message.slice(0, 2 * MOST_OF_MESSAGE));
  if (characters.length <= MOST_OF_MESSAGE) return message;
  return `${characters.slice(0, MOST_OF_MESSAGE).join('')}…`;
}

function progressLine({ counts, run }: RunSnapshot, now: number): string {
  const ended = counts.done + counts.errored + counts.cancelled;
  const tasks = ended + counts.queued + counts.running;
  const percent = tasks === 0 ? 100 : Math.floor((100 * ended) / tasks);
  const errored = counts.errored === 0 ? '' : `, ${formatCount(counts.errored)} errored`;
  return `${percent}% ${ended}/${tasks} [${formatDuration(now - (run.startedAt ?? run.createdAt))}]${errored}`;
}

function endLines({ snapshot, errorGroups, positions, resumeCommand }: OaievalLogInput): readonly string[] {
  const { run } = snapshot;
  const several = run.evals.length > 1;
  return [
    ...run.evals.flatMap((row) => (row.report === null ? [] : reportLines(row, row.report, several))),
    ...errorGroups.map(
      (group) =>
        `${group.kind}${fromText(group)} (${triesText(group)}), such as ${printable(group.example.task)}: ${printable(group.example.message)}`,
    ),
    ...(run.error === null ? [] : [`Error: ${printable(run.error)}`]),
    ...positions
      .filter(({ path }) => path !== '')
      .map(
        ({ path, nextEventId }) =>
          `Logged ${formatQuantity(nextEventId, 'row')} of events to ${printable(path)}`,
      ),
    // How an interrupted run is gone on with is told at its end, whatever shows it.
    ...(run.status === 'errored' && resumeCommand !== undefined
      ? [`Try them again: ${resumeCommand} --errored`]
      : []),
  ];
}

function reportLines(row: EvalRow, report: JsonObject, isNamed: boolean): readonly string[] {
  const { evaltui: _standard, ...own } = report;
  const entries = Object.entries(own);
  const tokens = entries.flatMap(([key, value]) =>
    key.startsWith('usage_') && typeof value === 'number'
      ? [[key.slice('usage_'.length), value] as const]
      : [],
  );
  const dict = entries.map(([key, value]) => `${pythonRepr(key)}: ${valueText(key, value)}`).join(', ');
  const { queued, running, cancelled, errored } = row.counts;
  // A report of a part is not in the record.
  const isWhole = queued + running + cancelled === 0;
  const title = isWhole
    ? 'Final report'
    : `Report so far, ${formatCount(row.counts.done)} of ${row.tasks} samples`;
  const logged = isWhole && row.recordPath ? ` Logged to ${printable(row.recordPath)}` : ' Logged nowhere';
  const of = isNamed ? ` of ${printable(row.name)}` : '';
  return [
    ...(tokens.length === 0
      ? []
      : [`Token usage${of}:`, ...tokens.map(([key, value]) => `${key}: ${formatCount(value)}`)]),
    ...(errored === 0 ? [] : [`${formatQuantity(errored, 'sample')}${of} errored: not in the final report`]),
    `${title}${of}: {${printable(dict)}}.${logged}`,
    `${title}${of}:`,
    ...entries.map(([key, value]) => `${printable(key)}: ${printable(valueText(key, value))}`),
  ];
}

/** As Python prints it: a float is known by its key, and what is not known is NaN. */
function valueText(key: string, value: JsonValue | undefined): string {
  if (value === null) return 'nan';
  const text = pythonRepr(value);
  return typeof value === 'number' && isReportFloat(key) && /^-?\d+$/.test(text) ? `${text}.0` : text;
}
