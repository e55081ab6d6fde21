import { formatDuration } from '../../core/duration.ts';
import { taskKey } from '../../core/eval.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import type { JsonObject } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import type { ExecutorRow, ListedTask } from '../../store/task-store.ts';
import { renderTable, type TableColumn } from './table.ts';

/** An executor with what the db cannot know of its process. */
export interface ExecutorEntry {
  readonly executor: ExecutorRow;
  /** Names of the run's evals. */
  readonly evals: readonly string[];
  /**
   * `orphaned`: it, or what it started, lives, and nobody supervises it. `stopped`: it was told to stand still
   * (SIGSTOP). `gone`: there is no such process.
   */
  readonly process: 'alive' | 'stopped' | 'orphaned' | 'gone';
  /** Whether its run is still being planned. */
  readonly isPlanning: boolean;
  /** What lives of an orphan: its own process, where that is there, and those that it started. */
  readonly pids: readonly number[];
  /** Tasks in flight in it. */
  readonly tasks: readonly ListedTask[];
}

export interface PsTableOptions {
  readonly now: number;
  /** Cells; `Infinity` cuts nothing. */
  readonly width: number;
}

const SHORT_ID = 14;

/** Executors, one a line, in the order given; what is orphaned or gone says so in its state. */
export function renderPsTable(entries: readonly ExecutorEntry[], options: PsTableOptions): readonly string[] {
  if (entries.length === 0) return ['No executor is running.'];
  const { now, width } = options;
  const columns: readonly TableColumn<ExecutorEntry>[] = [
    { title: 'PID', align: 'right', text: ({ executor }) => String(executor.pid) },
    { title: 'STATE', text: executorStateWord },
    { title: 'CPU', align: 'right', text: ({ executor }) => `${Math.round(executor.cpu * 100)} %` },
    { title: 'MEMORY', align: 'right', text: ({ executor }) => formatBytes(executor.rssBytes) },
    { title: 'TASKS', align: 'right', text: ({ executor }) => `${executor.inFlight}/${executor.limit}` },
    { title: 'DONE', align: 'right', text: ({ executor }) => formatCount(executor.done) },
    {
      title: 'HEARTBEAT',
      align: 'right',
      text: ({ executor }) => `${formatDuration(now - executor.heartbeatAt)} ago`,
    },
    { title: 'RUN', text: ({ executor }) => executor.runId.slice(0, SHORT_ID) },
    { title: 'EVALS', isFlexible: true, text: ({ evals }) => evals.map(printable).join(', ') },
  ];
  return renderTable(columns, entries, width);
}

/**
 * The same as plain data, with the tasks of each worker: one object an executor. `cpu` is a share of one core, times
 * are ISO 8601 in UTC.
 */
export function describeExecutors(entries: readonly ExecutorEntry[], now: number): readonly JsonObject[] {
  return entries.map((entry) => {
    const { executor } = entry;
    return {
      pid: executor.pid,
      runId: executor.runId,
      executorId: executor.executorId,
      evals: [...entry.evals],
      host: executor.host,
      state: executorStateWord(entry),
      cpu: executor.cpu,
      rssBytes: executor.rssBytes,
      inFlight: executor.inFlight,
      limit: executor.limit,
      done: executor.done,
      restarts: executor.restarts,
      threads: executor.threads,
      slots: executor.slots,
      workers: executor.workers.map((worker) => ({
        ...worker,
        cpu: worker.cpu ?? null,
        tasks: entry.tasks
          .filter(({ thread }) => thread === worker.thread)
          .map((task) => describeTask(task, now)),
      })),
      startedAt: new Date(executor.startedAt).toISOString(),
      heartbeatAt: new Date(executor.heartbeatAt).toISOString(),
      heartbeatAgeMs: Math.max(0, now - executor.heartbeatAt),
      logPath: executor.logPath,
      ...(entry.process === 'orphaned' ? { orphanPids: [...entry.pids] } : {}),
    };
  });
}

function describeTask(task: ListedTask, now: number): JsonObject {
  const { evalName, step, verdict, startedAt } = task;
  const ageMs = startedAt === null ? null : Math.max(0, now - startedAt);
  return { task: taskKey(task), eval: evalName, step, ageMs, verdict };
}

function executorStateWord({ executor, process, isPlanning }: ExecutorEntry): string {
  switch (process) {
    case 'orphaned':
    case 'stopped':
      return process;
    case 'gone':
      return executor.state === 'ended' ? 'ended' : 'lost';
    case 'alive':
      // Before its run is planned an executor has nothing to take.
      return isPlanning ? 'planning' : executor.state;
  }
}
