import { EvaltuiError } from '../../core/errors.ts';
import { RecordFold } from '../../core/record-digest.ts';
import type { RecordedEvent } from '../../core/record-line.ts';
import { outputWidth, printJson, printLines, printNote } from '../print.ts';
import { readRecordLines, type ReadLine } from '../read-record-lines.ts';
import { describeRecord, renderRecord } from '../render/show-record.ts';
import { describeRecordedSample, renderRecordedSample } from '../render/show-recorded-sample.ts';

const LISTED = 20;
const SLOWEST = 5;
/** Events of one sample that are shown. */
const MAX_EVENTS = 1_000;

/** `evaltui show --record`: what a record file says, written by OpenAI Evals or by us; with `--task` one sample. */
export async function showRecord(
  path: string,
  options: { readonly task?: string; readonly json: boolean },
): Promise<number> {
  if (options.task !== undefined) return showSample(path, options.task, options.json);
  const fold = new RecordFold({ listed: LISTED, slowest: SLOWEST });
  let isEmpty = true;
  for await (const lines of readRecordLines(path)) {
    for (const line of lines) {
      isEmpty = false;
      if (line.kind === 'cut-off') noteCutOff(path, line);
      else fold.add(line);
    }
  }
  if (isEmpty) throw new EvaltuiError('record-invalid', `--record ${path}: the file is empty.`);
  const digest = fold.finish();
  if (options.json) printJson(describeRecord(path, digest));
  else printLines(renderRecord(path, digest, outputWidth()));
  return 0;
}

async function showSample(path: string, task: string, isJson: boolean): Promise<number> {
  const events: RecordedEvent[] = [];
  let left = 0;
  let known: string | null = null;
  for await (const lines of readRecordLines(path)) {
    for (const line of lines) {
      if (line.kind !== 'event') continue;
      const { sampleId, attempt } = line;
      known ??= sampleId;
      if (sampleId !== task && `${sampleId}.${attempt}` !== task) continue;
      if (events.length < MAX_EVENTS) events.push(line);
      else left += 1;
    }
  }
  if (events.length === 0) {
    const like = known === null ? 'It has no samples.' : `A sample is named like "${known}".`;
    throw new EvaltuiError('run-not-found', `${path} has no sample "${task}". ${like}`);
  }
  if (left > 0) printNote(`${left} more events of ${task} are in ${path}.`);
  if (isJson) printJson(describeRecordedSample(events));
  else printLines(renderRecordedSample(events));
  return 0;
}

function noteCutOff(path: string, { number }: Extract<ReadLine, { kind: 'cut-off' }>): void {
  printNote(
    `${path}:${number} is cut off in the middle of the line: what wrote it was killed. The lines before it are shown.`,
  );
}
