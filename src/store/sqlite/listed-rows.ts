import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { ErrorKind } from '../../core/outcome.ts';
import type {
  EvidenceRow,
  ListedEvidence,
  ListedTask,
  PastStep,
  StarvedRow,
  StepInFlight,
  StuckRow,
  TaskDetail,
  TryRow,
} from '../task-store.ts';
import { fromJson, STATE, stateName } from './rows.ts';
import { STANDINGS } from '../../core/standing.ts';

export interface DbListedTask extends Omit<ListedTask, 'state' | 'standing' | 'group'> {
  readonly state: number;
  readonly standing: number;
  readonly grp: string | null;
}

export function toListedTask({ grp, ...row }: DbListedTask): ListedTask {
  const standing = STANDINGS[row.standing] ?? 'queued';
  return { ...row, state: stateName(row.state), standing, group: grp };
}

export interface DbStuck extends Omit<StuckRow, 'since' | 'stack' | 'reasons'> {
  readonly foundAt: number;
  readonly data: string;
}

/** Evidence is written by executors and read from disk: what it does not say is absent, whatever it says. */
export function toStuckRow({ foundAt, data, ...row }: DbStuck): StuckRow {
  const { silentMs, idleMs, ageMs, step, stack, reasons, isUnclear } = fromJson<JsonObject>(data);
  const standsMs = [silentMs, idleMs, ageMs].find((ms) => typeof ms === 'number') ?? 0;
  return {
    ...row,
    since: foundAt - Number(standsMs),
    step: typeof step === 'string' ? step : row.step,
    stack: textsOf(stack),
    reasons: textsOf(reasons),
    ...(isUnclear === true ? { isUnclear } : {}),
  };
}

export interface DbStarved extends Omit<StarvedRow, 'reasons'> {
  readonly data: string;
}

export function toStarvedRow({ data, ...row }: DbStarved): StarvedRow {
  return { ...row, reasons: textsOf(fromJson<JsonObject>(data)['reasons']) };
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

export interface DbTaskDetail extends DbListedTask {
  readonly input: string;
  readonly expected: string | null;
  readonly result: string | null;
  readonly chain: string | null;
  /** Ended steps of the try in flight. */
  readonly past: string | null;
  /** Ended steps of the last try that has ended. */
  readonly kept: string | null;
}

export interface DbTry extends Omit<TryRow, 'outcome' | 'steps'> {
  readonly errorKind: ErrorKind | null;
  readonly steps: string | null;
}

function toTryRow({ errorKind, steps, ...row }: DbTry): TryRow {
  return { ...row, outcome: errorKind ?? 'completed', steps: toPastSteps(steps) };
}

function toPastSteps(text: string | null): readonly PastStep[] {
  return text === null ? [] : (JSON.parse(text) as PastStep[]);
}

export interface DbEvent {
  readonly try: number;
  readonly type: string;
  readonly createdAt: number;
  readonly data: string;
}

export interface DbEvidence extends Omit<EvidenceRow, 'data'> {
  readonly data: string;
}

export interface DbListedEvidence extends DbEvidence {
  readonly taskId: number | null;
  readonly evalIndex: number;
  readonly sampleId: string;
  readonly attempt: number;
}

export function toListedEvidence({
  taskId,
  evalIndex,
  sampleId,
  attempt,
  ...row
}: DbListedEvidence): ListedEvidence {
  const data = fromJson<JsonObject>(row.data);
  return { ...row, data, task: taskId === null ? null : { taskId, evalIndex, sampleId, attempt } };
}

/** All rows that a task's detail is made of. */
export interface DbTaskParts {
  readonly row: DbTaskDetail;
  readonly tries: readonly DbTry[];
  readonly evidence: readonly DbEvidence[];
  readonly events: readonly DbEvent[];
}

export function toTaskDetail({ row, tries, evidence, events }: DbTaskParts): TaskDetail {
  const { input, expected, result, chain, past, kept, ...task } = row;
  const ended = task.state === STATE.running ? past : kept;
  const { step, stepStartedAt } = task;
  const only: readonly StepInFlight[] =
    step === null || stepStartedAt === null ? [] : [{ name: step, startedAt: stepStartedAt }];
  return {
    ...toListedTask(task),
    input: fromJson(input),
    expected: expected === null ? null : fromJson(expected),
    result: result === null ? null : fromJson(result),
    tries: tries.map(toTryRow),
    steps: chain === null ? only : (JSON.parse(chain) as StepInFlight[]),
    pastSteps: toPastSteps(ended),
    evidence: evidence.map((each) => ({ ...each, data: fromJson<JsonObject>(each.data) })),
    events: events.map((event) => ({ ...event, data: fromJson<JsonObject>(event.data) })),
  };
}
