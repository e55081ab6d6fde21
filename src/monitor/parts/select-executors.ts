import { formatBytes, formatCount } from '../../core/format.ts';
import type { ExecutorRow, RunSnapshot } from '../../store/task-store.ts';
import { layOutColumns } from './columns.ts';
import { endsOfExecutor } from '../state/end-choice.ts';
import { formatAge, formatLoad } from './format.ts';
import type { ListColumn, ListKind } from './list-panel.ts';
import { type Row, type Status, textRow } from './view-model.ts';

/** A heartbeat older than this is worth a second look, ms. */
const LATE_MS = 5_000;
/** One that is younger is as good as any: its age would change with every second. */
const FRESH_MS = 3_000;

interface ExecutorLine {
  readonly executor: ExecutorRow;
  readonly now: number;
}

const COLUMNS: readonly ListColumn<ExecutorLine>[] = [
  {
    title: 'PID',
    width: 7,
    align: 'right',
    sort: 'pid',
    value: ({ executor }) => executor.pid,
    text: ({ executor }) => String(executor.pid),
  },
  {
    title: 'TASKS',
    sort: 'tasks',
    value: ({ executor }) => executor.inFlight,
    width: 7,
    align: 'right',
    text: ({ executor }) => (isOver(executor) ? '–' : `${executor.inFlight}/${executor.limit}`),
  },
  {
    title: 'CPU',
    sort: 'cpu',
    value: ({ executor }) => executor.cpu,
    width: 7,
    align: 'right',
    text: ({ executor }) => (isOver(executor) ? '–' : formatLoad(executor.cpu)),
  },
  {
    title: 'MEMORY',
    sort: 'memory',
    value: ({ executor }) => executor.rssBytes,
    width: 8,
    align: 'right',
    text: ({ executor }) => (isOver(executor) ? '–' : formatBytes(executor.rssBytes)),
  },
  {
    title: 'HEARTBEAT',
    minRoom: 46,
    sort: 'heartbeat',
    value: ({ executor, now }) => now - executor.heartbeatAt,
    width: 9,
    align: 'right',
    text: ({ executor, now }) => heartbeatText(now - executor.heartbeatAt),
  },
  {
    title: 'DONE',
    sort: 'done',
    value: ({ executor }) => executor.done,
    width: 7,
    align: 'right',
    minRoom: 55,
    text: ({ executor }) => formatCount(executor.done),
  },
  {
    title: 'RESTARTS',
    sort: 'restarts',
    value: ({ executor }) => executor.restarts,
    width: 8,
    align: 'right',
    minRoom: 65,
    text: ({ executor }) => String(executor.restarts),
  },
  {
    title: 'THREADS',
    width: 7,
    align: 'right',
    minRoom: 90,
    text: ({ executor }) => String(executor.threads),
  },
  {
    title: 'LOOP',
    sort: 'loop',
    value: ({ executor }) => busiestLoop(executor),
    width: 7,
    align: 'right',
    minRoom: 90,
    text: ({ executor }) => (isOver(executor) ? '–' : formatLoad(busiestLoop(executor))),
  },
  { title: 'END', width: 14, minRoom: 99, text: ({ executor }) => endText(executor) },
];

const WORD_WIDTH = 9;

/** How a list of executors is drawn. */
export function executorKind(now: number): ListKind<ExecutorRow> {
  const line = (executor: ExecutorRow): ExecutorLine => ({ executor, now });
  return {
    statusTitle: 'STATE',
    statusWidth: WORD_WIDTH,
    status: (executor) => {
      const { status, word } = executorStatus(executor, now);
      return { status, text: word };
    },
    identify: (executor) => ({
      key: executor.executorId,
      label: `pid ${executor.pid}`,
      ...(isOver(executor)
        ? {}
        : { place: { executorId: executor.executorId }, ends: endsOfExecutor(executor) }),
    }),
    columns: COLUMNS.map(({ text, value, ...column }) => ({
      ...column,
      text: (executor) => text(line(executor)),
      ...(value === undefined ? {} : { value: (executor: ExecutorRow) => value(line(executor)) }),
    })),
  };
}

/** Those at work first, then what ended, newest first. */
export function inOrder(executors: readonly ExecutorRow[]): readonly ExecutorRow[] {
  return [...executors].sort(byUse);
}

/** The executor at work that has the pid. */
export function executorOf(
  { pid }: { readonly pid: number | null },
  { executors }: RunSnapshot,
): ExecutorRow | undefined {
  return executors.find((executor) => executor.pid === pid && !isOver(executor));
}

/** Heading and one row an executor: those at work first, then what ended, newest first. */
export function selectExecutorRows(snapshot: RunSnapshot, now: number, room: number): readonly Row[] {
  const lines = inOrder(snapshot.executors).map((executor) => ({ executor, now }));
  if (lines.length === 0) return [textRow('no executor yet', 'muted')];
  const table = layOutColumns(COLUMNS, lines, room - WORD_WIDTH - 3);
  return [
    textRow(`  ${'STATE'.padEnd(WORD_WIDTH)} ${table.heading}`, 'muted'),
    ...lines.map(({ executor }, index): Row => {
      const { status, word } = executorStatus(executor, now);
      return {
        kind: 'parts',
        parts: [{ status, text: word.padEnd(WORD_WIDTH) }, { text: ` ${table.rows[index] ?? ''}` }],
      };
    }),
  ];
}

export function executorsTitle(snapshot: RunSnapshot): string {
  const live = snapshot.executors.filter((executor) => !isOver(executor)).length;
  const lost = snapshot.executors.filter(({ state }) => state === 'lost').length;
  return `Executors ${live}${lost === 0 ? '' : ` · ${lost} lost`}`;
}

function executorStatus(
  executor: ExecutorRow,
  now: number,
): { readonly status: Status; readonly word: string } {
  switch (executor.state) {
    case 'starting':
      return { status: 'queued', word: 'starting' };
    // One that takes no task and holds none waits: for the plan, or for the end of a pause.
    case 'draining':
      return executor.inFlight === 0
        ? { status: 'queued', word: 'idle' }
        : { status: 'draining', word: 'draining' };
    case 'ended':
      return { status: 'ended', word: 'ended' };
    case 'lost':
      return { status: 'lost', word: 'lost' };
    case 'running':
      if (isSilent(executor, now)) return { status: 'slow', word: 'silent' };
      return executor.inFlight === 0
        ? { status: 'queued', word: 'idle' }
        : { status: 'running', word: 'busy' };
  }
}

/** Whether one that is at work has not been heard of for too long. */
export function isSilent({ state, heartbeatAt }: ExecutorRow, now: number): boolean {
  return state === 'running' && now - heartbeatAt > LATE_MS;
}

/** Whether its process has ended, as far as is known. */
export function isOver(executor: ExecutorRow): boolean {
  return executor.state === 'ended' || executor.state === 'lost';
}

/** How long ago it was heard of; a moment is as good as another. */
export function heartbeatText(ageMs: number): string {
  return ageMs < FRESH_MS ? `<${FRESH_MS / 1_000} s ago` : `${formatAge(ageMs)} ago`;
}

function busiestLoop(executor: ExecutorRow): number {
  return Math.max(0, ...executor.workers.map(({ loop }) => loop));
}

function endText(executor: ExecutorRow): string {
  if (!isOver(executor)) return '';
  if (executor.signal !== null) return executor.signal;
  return executor.exitCode === null ? '' : `exit ${executor.exitCode}`;
}

function byUse(a: ExecutorRow, b: ExecutorRow): number {
  return (
    Number(isOver(a)) - Number(isOver(b)) ||
    (isOver(a) ? (b.endedAt ?? 0) - (a.endedAt ?? 0) : a.startedAt - b.startedAt) ||
    a.pid - b.pid
  );
}
