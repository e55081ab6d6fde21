import { taskKey } from '../../core/eval.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { taskName } from '../../core/task-name.ts';
import { completionFnsOf } from '../../core/run-spec.ts';
import type { RunRow, RunSnapshot } from '../../store/task-store.ts';
import { countsOf } from './runs-table.ts';

/** A task that is held to be stuck, and why. */
export interface StuckTask {
  /** As people name it. */
  readonly name: string;
  /** `sampleId.attempt` */
  readonly task: string;
  readonly eval: string | null;
  readonly pid: number | null;
  /** Null when it does not stand in a thread, but waits for something. */
  readonly thread: number | null;
  readonly verdict: string;
  readonly ageMs: number;
  readonly step: string | null;
  /** Where its thread stands in the eval's code; null when no such place was seen. */
  readonly place: string | null;
}

/** All that the line displays are made of, at one time. */
export interface DisplayInput {
  readonly snapshot: RunSnapshot;
  readonly stuck: readonly StuckTask[];
  /** Path of the db. */
  readonly db: string;
}

export interface JsonDisplayState {
  readonly hasStarted: boolean;
  readonly hasFinished: boolean;
  /** Ids of those that were told of. */
  readonly executors: ReadonlySet<string>;
  /** Verdicts that were told of. */
  readonly stuck: ReadonlySet<string>;
  readonly progressAt: number;
}

export const INITIAL_JSON_STATE: JsonDisplayState = Object.freeze({
  hasStarted: false,
  hasFinished: false,
  executors: new Set<string>(),
  stuck: new Set<string>(),
  progressAt: Number.NEGATIVE_INFINITY,
});

const PROGRESS_MS = 1_000;

/**
 * What `--display json` prints for a snapshot: the events since the last one, each a JSON text of one line. A
 * run that is planned has not started; `run.finished` comes once and last.
 */
export function nextJsonLines(
  state: JsonDisplayState,
  input: DisplayInput,
  now: number,
): { readonly state: JsonDisplayState; readonly lines: readonly string[] } {
  const { snapshot, stuck, db } = input;
  const { run } = snapshot;
  if (state.hasFinished || (run.state === 'planning' && !state.hasStarted)) return { state, lines: [] };
  const executors = snapshot.executors.filter(({ executorId }) => !state.executors.has(executorId));
  const verdicts = stuck.filter((each) => !state.stuck.has(stuckKey(each)));
  const hasFinished = run.state === 'finished';
  const isDue = !hasFinished && now - state.progressAt >= PROGRESS_MS;
  const events: readonly JsonObject[] = [
    ...(state.hasStarted ? [] : [runStarted(run, db)]),
    ...executors.map(({ pid, threads }) => ({ type: 'executor.started', runId: run.runId, pid, threads })),
    ...verdicts.map((each) => taskStuck(run, each)),
    ...(isDue ? [{ type: 'run.progress', runId: run.runId, counts: countsOf(snapshot.counts) }] : []),
    ...(hasFinished ? [runFinished(snapshot, now)] : []),
  ];
  return {
    state: {
      hasStarted: true,
      hasFinished,
      executors: new Set([...state.executors, ...executors.map(({ executorId }) => executorId)]),
      stuck: new Set(stuck.map(stuckKey)),
      progressAt: isDue ? now : state.progressAt,
    },
    lines: events.map(jsonText),
  };
}

/** What is stuck in a snapshot, as the line displays tell it. */
export function stuckTasks({ run, stuck }: RunSnapshot, now: number): readonly StuckTask[] {
  return stuck.map((row) => {
    const { pid, thread, verdict, step, since, stack } = row;
    const place = stack.find((frame) => !/node:|node_modules/.test(frame)) ?? null;
    const named = {
      name: taskName(row, run.evals),
      task: taskKey(row),
      eval: run.evals.find(({ index }) => index === row.evalIndex)?.name ?? null,
    };
    return { ...named, pid, thread, verdict, step, place, ageMs: Math.max(0, now - since) };
  });
}

/** One verdict on one task is told once, for as long as it holds. */
export function stuckKey({ name, pid, verdict }: StuckTask): string {
  return JSON.stringify([name, pid, verdict]);
}

/** With several evals, `eval` holds their names, and `evals` what each has of its own. */
function runStarted(run: RunRow, db: string): JsonObject {
  const { evals } = run;
  return {
    type: 'run.started',
    runId: run.runId,
    eval: evals.map(({ name }) => name).join(','),
    completionFns: completionFnsOf(run.spec),
    tasks: evals.reduce((sum, { tasks }) => sum + tasks, 0),
    db,
    recordPath: evals.length === 1 ? (evals[0]?.recordPath ?? null) : null,
    ...(evals.length === 1
      ? {}
      : { evals: evals.map(({ name, tasks, recordPath }) => ({ name, tasks, recordPath })) }),
  };
}

/** With several evals, `eval` tells which has the task. */
function taskStuck({ runId, evals }: RunRow, stuck: StuckTask): JsonObject {
  const { task, pid, thread, verdict, ageMs, step } = stuck;
  const ofEval = evals.length > 1 ? { eval: stuck.eval } : {};
  return { type: 'task.stuck', runId, ...ofEval, task, pid, thread, verdict, ageMs, step };
}

/** With several evals, `report` holds each one's by its name. */
function runFinished({ run, counts }: RunSnapshot, now: number): JsonObject {
  const from = run.startedAt ?? run.createdAt;
  return {
    type: 'run.finished',
    runId: run.runId,
    status: run.status ?? 'errored',
    counts: countsOf(counts),
    report: reportOf(run),
    durationMs: Math.max(0, (run.finishedAt ?? now) - from),
    ...(run.error === null ? {} : { error: run.error }),
  };
}

function reportOf({ evals }: RunRow): JsonObject {
  const [first, ...others] = evals;
  if (first === undefined) return {};
  if (others.length === 0) return first.report ?? {};
  return Object.fromEntries(
    evals.map(({ name, index, report }) => {
      const isTaken = evals.some((other) => other.name === name && other.index !== index);
      return [isTaken ? `${name}#${index + 1}` : name, report ?? {}] as const;
    }),
  );
}

/** All that a terminal might act on and JSON leaves as it is. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029]|\p{Cf}/gu;

/** JSON of one line that says the same as `JSON.stringify` and can be shown on a terminal. */
export function jsonText(value: JsonValue): string {
  return JSON.stringify(value).replaceAll(UNSAFE, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
