import { isOwnReport } from '../core/final-report.ts';
import type { JsonObject } from '../core/json.ts';
import type { RecordEntry } from '../core/record.ts';
import { pythonJson, PythonFloat, type PythonJsonValue } from './python-json.ts';
import { renderRecordTime } from './record-time.ts';

/**
 * Makes event lines of one run, with their line feed. Keys and their order are OpenAI Evals'; `attempt` and
 * `try` follow at the end, so that its own readers find what they expect where they expect it.
 *
 * @see https://github.com/openai/evals/blob/main/evals/record.py, class Event
 */
export function eventLineRenderer(run: {
  readonly runId: string;
  readonly createdBy: string;
}): (entry: RecordEntry, eventId: number) => string {
  const head = `{"run_id": ${JSON.stringify(run.runId)}, "event_id": `;
  const createdBy = `, "created_by": ${JSON.stringify(run.createdBy)}, "created_at": "`;
  return (entry, eventId) =>
    `${head}${eventId}, "sample_id": ${JSON.stringify(entry.sampleId)}, "type": ${JSON.stringify(entry.type)}` +
    `, "data": ${pythonJson(eventData(entry))}${createdBy}${renderRecordTime(entry.createdAt)}+00:00"` +
    `, "attempt": ${entry.attempt}, "try": ${entry.try}}\n`;
}

/** The line of the final report, with its line feed. Readers must not assume that it is the last one. */
export function renderFinalReportLine(runId: string, report: JsonObject): string {
  return `${pythonJson({ final_report: reportNumbers(report), run_id: runId })}\n`;
}

/**
 * Numbers that are floats there whatever their value: Python writes `1.0` where JavaScript has but `1`. The
 * names are those of OpenAI Evals' own classes.
 */
const REPORT_FLOATS = [
  'accuracy',
  'boostrap_std',
  'f1_score',
  'score',
  'metascore',
  'sacrebleu_score',
] as const;

/** Whether a number of that key in a report is a float there, also where it is whole. */
export function isReportFloat(key: string): boolean {
  return (REPORT_FLOATS as readonly string[]).includes(key);
}

/** What is not known is NaN there; only a report in the form of OpenAI Evals says it that way. */
function reportNumbers(report: JsonObject): Readonly<Record<string, PythonJsonValue | undefined>> {
  const numbers: Record<string, PythonJsonValue | undefined> = { ...report };
  const isOwn = isOwnReport(report);
  for (const key of REPORT_FLOATS) {
    const value = report[key];
    if (typeof value === 'number') numbers[key] = new PythonFloat(value);
    else if (value === null && isOwn) numbers[key] = new PythonFloat(Number.NaN);
  }
  return numbers;
}

const EVENT_FLOATS: Readonly<Record<string, readonly string[]>> = {
  metrics: ['accuracy', 'f1_score', 'score', 'sacrebleu_sentence_score'],
  match: ['sacrebleu_sentence_score'],
};

function eventData({ type, data }: RecordEntry): Readonly<Record<string, PythonJsonValue | undefined>> {
  const keys = Object.hasOwn(EVENT_FLOATS, type) ? EVENT_FLOATS[type] : undefined;
  if (keys === undefined) return data;
  const numbers: Record<string, PythonJsonValue | undefined> = { ...data };
  for (const key of keys) {
    const value = data[key];
    // An F1 without a word in common is the int 0 there.
    if (typeof value === 'number' && !(key === 'f1_score' && value === 0)) {
      numbers[key] = new PythonFloat(value);
    }
  }
  return numbers;
}
