import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../src/core/json.ts';
import { recordOf, type RecordLine, type RecordSpec, type ReferenceRun } from './reference-runs.ts';

/** Their deviation is drawn without a seed: it is held against the value that such draws come near to. */
const STD_TOLERANCE = 0.1;

/** What evaltui keeps beside the report of OpenAI Evals. */
const OWN_KEY = 'evaltui';

/**
 * What of a record differs from what the reference run wrote: nothing may, but for what differs by nature, that
 * is ids of runs, times, the command, the path of the registry, and the bootstrap deviation within 10 %.
 */
export function compareRun(run: ReferenceRun, ours: readonly RecordLine[]): readonly string[] {
  const theirs = recordOf(run);
  return [
    ...compareReports(run, finalReportOf(ours)),
    ...compareCounts(run, ours),
    ...(theirs === undefined ? [] : [...compareSpecs(theirs, ours), ...compareEvents(theirs, ours)]),
  ];
}

/** The report in a record, without what evaltui adds to it. */
export function finalReportOf(record: readonly RecordLine[]): JsonObject {
  const line = record.find((each) => each.final_report !== undefined);
  const { [OWN_KEY]: _, ...report } = line?.final_report ?? {};
  return report;
}

function compareReports(run: ReferenceRun, ours: JsonObject): readonly string[] {
  const { boostrap_std: theirStd, ...theirs } = run.final_report;
  const { boostrap_std: ourStd, ...report } = ours;
  return [
    ...differs('keys of the report', Object.keys(run.final_report), Object.keys(ours)),
    ...differs('report', theirs, report),
    ...(theirStd === undefined ? [] : compareStd(run, ourStd)),
  ];
}

function compareStd({ final_report: report, events }: ReferenceRun, ours: unknown): readonly string[] {
  const [p, n] = [Number(report['accuracy']), events['match'] ?? 0];
  const half = Math.floor(n / 2);
  const expected = Math.sqrt((((p * (1 - p)) / half) * (n - half)) / (n - 1));
  const isNear = typeof ours === 'number' && Math.abs(ours - expected) <= STD_TOLERANCE * expected;
  return isNear ? [] : [`report, boostrap_std: ${String(ours)} is not near ${expected}`];
}

function compareCounts(run: ReferenceRun, ours: readonly RecordLine[]): readonly string[] {
  const counts: Record<string, number> = {};
  for (const { type } of ours) if (type !== undefined) counts[type] = (counts[type] ?? 0) + 1;
  return differs('number of events', run.events, counts);
}

function compareSpecs(theirs: readonly RecordLine[], ours: readonly RecordLine[]): readonly string[] {
  const [their, our] = [theirs[0]?.spec, ours[0]?.spec];
  if (their === undefined || our === undefined) return ['the first line is no spec'];
  const keys = differs('keys of the spec', Object.keys(their), Object.keys(our));
  return [...keys, ...differs('spec', comparable(their), comparable(our))];
}

function comparable({ run_config: config, ...spec }: RecordSpec): JsonObject {
  const { registry_path: _, ...evalSpec } = config.eval_spec;
  return {
    completion_fns: spec.completion_fns,
    eval_name: spec.eval_name,
    base_eval: spec.base_eval,
    split: spec.split,
    configKeys: Object.keys(config),
    config_fns: config.completion_fns,
    evalSpec,
    seed: config.seed,
    max_samples: config.max_samples,
    initial_settings: config.initial_settings,
  };
}

function compareEvents(theirs: readonly RecordLine[], ours: readonly RecordLine[]): readonly string[] {
  const [their, our] = [theirs.filter(isEvent), ours.filter(isEvent)];
  if (their.length !== our.length) return [`${our.length} events in place of ${their.length}`];
  for (const [index, event] of their.entries()) {
    const [expected, actual] = [comparableText(event), comparableText(our[index])];
    if (expected !== actual) return [`event ${index} is\n  ${actual}\nand not\n  ${expected}`];
  }
  return [];
}

/** All that an event's line holds from its number up to its time, byte for byte. */
function comparableText(event: RecordLine | undefined): string {
  return /"event_id".*"created_at": "/s.exec(event?.text ?? '')?.[0] ?? 'no event';
}

function isEvent({ type }: RecordLine): boolean {
  return type !== undefined;
}

function differs(what: string, theirs: unknown, ours: unknown): readonly string[] {
  if (isDeepStrictEqual(theirs, ours)) return [];
  return [`${what}: ${JSON.stringify(ours)} in place of ${JSON.stringify(theirs)}`];
}
