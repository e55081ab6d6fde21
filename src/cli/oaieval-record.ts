import { closeSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RecordAppender } from '../core/record.ts';
import type { JsonValue } from '../core/json.ts';
import { printable } from '../core/printable.ts';
import { pythonRepr } from '../core/python/represent.ts';
import { renderRecordTime } from '../recorder/record-time.ts';
import type { OaievalLog } from './oaieval-log.ts';

/** Where OpenAI Evals keeps records that are given no path; names with a `/` make folders in it, as there. */
const RECORDS = '/tmp/evallogs';

export function oaievalRecordPath(runId: string, completionFns: string, evalName: string): string {
  return `${RECORDS}/${runId}_${completionFns}_${evalName}.jsonl`;
}

/** Longer first lines exist only in files that are no records. */
const MOST_OF_LINE = 1 << 20;

/**
 * Empties an older record, which OpenAI Evals writes over. A file that is none is left as it is: opening the
 * record refuses it.
 */
export function emptyOldRecord(given: string): void {
  const path = resolve(given);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() === true && stats.size > 0 && isRecord(path)) truncateSync(path, 0);
}

function isRecord(path: string): boolean {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(MOST_OF_LINE);
    const text = buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, 0));
    const [line = ''] = text.split('\n', 1);
    const value = JSON.parse(line) as { readonly spec?: { readonly run_id?: unknown } } | null;
    return typeof value?.spec?.run_id === 'string';
  } catch {
    return false;
  } finally {
    closeSync(descriptor);
  }
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
