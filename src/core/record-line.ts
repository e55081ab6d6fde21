import type { JsonObject, JsonValue } from './json.ts';
import { readPlainJson } from './python/plain-json.ts';

/** An event of a record, ours or OpenAI Evals'. */
export interface RecordedEvent {
  readonly kind: 'event';
  /** Null for what belongs to no sample. */
  readonly sampleId: string | null;
  readonly type: string;
  readonly data: JsonObject;
  /** ms since the epoch; null when it has no time that can be read. */
  readonly createdAt: number | null;
  /** 1 where a record does not say. */
  readonly attempt: number;
  readonly try: number;
}

/** A line of a record. */
export type RecordLine =
  | RecordedEvent
  | { readonly kind: 'spec'; readonly spec: JsonObject }
  | { readonly kind: 'final-report'; readonly report: JsonObject }
  | {
      readonly kind: 'broken';
      readonly why: string;
      /** Where in the line, UTF-16 units from its start. Absent: it is JSON, but no line of a record. */
      readonly at?: number;
    };

/**
 * What a line of a record says: the spec, the final report, wherever it stands, or an event. NaN and the
 * infinities, which Python writes, are read; keys that nobody knows are passed over.
 * @see https://github.com/openai/evals/blob/main/evals/record.py
 */
export function parseRecordLine(text: string): RecordLine {
  const read = readPlainJson(text);
  if (read.kind === 'error') return { kind: 'broken', why: `it is not JSON: ${read.message}`, at: read.at };
  const line = objectOf(read.value);
  if (line === undefined) return { kind: 'broken', why: 'it is no JSON object' };
  const spec = objectOf(line['spec']);
  if (spec !== undefined) return { kind: 'spec', spec };
  const report = objectOf(line['final_report']);
  if (report !== undefined) return { kind: 'final-report', report };
  const { type, data, sample_id: sampleId, created_at: createdAt, attempt, try: number } = line;
  if (typeof type !== 'string') {
    return { kind: 'broken', why: 'it has no "spec", no "final_report" and no "type"' };
  }
  return {
    kind: 'event',
    sampleId: typeof sampleId === 'string' ? sampleId : null,
    type,
    data: objectOf(data) ?? {},
    createdAt: typeof createdAt === 'string' ? readRecordTime(createdAt) : null,
    attempt: typeof attempt === 'number' ? attempt : 1,
    try: typeof number === 'number' ? number : 1,
  };
}

/** Of `2026-11-21 01:35:38.712916+00:00`, also without fraction or zone, which then is UTC. */
function readRecordTime(text: string): number | null {
  const [, date, time, fraction = '', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const ms = Date.parse(`${date}T${time}${fraction.slice(0, 4)}${zone}`);
  return Number.isNaN(ms) ? null : ms;
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : undefined;
}
