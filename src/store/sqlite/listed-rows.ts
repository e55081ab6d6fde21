import type { JsonObject } from '../../core/json.ts';
import type { ErrorKind } from '../../core/outcome.ts';
import type {
  EvidenceRow,
  ListedEvidence,
  ListedTask,
  StepInFlight,
  StuckRow,
  TaskDetail,
  TryRow,
} from '../task-store.ts';
import { fromJson, stateName } from './rows.ts';
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

export interface DbStuck extends Omit<StuckRow, 'since' | 'stack'> {
  readonly foundAt: number;
  readonly data: string;
}

/** Evidence is written by executors and read from disk: what it does not say is absent, whatever it says. */
export function toStuckRow({ foundAt, data, ...row }: DbStuck): StuckRow {
  const { silentMs, ageMs, step, stack } = fromJson<JsonObject>(data);
  const standsMs = [silentMs, ageMs].find((ms) => typeof ms === 'number') ?? 0;
  return {
    ...row,
    since: foundAt - Number(standsMs),
    step: typeof step === 'string' ? step : row.step,
    stack: Array.isArray(stack) ? stack.filter((frame) => typeof frame === 'string') : [],
  };
}

export interface DbTaskDetail extends DbListedTask {
  readonly input: string;
  readonly expected: string | null;
  readonly result: string | null;
  readonly chain: string | null;
}

export interface DbTry extends Omit<TryRow, 'outcome'> {
  readonly errorKind: ErrorKind | null;
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
  const { input, expected, result, chain, ...task } = row;
  const { step, stepStartedAt } = task;
  const only: readonly StepInFlight[] =
    step === null || stepStartedAt === null ? [] : [{ name: step, startedAt: stepStartedAt }];
  return {
    ...toListedTask(task),
    input: fromJson(input),
    expected: expected === null ? null : fromJson(expected),
    result: result === null ? null : fromJson(result),
    tries: tries.map(({ errorKind, ...rest }) => ({ ...rest, outcome: errorKind ?? 'completed' })),
    steps: chain === null ? only : (JSON.parse(chain) as StepInFlight[]),
    evidence: evidence.map((each) => ({ ...each, data: fromJson<JsonObject>(each.data) })),
    events: events.map((event) => ({ ...event, data: fromJson<JsonObject>(event.data) })),
  };
}
