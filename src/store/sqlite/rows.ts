import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { ErrorKind } from '../../core/outcome.ts';
import type { RunSpec } from '../../core/run-spec.ts';
import type {
  AttemptRow,
  ClaimedTask,
  Command,
  CommandKind,
  CommandResult,
  CommandRow,
  Counts,
  ErrorGroup,
  EvalRow,
  ExecutorRow,
  ProcessIdentity,
  RunRow,
  TaskRow,
  TaskState,
  WorkerStats,
} from '../task-store.ts';

/** The states of a task as the db has them. They are on disk: a number never changes its meaning. */
export const STATE: Readonly<Record<TaskState, number>> = Object.freeze({
  queued: 0,
  claimed: 1,
  running: 2,
  done: 3,
  errored: 4,
  cancelled: 5,
});

const STATE_NAMES: readonly TaskState[] = ['queued', 'claimed', 'running', 'done', 'errored', 'cancelled'];

/**
 * Text as SQLite can hold it: half a surrogate pair becomes U+FFFD. JSON columns need none of this, since
 * `JSON.stringify` escapes such halves and so keeps them exactly.
 */
export function toText(text: string): string {
  return text.toWellFormed();
}

export function toJson(value: JsonValue | undefined): string {
  return JSON.stringify(value) ?? 'null';
}

export function fromJson<Value extends JsonValue>(text: string): Value {
  return JSON.parse(text) as Value;
}

export interface DbRun extends ProcessIdentity, Omit<RunRow, 'spec' | 'paused' | 'supervisor' | 'evals'> {
  readonly key: number;
  readonly spec: string;
  readonly paused: number;
}

export interface DbEval extends Omit<EvalRow, 'counts' | 'isBinary' | 'report'>, Counts {
  readonly isBinary: number;
  readonly report: string | null;
}

export function toRunRow(row: DbRun, evals: readonly DbEval[]): RunRow {
  const { key: _key, spec, paused, host, boot, pid, startTime, ...rest } = row;
  return {
    ...rest,
    spec: toRunSpec(spec),
    paused: paused === 1,
    supervisor: { host, boot, pid, startTime },
    evals: evals.map(toEvalRow),
  };
}

/** The runs of older versions have one `model`. */
function toRunSpec(text: string): RunSpec {
  const spec = JSON.parse(text) as RunSpec & { readonly model?: string };
  return spec.model === undefined ? spec : { ...spec, completionFns: [spec.model] };
}

function toEvalRow(row: DbEval): EvalRow {
  const { queued, running, done, errored, cancelled, isBinary, report, ...rest } = row;
  return {
    ...rest,
    counts: { queued, running, done, errored, cancelled },
    isBinary: isBinary === 1,
    report: report === null ? null : fromJson<JsonObject>(report),
  };
}

export interface DbExecutor extends Omit<ExecutorRow, 'workers'> {
  readonly workers: string;
}

export function toExecutorRow(row: DbExecutor): ExecutorRow {
  return { ...row, workers: JSON.parse(row.workers) as WorkerStats[] };
}

export interface DbTask extends Omit<TaskRow, 'state'> {
  readonly state: number;
}

export function toTaskRow(row: DbTask): TaskRow {
  return { ...row, state: stateName(row.state) };
}

export function stateName(state: number): TaskState {
  return STATE_NAMES[state] ?? 'queued';
}

export interface DbClaim {
  readonly taskId: number;
  readonly evalIndex: number;
  readonly sampleId: string;
  readonly attempt: number;
  readonly try: number;
  readonly failures: number;
  readonly deaths: number;
  readonly watched: number;
  readonly input: string;
  readonly expected: string | null;
  readonly grp: string | null;
}

export function toClaimedTask(row: DbClaim): ClaimedTask {
  return {
    taskId: row.taskId,
    evalIndex: row.evalIndex,
    sampleId: row.sampleId,
    attempt: row.attempt,
    try: row.try,
    failures: row.failures,
    input: fromJson(row.input),
    ...(row.expected === null ? {} : { expected: fromJson(row.expected) }),
    ...(row.grp === null ? {} : { group: row.grp }),
    suspect: row.deaths >= 2,
  };
}

/** A task that an executor holds, with what is needed to end its try. */
export interface DbHeld {
  readonly taskId: number;
  readonly evalIndex: number;
  readonly sample: number;
  readonly sampleId: string;
  readonly attempt: number;
  readonly state: number;
  readonly round: number;
  readonly try: number;
  readonly deaths: number;
  readonly startedAt: number | null;
}

export interface DbAttempt extends Omit<
  AttemptRow,
  'result' | 'correct' | 'unparsed' | 'errorKind' | 'group'
> {
  readonly grp: string | null;
  readonly state: number;
  readonly result: string | null;
  readonly errorKind: ErrorKind | null;
  readonly correct: number | null;
  readonly unparsed: number;
}

export function toAttemptRow(row: DbAttempt): AttemptRow {
  return {
    cursor: row.cursor,
    sampleId: row.sampleId,
    attempt: row.attempt,
    ...(row.grp === null ? {} : { group: row.grp }),
    ...(row.result === null ? {} : { result: fromJson(row.result) }),
    ...(row.errorKind === null ? {} : { errorKind: row.errorKind }),
    score: row.score,
    correct: row.correct === null ? null : row.correct === 1,
    unparsed: row.unparsed === 1,
    durationMs: row.durationMs ?? 0,
    promptTokens: row.promptTokens,
    completionTokens: row.completionTokens,
  };
}

export interface DbErrorGroup extends Omit<ErrorGroup, 'example'> {
  readonly evalIndex: number;
  readonly sampleId: string;
  readonly attempt: number;
  readonly message: string;
  readonly stack: string | null;
}

export function toErrorGroup(row: DbErrorGroup, task: string): ErrorGroup {
  const { kind, pattern, place, tries, tasks, lastAt, message, stack } = row;
  return { kind, pattern, place, tries, tasks, lastAt, example: { task, message, stack } };
}

export interface DbCommand {
  readonly id: number;
  readonly executorId: string | null;
  readonly kind: CommandKind;
  readonly args: string;
  readonly createdBy: string;
  readonly createdAt: number;
}

export function toCommand(row: DbCommand, runId: string): Command {
  const { id, kind, createdBy } = row;
  return {
    id,
    runId,
    ...(row.executorId === null ? {} : { executorId: row.executorId }),
    kind,
    args: fromJson<JsonObject>(row.args),
    createdBy,
    now: row.createdAt,
  };
}

export interface DbCommandRow extends Omit<CommandRow, 'args' | 'result'> {
  readonly args: string;
  readonly result: string | null;
}

export function toCommandRow(row: DbCommandRow): CommandRow {
  return {
    ...row,
    args: fromJson<JsonObject>(row.args),
    result: row.result === null ? null : fromJson<CommandResult>(row.result),
  };
}
