import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { resolve } from 'node:path';
import { EvaltuiError } from '../core/errors.ts';
import { taskKey } from '../core/eval.ts';
import { taskName } from '../core/task-name.ts';
import { formatBytes } from '../core/format.ts';
import { isAlive } from '../process/identity.ts';
import { readLogTail } from '../process/log-tail.ts';
import type { ExecutorRow, RunRow, TaskDetail, TaskStore } from '../store/task-store.ts';
import { liveStacks, stacksNow } from './live-stacks.ts';
import { codeText, markdownTable } from './render/markdown.ts';
import { renderRunReport } from './render/run-report.ts';
import { renderTaskReport } from './render/task-report.ts';
import { evaltuiVersion } from './version.ts';

/** What a user pastes into an issue: Markdown, without prompts and answers. */
export interface Report {
  readonly title: string;
  readonly lines: readonly string[];
  /** For its file. */
  readonly name: string;
}

const MOST_EVIDENCE = 30;
const SLOWEST = 10;
const LAST_COMMANDS = 30;
const LOG_BYTES = 4096;

/** A run with all that was found of it. Throws `run-not-found`. */
export async function reportOfRun(store: TaskStore, runId: string, now: number): Promise<Report> {
  return { title: `evaltui: run ${runId}`, lines: await runLines(store, runId, now), name: runId };
}

/** One task: its tries, steps and evidence, and what its executor's threads do now. */
export async function reportOfTask(
  store: TaskStore,
  run: RunRow,
  task: TaskDetail,
  now: number,
): Promise<Report> {
  const { runId } = run;
  const name = taskName(task, run.evals);
  const threads = await stacksNow(store, runId, `${task.evalName}/${taskKey(task)}`);
  return {
    title: `evaltui: task ${codeText(name)} of run ${runId}`,
    lines: renderTaskReport(task, { run, threads, now }),
    name: `${runId}-${name.replace(/[^\w.-]+/g, '_')}`,
  };
}

/** As one Markdown text, with what is known of the machine. */
export function reportText({ title, lines }: Report, now: number): string {
  return [`# ${title}`, '', ...machineLines(now), ...lines].join('\n').trimEnd();
}

/**
 * Writes it into a file (0600), by default in the current folder; returns the path. Throws `io`.
 *
 * @param advice what to do when it cannot be written
 */
export function writeReport(
  report: Report,
  { now, advice, path: given }: { readonly now: number; readonly advice: string; readonly path?: string },
): string {
  const path = resolve(given ?? `evaltui-report-${report.name}.md`);
  try {
    writeFileSync(path, `${reportText(report, now)}\n`, { mode: 0o600 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `The report cannot be written to ${path} (${String(code)}). ${advice}`;
    throw new EvaltuiError('io', message, { cause });
  }
  return path;
}

async function runLines(store: TaskStore, runId: string, now: number): Promise<readonly string[]> {
  const snapshot = await store.snapshot(runId);
  return renderRunReport({
    snapshot,
    isSupervised: isAlive(snapshot.run.supervisor),
    evidence: await store.listEvidence(runId, MOST_EVIDENCE),
    errorGroups: await store.errorGroups(runId),
    returned: await store.returnedTries(runId),
    slowest: await store.slowestTasks(runId, SLOWEST),
    commands: await store.listCommands(runId, LAST_COMMANDS),
    threads: await liveStacks(store, runId),
    logs: new Map(snapshot.executors.flatMap(logOf)),
    now,
  });
}

/** Only of those that did not end well: a log may hold what an eval printed. */
function logOf({
  pid,
  logPath,
  endedAt,
  exitCode,
}: ExecutorRow): readonly (readonly [number, readonly string[]])[] {
  if (logPath === null || endedAt === null || exitCode === 0) return [];
  const lines = readLogTail(logPath, LOG_BYTES);
  return lines.length === 0 ? [] : [[pid, lines]];
}

function machineLines(now: number): readonly string[] {
  return markdownTable(
    ['', ''],
    [
      ['written', new Date(now).toISOString()],
      ['evaltui', evaltuiVersion()],
      ['Node', process.version],
      [
        'machine',
        `${type()} ${release()}, ${process.arch}, ${cpus().length} cores, ${formatBytes(totalmem())}`,
      ],
    ],
  );
}
