import { formatDuration } from '../../core/duration.ts';
import { estimateMean } from '../../core/estimate.ts';
import { shortPlace } from '../../core/error-place.ts';
import { formatCount, formatNames, formatPercent, formatQuantity } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { modelText } from '../../core/run-spec.ts';
import { truncate } from '../../monitor/parts/columns.ts';
import { errorGroupKey } from '../../monitor/history/error-history.ts';
import { formatRate, formatScore } from '../../monitor/parts/format.ts';
import {
  EMPTY_HISTORY,
  rememberSnapshot,
  remainingMs,
  tasksPerSecond,
  type ProgressHistory,
} from '../../monitor/history/throughput.ts';
import type {
  ErrorGroup,
  ExecutorRow,
  ExecutorState,
  ReturnedTries,
  RunSnapshot,
  RunState,
  StarvedRow,
} from '../../store/task-store.ts';
import { triesText } from './errors.ts';
import { stuckKey, type DisplayInput, type StuckTask } from './json-lines.ts';
import { renderSummary } from './summary.ts';

export interface PlainInput extends DisplayInput {
  readonly errorGroups: readonly ErrorGroup[];
  readonly returned: readonly ReturnedTries[];
  /** Needed when the run is finished; undefined: it cannot be gone on with. */
  readonly resumeCommand: string | undefined;
  /** Cells. */
  readonly width: number;
}

/** What was said already. */
export interface PlainDisplayState {
  /** Null before the start line. */
  readonly stage: RunState | 'paused' | null;
  readonly executors: ReadonlyMap<string, ExecutorState>;
  /** Tries of each group of errors when it was last told of. */
  readonly errors: ReadonlyMap<string, number>;
  /** Tries that were sent back to the queue, by their reason, as last told. */
  readonly returned: ReadonlyMap<string, number>;
  readonly stuck: ReadonlySet<string>;
  /** Since when the machine is starved, as last told; null: it is not. */
  readonly starvedSince: number | null;
  /** When the progress was told last. */
  readonly progressAt: number;
  readonly history: ProgressHistory;
}

export const INITIAL_PLAIN_STATE: PlainDisplayState = Object.freeze({
  stage: null,
  executors: new Map<string, ExecutorState>(),
  errors: new Map<string, number>(),
  returned: new Map<string, number>(),
  stuck: new Set<string>(),
  starvedSince: null,
  progressAt: 0,
  history: EMPTY_HISTORY,
});

const PROGRESS_MS = 5_000;
const RATE_MS = 10_000;
/** Kinds of errors that are told of as they come; those beyond are counted with the others. */
const MAX_ANNOUNCED = 20;
const MAX_COUNTED = 5;

/**
 * What `--display plain` prints for a snapshot: lines for the start, executors, stages of stopping, tasks that were
 * sent back to the queue, each new kind of error, each verdict on a stuck task, at most one progress line per 5 s with the errors counted since,
 * and at the end the summary, once.
 */
export function nextPlainLines(
  state: PlainDisplayState,
  input: PlainInput,
  now: number,
): { readonly state: PlainDisplayState; readonly lines: readonly string[] } {
  const { snapshot, errorGroups, returned, stuck } = input;
  const { run, starved } = snapshot;
  if (state.stage === 'finished' || run.state === 'planning') return { state, lines: [] };
  const stage = run.state === 'running' && run.paused ? 'paused' : run.state;
  const history = rememberSnapshot(state.history, snapshot, now);
  const progressAt = state.stage === null ? now : state.progressAt;
  const isDue = run.state === 'finished' || now - progressAt >= PROGRESS_MS;
  const announced = announceErrors(state.errors, errorGroups);
  const counted = isDue
    ? countErrors(announced.errors, errorGroups)
    : { errors: announced.errors, lines: [] };
  const events = [
    ...(state.stage === null ? [startText(snapshot)] : []),
    ...executorLines(state.executors, snapshot),
    ...(stage === state.stage ? [] : stageLines(stage, state.stage, snapshot)),
    ...returnedLines(state.returned, returned),
    ...announced.lines,
    ...(starved === null || starved.since === state.starvedSince ? [] : [starvedText(starved)]),
    ...stuck.filter((each) => !state.stuck.has(stuckKey(each))).map(stuckText),
    ...counted.lines,
    ...(isDue && run.state !== 'finished' ? [progressText(snapshot, history, now)] : []),
  ];
  const elapsed = formatDuration((run.finishedAt ?? now) - (run.startedAt ?? run.createdAt)).padStart(7);
  const summary = run.state === 'finished' ? ['', ...renderSummary({ ...input, run })] : [];
  return {
    state: {
      stage,
      history,
      executors: new Map(snapshot.executors.map((executor) => [executor.executorId, executor.state])),
      errors: counted.errors,
      returned: new Map(returned.map(({ reason, tries }) => [reason, tries])),
      stuck: new Set(stuck.map(stuckKey)),
      starvedSince: starved?.since ?? null,
      progressAt: isDue ? now : progressAt,
    },
    lines: [...events.map((text) => `${elapsed}  ${text}`), ...summary],
  };
}

function startText({ run }: RunSnapshot): string {
  const tasks = run.evals.reduce((sum, row) => sum + row.tasks, 0);
  const names = formatNames(run.evals.map(({ name }) => printable(name)));
  const model = printable(modelText(run.spec));
  const flight = formatCount(run.concurrency);
  return `run ${run.runId}: ${names}, ${formatQuantity(tasks, 'task')}, model ${model}, ${flight} in flight at most`;
}

function executorLines(
  told: PlainDisplayState['executors'],
  { run, executors }: RunSnapshot,
): readonly string[] {
  return executors.flatMap((executor) => {
    const before = told.get(executor.executorId);
    const name = `executor ${executor.pid}`;
    const place = executor.restarts === 0 ? '' : ', in place of one that ended';
    const started =
      before === undefined ? [`${name} started, ${formatQuantity(executor.threads, 'thread')}${place}`] : [];
    // Executors of a run that is over have ended as they should.
    if (before === executor.state || run.state === 'finished') return started;
    return [...started, ...endTexts(executor).map((text) => `${name} ${text}`)];
  });
}

function endTexts({ state, signal, exitCode }: ExecutorRow): readonly string[] {
  if (state === 'lost') return ['is lost: its tasks go back to the queue'];
  if (state !== 'ended') return [];
  if (signal !== null) return [`was ended by ${signal}: its tasks go back to the queue`];
  return exitCode === null || exitCode === 0 ? [] : [`ended with exit code ${exitCode}`];
}

function stageLines(
  stage: RunState | 'paused',
  before: PlainDisplayState['stage'],
  { counts }: RunSnapshot,
): readonly string[] {
  const tasks = formatQuantity(counts.running, 'task');
  switch (stage) {
    case 'draining':
      return [`stopping: no new tasks, ${tasks} in flight finish; Ctrl-C again aborts them`];
    case 'aborting':
      return [`aborting ${tasks} in flight; Ctrl-C again kills the executors`];
    case 'paused':
      return ['paused: no new task is started'];
    case 'running':
      return before === null ? [] : ['the run goes on'];
    case 'planning':
    case 'finished':
      return [];
  }
}

interface Told {
  readonly errors: PlainDisplayState['errors'];
  readonly lines: readonly string[];
}

/** The first of each kind and place, with its message. */
function announceErrors(told: PlainDisplayState['errors'], groups: readonly ErrorGroup[]): Told {
  const fresh = groups.filter((group) => !told.has(errorGroupKey(group)));
  const shown = fresh.slice(0, Math.max(0, MAX_ANNOUNCED - told.size));
  return {
    errors: new Map([...told, ...shown.map((group) => [errorGroupKey(group), group.tries] as const)]),
    lines: shown.map(({ kind, place, example }) => {
      const from = place === null ? '' : ` (${printable(shortPlace(place))})`;
      return truncate(
        `error in ${printable(example.task)}${from}: ${kind}: ${printable(example.message)}`,
        200,
      );
    }),
  };
}

/** How often each kind came, of those that came again; the most frequent first. */
function countErrors(told: PlainDisplayState['errors'], groups: readonly ErrorGroup[]): Told {
  const grown = groups
    .filter((group) => group.tries > (told.get(errorGroupKey(group)) ?? 0))
    .toSorted((a, b) => b.tries - a.tries);
  const hidden = grown.length - MAX_COUNTED;
  return {
    errors: new Map([...told, ...grown.map((group) => [errorGroupKey(group), group.tries] as const)]),
    lines: [
      ...grown
        .slice(0, MAX_COUNTED)
        .map((group) => truncate(`${group.kind}, ${triesText(group)}: ${printable(group.pattern)}`, 120)),
      ...(hidden > 0 ? [`and ${formatCount(hidden)} more kinds of errors`] : []),
    ],
  };
}

/** They go back together, as the thread or the process does that they were in. */
function returnedLines(
  told: PlainDisplayState['returned'],
  returned: readonly ReturnedTries[],
): readonly string[] {
  return returned.flatMap(({ reason, tries }) => {
    const more = tries - (told.get(reason) ?? 0);
    return more > 0 ? [`${formatQuantity(more, 'task')} went back to the queue: ${printable(reason)}`] : [];
  });
}

function starvedText({ reasons }: StarvedRow): string {
  return `this machine has too little for the run, and time-outs may come of that: ${reasons.join('; ')}`;
}

function stuckText({ name, pid, thread, verdict, ageMs, step, place }: StuckTask): string {
  const where = step === null ? '' : ` in "${printable(step)}"`;
  const inProcess = pid === null ? '' : `, pid ${pid}`;
  const inThread = thread === null ? '' : `, thread ${thread}`;
  const at = place === null ? '' : `, at ${printable(place)}`;
  return `stuck: ${printable(name)} for ${formatDuration(ageMs)}${where}${inProcess}${inThread}: ${verdict}${at}`;
}

function progressText(snapshot: RunSnapshot, history: ProgressHistory, now: number): string {
  const { counts, run } = snapshot;
  const finished = counts.done + counts.errored + counts.cancelled;
  const tasks = finished + counts.queued + counts.running;
  const left = remainingMs(history, snapshot, now);
  return [
    `${formatCount(finished)}/${formatCount(tasks)} ${formatPercent(tasks === 0 ? 1 : finished / tasks)}`,
    `${formatRate(tasksPerSecond(history, now, RATE_MS))}/s`,
    `${formatCount(counts.running)} in flight`,
    ...(counts.errored === 0 ? [] : [`${formatCount(counts.errored)} errored`]),
    ...scoreParts(snapshot),
    ...(left === null || run.state !== 'running' ? [] : [`${formatDuration(left)} left`]),
  ].join('  ');
}

/** The score so far; that of several evals would be of nothing. */
function scoreParts({ run }: RunSnapshot): readonly string[] {
  const [row, ...others] = run.evals;
  if (row === undefined || others.length > 0) return [];
  const estimate = estimateMean({ ...row, attempts: run.spec.attempts });
  return estimate === null ? [] : [`${row.isBinary ? 'accuracy' : 'score'} ${formatScore(estimate.value)}`];
}
