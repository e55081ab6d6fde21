import { realpathSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { EvaltuiError } from '../../core/errors.ts';
import type { JsonValue } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import { pythonRepr } from '../../core/python/represent.ts';
import type { RecordAppender } from '../../core/record.ts';
import { isAlive } from '../../process/identity.ts';
import { ownerOfRecordAt, type RecordOwner } from '../../recorder/record-owner.ts';
import { renderRecordTime } from '../../recorder/record-time.ts';
import type { TaskStore } from '../../store/task-store.ts';
import type { OaievalLog } from './log.ts';

/** Where OpenAI Evals keeps records that are given no path; names with a `/` make folders in it, as there. */
const RECORDS = '/tmp/evallogs';

export function oaievalRecordPath(runId: string, completionFns: string, evalName: string): string {
  return `${RECORDS}/${runId}_${completionFns}_${evalName}.jsonl`;
}

/**
 * The older record at a path, which OpenAI Evals writes over: whose it is; undefined when there is none. Throws
 * `file-exists` while its run goes on, as far as the store knows of it.
 */
export async function findOldRecord(store: TaskStore, path: string): Promise<RecordOwner | undefined> {
  const owner = ownerOfRecordAt(resolve(path));
  if (owner === undefined) return undefined;
  const run = await store.findRun(owner.runId).catch((error: unknown) => {
    if (error instanceof EvaltuiError && error.code === 'run-not-found') return undefined;
    throw error;
  });
  if (run === undefined || run.state === 'finished' || !isAlive(run.supervisor)) return owner;
  throw new EvaltuiError(
    'file-exists',
    `--record_path ${path} is the record of ${owner.evalName} in run ${owner.runId}, which goes on. Wait for its end, or give another path.`,
    { details: { path, runId: owner.runId } },
  );
}

/**
 * Removes the record of that run, if it is still there; opening the new one refuses what is there else. Removed and not
 * cut: a run that yet writes to it notices.
 */
export function removeOldRecord(path: string, runId: string): void {
  const owner = ownerOfRecordAt(resolve(path));
  if (owner?.runId === runId) rmSync(realpathSync(path));
}

/** In place of a record, for dry runs: each event as a line of the log. */
export function eventLogger(
  log: OaievalLog,
  run: { readonly runId: string; readonly createdBy: string },
): RecordAppender {
  return (position, entries) => {
    if (entries.kind === 'final-report') return position;
    let { nextEventId } = position;
    for (const { sampleId, type, data, createdAt } of entries.events) {
      const fields: readonly (readonly [string, JsonValue])[] = [
        ['run_id', run.runId],
        ['event_id', nextEventId],
        ['sample_id', sampleId],
        ['type', type],
        ['data', data],
        ['created_by', run.createdBy],
        ['created_at', `${renderRecordTime(createdAt)}+00:00`],
      ];
      const text = fields.map(([name, value]) => `${name}=${pythonRepr(value)}`).join(', ');
      const tone = type !== 'match' ? undefined : data['correct'] === true ? 'good' : 'bad';
      log.write(`Not recording event: Event(${printable(text)})`, tone);
      nextEventId += 1;
    }
    return { ...position, nextEventId };
  };
}
