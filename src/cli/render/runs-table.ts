import { formatDuration } from '../../core/duration.ts';
import { estimateMean } from '../../core/estimate.ts';
import { formatCount, formatNames } from '../../core/format.ts';
import type { JsonObject } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import { completionFnsOf, modelText } from '../../core/run-spec.ts';
import { formatScore } from '../../monitor/parts/format.ts';
import type { Counts, RunRow } from '../../store/task-store.ts';
import { formatDateTime } from './clock.ts';
import { renderTable, type TableColumn } from './table.ts';

/** A run, and whether its supervisor is alive, which the db cannot know. */
export interface RunEntry {
  readonly run: RunRow;
  readonly isSupervised: boolean;
}

export interface RunsTableOptions {
  readonly now: number;
  /** Cells; `Infinity` cuts nothing. */
  readonly width: number;
}

/** Any unique start of an id names a run: the time it was made, and two characters of chance. */
const SHORT_ID = 14;
const WIDE = 110;

/** The history of runs, in the order given. */
export function renderRunsTable(entries: readonly RunEntry[], options: RunsTableOptions): readonly string[] {
  if (entries.length === 0) return ['No run yet.'];
  const { now, width } = options;
  const isWide = width >= WIDE;
  const columns: readonly TableColumn<RunEntry>[] = [
    { title: 'RUN', text: ({ run }) => (isWide ? run.runId : run.runId.slice(0, SHORT_ID)) },
    { title: 'STATUS', text: runStatusWord },
    { title: 'EVALS', isFlexible: true, text: ({ run }) => evalNames(run) },
    ...(isWide ? [{ title: 'MODEL', text: ({ run }: RunEntry) => printable(modelText(run.spec)) }] : []),
    { title: 'DONE', align: 'right', text: ({ run }) => doneText(run) },
    { title: 'SCORE', align: 'right', text: ({ run }) => scoreText(run) },
    { title: 'STARTED', text: ({ run }) => formatDateTime(run.startedAt ?? run.createdAt) },
    { title: 'TOOK', align: 'right', text: (entry) => durationText(entry, now) },
  ];
  return renderTable(columns, entries, width);
}

/** The same as plain data: one object a run. Times are ISO 8601 in UTC. */
export function describeRuns(entries: readonly RunEntry[]): readonly JsonObject[] {
  return entries.map((entry) => {
    const { run } = entry;
    return {
      runId: run.runId,
      status: runStatusWord(entry),
      evals: run.evals.map((row) => ({
        name: row.name,
        tasks: row.tasks,
        counts: countsOf(row.counts),
        score: estimateMean({ ...row, attempts: run.spec.attempts })?.value ?? null,
        recordPath: row.recordPath,
      })),
      completionFns: completionFnsOf(run.spec),
      createdAt: new Date(run.createdAt).toISOString(),
      startedAt: isoTime(run.startedAt),
      finishedAt: isoTime(run.finishedAt),
      error: run.error,
    };
  });
}

/** `completed`, `errored` or `cancelled`; else the state, `paused`, or `lost` when nobody runs it any more. */
function runStatusWord({ run, isSupervised }: RunEntry): string {
  if (run.state === 'finished') return run.status ?? 'finished';
  if (!isSupervised) return 'lost';
  return run.paused ? 'paused' : run.state;
}

/** The five counts and nothing else, as contracts have them. */
export function countsOf({ queued, running, done, errored, cancelled }: Counts): JsonObject {
  return { queued, running, done, errored, cancelled };
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function evalNames({ evals, spec }: RunRow): string {
  const names = evals.length > 0 ? evals.map(({ name }) => name) : spec.evals.map(({ given }) => given);
  return formatNames(names.map(printable));
}

function doneText({ evals }: RunRow): string {
  const done = evals.reduce((sum, { counts }) => sum + counts.done, 0);
  const tasks = evals.reduce((sum, row) => sum + row.tasks, 0);
  return `${formatCount(done)}/${formatCount(tasks)}`;
}

function scoreText({ evals, spec }: RunRow): string {
  const [first, ...others] = evals;
  if (first === undefined || others.length > 0) return '–';
  const estimate = estimateMean({ ...first, attempts: spec.attempts });
  return estimate === null ? '–' : formatScore(estimate.value);
}

function durationText({ run, isSupervised }: RunEntry, now: number): string {
  if (run.finishedAt === null && !isSupervised) return '–';
  return formatDuration((run.finishedAt ?? now) - (run.startedAt ?? run.createdAt));
}
