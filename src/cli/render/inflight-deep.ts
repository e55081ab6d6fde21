import { formatCount, formatQuantity } from '../../core/format.ts';
import type { SuspendedFunctions, SuspendedInThreads } from '../../core/inspection.ts';
import type { JsonObject } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import { truncate } from '../../monitor/parts/columns.ts';
import { placeText } from './code-place.ts';

/** Suspended async functions of one executor. */
export interface SuspendedInExecutor extends SuspendedInThreads {
  readonly pid: number;
}

/** Suspended async functions by the await they stand in, the most first, with those that await them below. */
export function renderSuspended(
  executors: readonly SuspendedInExecutor[],
  { width, folder }: { readonly width: number; readonly folder: string },
): readonly string[] {
  if (executors.length === 0) return ['No executor is running.'];
  return executors.flatMap(({ pid, groups, unseen }, index) => {
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    return [
      ...(index === 0 ? [] : ['']),
      `Executor ${pid} · ${formatQuantity(count, 'suspended async function')}`,
      ...groups
        .toSorted((a, b) => b.count - a.count || a.threadId - b.threadId)
        .flatMap((group) => groupLines(group, folder)),
      ...unseen.map(
        (thread) =>
          `Thread ${thread} does not come back to its event loop: evaltui stack ${pid} tells where it is.`,
      ),
    ].map((line) => truncate(line, width));
  });
}

function groupLines({ threadId, count, frames }: SuspendedFunctions, folder: string): readonly string[] {
  return frames.map((frame, index) => {
    const lead = index === 0 ? `${formatCount(count).padStart(7)} ×  ` : '           ↑ awaited by ';
    const thread = index === 0 ? ` · thread ${threadId}` : '';
    const mark = frame.isYours ? '  ◀ yours' : '';
    return `${lead}${printable(frame.functionName)}  ${placeText(frame, folder)}${thread}${mark}`;
  });
}

/** The same as plain data: one object a group, and one a thread that could not be looked into. */
export function describeSuspended(executors: readonly SuspendedInExecutor[]): readonly JsonObject[] {
  return executors.flatMap(({ pid, groups, unseen }) => [
    ...groups.map(({ threadId, count, frames }) => ({
      pid,
      threadId,
      count,
      frames: frames.map(({ functionName, file, line, column, isYours }) => ({
        functionName,
        file,
        line,
        column,
        isYours,
      })),
    })),
    ...unseen.map((threadId) => ({ pid, threadId, unseen: true })),
  ]);
}
