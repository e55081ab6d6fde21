import { EvaltuiError } from '../../core/errors.ts';
import { shownUrl, type HttpRecording } from '../../core/http-recording.ts';
import { isAlive } from '../../process/identity.ts';
import { readDelivery } from '../../recorder/delivery.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { TaskStore } from '../../store/task-store.ts';
import { dbPathOf } from '../places.ts';
import { outputWidth, printJson, printLines } from '../print.ts';
import { partialReports } from '../partial-reports.ts';
import { describeShow, renderShow, type SentEvents } from '../render/show-run.ts';
import { renderTask } from '../render/task-detail.ts';
import { resumeCommand } from '../resume-command.ts';
import { showRecord } from './show-record.ts';

const SLOWEST = 5;

/** `evaltui show`: a run's summary, error groups and slowest tasks; with `--task` one task, with `--record` a file's. */
export async function show(
  given: string,
  options: {
    readonly record?: string;
    readonly task?: string;
    readonly json: boolean;
    readonly db?: string;
  },
): Promise<number> {
  if (options.record !== undefined) return showRecordInstead(given, options.record, options);
  const dbPath = dbPathOf(options.db, process.env);
  await using store = await openSqliteStore({ path: dbPath, readonly: true, random: Math.random });
  const found = await store.findRun(given);
  const { runId, spec } = found;
  if (options.task !== undefined) {
    const task = await store.findTask(runId, options.task);
    if (task === undefined) {
      const message = `Run ${runId} has no task "${options.task}"; a task is named <sample>.<attempt>.`;
      throw new EvaltuiError('run-not-found', message);
    }
    if (options.json) printJson(task);
    else printLines(renderTask(task, found, Date.now()));
    return 0;
  }
  const run = await partialReports(store, found, Date.now());
  const shown = {
    run,
    isSupervised: isAlive(run.supervisor),
    errorGroups: await store.errorGroups(runId),
    returned: await store.returnedTries(runId),
    slowest: await store.slowestTasks(runId, SLOWEST),
    ...(spec.http === undefined ? {} : { sent: await sentEvents(store, runId, spec.http) }),
  };
  const width = outputWidth();
  if (options.json) printJson(describeShow(shown));
  else printLines(renderShow(shown, { resumeCommand: resumeCommand(runId, dbPath), width }));
  return 0;
}

async function sentEvents(store: TaskStore, runId: string, { url }: HttpRecording): Promise<SentEvents> {
  return { url: shownUrl(url), delivery: readDelivery(await store.recordPositions(runId)) };
}

async function showRecordInstead(
  run: string,
  path: string,
  options: Parameters<typeof showRecord>[1],
): Promise<number> {
  if (run === 'latest') return showRecord(path, options);
  throw new EvaltuiError('bad-option', `Give a run, or --record ${path}, not both.`);
}
