import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { resolve } from 'node:path';
import { EvaltuiError } from '../../core/errors.ts';
import { taskKey } from '../../core/eval.ts';
import { formatBytes } from '../../core/format.ts';
import { isAlive } from '../../process/identity.ts';
import { readLogTail } from '../../process/log-tail.ts';
import type { ExecutorRow, RunRow, TaskStore } from '../../store/task-store.ts';
import { liveStacks, stacksNow } from '../live-stacks.ts';
import { openExistingStore } from '../open-existing-store.ts';
import { dbPathOf } from '../places.ts';
import { printLines, printNote } from '../print.ts';
import { codeText, markdownTable } from '../render/markdown.ts';
import { renderRunReport } from '../render/run-report.ts';
import { renderTaskReport } from '../render/task-report.ts';
import { evaltuiVersion } from '../version.ts';

export interface ReportOptions {
  readonly run: string;
  /** Where it is written; `-` prints it. */
  readonly output?: string;
  readonly db?: string;
}

const MOST_EVIDENCE = 30;
const SLOWEST = 10;
const LAST_COMMANDS = 30;
const LOG_BYTES = 4096;

/**
 * `evaltui report`: one Markdown file (0600) of a run, or of one task, to be put into an issue. Prompts and answers
 * are left out.
 */
export async function report(given: string, options: ReportOptions): Promise<number> {
  await using store = await openExistingStore(dbPathOf(options.db, process.env));
  const now = Date.now();
  const { title, lines, name } = await reportOf(store, given, options.run, now);
  const text = [`# ${title}`, '', ...machineLines(now), ...lines].join('\n').trimEnd();
  if (options.output === '-') {
    printLines([text]);
    return 0;
  }
  const path = resolve(options.output ?? `evaltui-report-${name}.md`);
  try {
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `The report cannot be written to ${path} (${String(code)}). Name another file with --output, or print it with --output -.`;
    throw new EvaltuiError('io', message, { cause });
  }
  printLines([path]);
  printNote(
    'Read it before you publish it: names of samples, messages of errors and log lines of executors that died are in it; prompts and answers are not.',
  );
  return 0;
}

interface Report {
  readonly title: string;
  readonly lines: readonly string[];
  /** For its file. */
  readonly name: string;
}

/** A run by its id or `latest`; anything else is a task of `--run`. */
async function reportOf(store: TaskStore, given: string, ofRun: string, now: number): Promise<Report> {
  const run = await findRun(store, given);
  if (run !== undefined) {
    const { runId } = run;
    return { title: `evaltui: run ${runId}`, lines: await runLines(store, runId, now), name: runId };
  }
  const { runId } = await store.findRun(ofRun);
  const task = await store.findTask(runId, given);
  if (task === undefined) {
    throw new EvaltuiError(
      'run-not-found',
      `"${given}" is neither a run nor a task of run ${runId}; a task is named <sample>.<attempt>, another run with --run. evaltui runs lists the runs.`,
    );
  }
  const name = `${runId}-${taskKey(task).replace(/[^\w.-]+/g, '_')}`;
  const threads = await stacksNow(store, runId, `${task.evalName}/${taskKey(task)}`);
  return {
    title: `evaltui: task ${codeText(taskKey(task))} of run ${runId}`,
    lines: renderTaskReport(task, threads, now),
    name,
  };
}

async function findRun(store: TaskStore, given: string): Promise<RunRow | undefined> {
  try {
    return await store.findRun(given);
  } catch (error) {
    if (error instanceof EvaltuiError && error.code === 'run-not-found' && given !== 'latest')
      return undefined;
    throw error;
  }
}

async function runLines(store: TaskStore, runId: string, now: number): Promise<readonly string[]> {
  const snapshot = await store.snapshot(runId);
  return renderRunReport({
    snapshot,
    isSupervised: isAlive(snapshot.run.supervisor),
    evidence: await store.listEvidence(runId, MOST_EVIDENCE),
    errorGroups: await store.errorGroups(runId),
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
