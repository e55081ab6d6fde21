import type { JsonValue } from '../../core/json.ts';
import type { EvidenceRow, StuckRow, TaskDetail } from '../../store/task-store.ts';
import type { Looked, StackSight } from '../state/live-look.ts';
import { framesOfText, type ShownFrame } from '../parts/stack-rows.ts';
import type { ViewData } from '../state/view-query.ts';

/** The newest that is known of where a stuck task stands: what a look saw since, else what it was found with. */
export interface StuckStack {
  /** ms UTC; null: not known yet. */
  readonly at: number | null;
  readonly isLive: boolean;
  readonly threads: readonly StuckThread[];
}

interface StuckThread {
  /** Null: it is the one that was asked about. */
  readonly threadId: number | null;
  readonly state: 'in-js' | 'idle' | 'native';
  /** The task whose code is on it, where that is known. */
  readonly taskId: number | null;
  readonly frames: readonly ShownFrame[];
}

export function stuckStack(row: StuckRow, data: ViewData): StuckStack {
  const looked = stackLook(row, data);
  if (looked?.kind === 'seen' && looked.at >= row.since) {
    const { threads } = looked.sight;
    return { at: looked.at, isLive: true, threads: threads.flatMap((thread) => liveThread(thread, row)) };
  }
  const found = foundWith(row, detailOf(row, data));
  const frames = framesOfText(row.stack, yoursOf(found));
  const thread = { threadId: null, state: 'in-js', taskId: row.taskId, frames } as const;
  return { at: found?.at ?? null, isLive: false, threads: frames.length === 0 ? [] : [thread] };
}

/** The answer to the look that was asked for this task last; null when none was, or none came yet. */
export function stackLook({ taskId }: StuckRow, { stack }: ViewData): Looked<StackSight> | null {
  return stack?.query.look.key === String(taskId) ? stack.value : null;
}

/** What is known of the task; undefined while it is read. */
export function detailOf({ taskId }: StuckRow, { task }: ViewData): TaskDetail | undefined {
  return task?.query.taskId === taskId ? task.value : undefined;
}

/** What was saved with the verdict that holds. */
export function foundWith(row: StuckRow, detail: TaskDetail | undefined): EvidenceRow | undefined {
  return detail?.evidence.findLast(({ verdict, at }) => verdict === row.verdict && at >= row.since);
}

/** All frames that are shown, those of the thread that says most first. */
export function framesOf({ threads }: StuckStack): readonly ShownFrame[] {
  return threads.flatMap(({ frames }) => frames);
}

/** The main thread runs no code of an eval: it is of interest only when it stands, too. */
function liveThread(thread: StackSight['threads'][number], row: StuckRow): readonly StuckThread[] {
  const { threadId, state, frames, taskId = null } = thread;
  if (threadId === 0 && state !== 'native') return [];
  return [{ threadId: threadId === row.thread ? null : threadId, state, taskId, frames }];
}

function yoursOf(evidence: EvidenceRow | undefined): readonly number[] | undefined {
  const yours: JsonValue | undefined = evidence?.data['yours'];
  return Array.isArray(yours) ? yours.filter((index) => typeof index === 'number') : undefined;
}
