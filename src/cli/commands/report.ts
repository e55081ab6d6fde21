import { EvaltuiError } from '../../core/errors.ts';
import type { RunRow, TaskStore } from '../../store/task-store.ts';
import { openExistingStore } from '../open-existing-store.ts';
import { dbPathOf } from '../places.ts';
import { printLines, printNote } from '../print.ts';
import { type Report, reportOfRun, reportOfTask, reportText, writeReport } from '../write-report.ts';

export interface ReportOptions {
  readonly run: string;
  /** Where it is written; `-` prints it. */
  readonly output?: string;
  readonly db?: string;
}

/**
 * `evaltui report`: one Markdown file (0600) of a run, or of one task, to be put into an issue. Prompts and answers
 * are left out.
 */
export async function report(given: string | undefined, options: ReportOptions): Promise<number> {
  await using store = await openExistingStore(dbPathOf(options.db, process.env));
  const now = Date.now();
  const report = await reportOf(store, given ?? options.run, options.run, now);
  if (options.output === '-') {
    printLines([reportText(report, now)]);
    return 0;
  }
  const path = writeReport(report, {
    now,
    advice: 'Name another file with --output, or print it with --output -.',
    ...(options.output === undefined ? {} : { path: options.output }),
  });
  printLines([path]);
  printNote(
    'Read it before you publish it: names of samples, messages of errors and log lines of executors that died are in it; prompts and answers are not.',
  );
  return 0;
}

/** A run by its id or `latest`; anything else is a task of `--run`. */
async function reportOf(store: TaskStore, given: string, ofRun: string, now: number): Promise<Report> {
  const run = await findRun(store, given, ofRun);
  if (run !== undefined) {
    return reportOfRun(store, run.runId, now);
  }
  const meant = await store.findRun(ofRun);
  const { runId } = meant;
  const task = await store.findTask(runId, given);
  if (task === undefined) {
    throw new EvaltuiError(
      'run-not-found',
      `"${given}" is neither a run nor a task of run ${runId}; a task is named <sample>.<attempt>, another run with --run. evaltui runs lists the runs.`,
    );
  }
  return reportOfTask(store, meant, task, now);
}

async function findRun(store: TaskStore, given: string, ofRun: string): Promise<RunRow | undefined> {
  try {
    return await store.findRun(given);
  } catch (error) {
    if (error instanceof EvaltuiError && error.code === 'run-not-found' && given !== ofRun) return undefined;
    throw error;
  }
}
