import { formatDuration } from '../../core/duration.ts';
import { formatBytes, formatQuantity } from '../../core/format.ts';
import type { JsonValue } from '../../core/json.ts';
import type { ExecutorRow, StuckRow } from '../../store/task-store.ts';
import { formatLoad } from '../parts/format.ts';
import type { ProcessSight } from '../state/live-look.ts';
import { heading } from '../parts/section-heading.ts';
import { executorOf, heartbeatText } from '../parts/select-executors.ts';
import { detailOf, foundWith, stackLook } from './stuck-stack.ts';
import { wrapLines } from '../parts/text-lines.ts';
import type { ViewContext } from '../parts/view-context.ts';
import { type Row, textRow } from '../parts/view-model.ts';

const STATE_WORDS: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'waiting for a device',
  T: 'stopped',
  t: 'stopped by a debugger',
};

/** The process and the thread that a stuck task is in, as they and the system tell. */
export function processRows(
  { snapshot, now, data }: ViewContext,
  row: StuckRow,
  room: number,
): readonly Row[] {
  const detail = detailOf(row, data);
  const executor = executorOf(row, snapshot);
  const looked = stackLook(row, data);
  const seen = looked?.kind === 'seen' ? looked.sight.process : null;
  const lines = [
    ...(executor === undefined ? ['its executor has ended'] : executorLines(executor, row, now)),
    ...factLines(foundWith(row, detail)?.data['facts']),
    ...(seen === null ? [] : sightLines(seen)),
  ];
  return [
    ...heading('Process', room),
    ...lines.flatMap((line) => wrapLines(line, room)).map((line) => textRow(line)),
  ];
}

function executorLines(executor: ExecutorRow, { thread }: StuckRow, now: number): readonly string[] {
  const { pid, cpu, rssBytes, heartbeatAt, inFlight, workers } = executor;
  const worker = workers.find((each) => each.thread === thread);
  return [
    `pid ${pid}: CPU ${formatLoad(cpu)}, ${formatBytes(rssBytes)}, heartbeat ${heartbeatText(now - heartbeatAt)}, ${formatQuantity(inFlight, 'task')} in flight`,
    ...(worker === undefined
      ? []
      : [
          `thread ${worker.thread}: loop ${formatLoad(worker.loop)} busy, ${formatQuantity(worker.inFlight, 'task')} in flight`,
        ]),
  ];
}

/** What the system told of the thread when the verdict was found. */
function factLines(facts: JsonValue | undefined): readonly string[] {
  if (typeof facts !== 'object' || facts === null || Array.isArray(facts)) return [];
  const { state, ranMs, waitedMs, waitsIn } = facts as Readonly<Record<string, JsonValue>>;
  if (typeof state !== 'string' || typeof ranMs !== 'number') return [];
  const waited = typeof waitedMs === 'number' ? `, ${formatDuration(waitedMs)} waiting for one` : '';
  const sleeps = typeof waitsIn === 'string' ? `, in the kernel's ${waitsIn}` : '';
  return [
    `its thread was ${STATE_WORDS[state] ?? state}${sleeps} when it was found: ${formatDuration(ranMs)} on a CPU${waited}`,
  ];
}

function sightLines({ threads, children }: ProcessSight): readonly string[] {
  // Threads of Node's own pools sleep most of the time, and tell nothing then.
  const telling = threads.filter(({ state, cpu }) => state !== 'S' || cpu > 0);
  return [
    ...telling.map(
      ({ tid, name, state, cpu, waitsIn }) =>
        `system thread ${tid} ${name}: ${STATE_WORDS[state] ?? state}, CPU ${formatLoad(cpu)}${waitsIn === null ? '' : `, in ${waitsIn}`}`,
    ),
    ...children.map(({ pid, command }) => `child ${pid}: ${command}`),
  ];
}
