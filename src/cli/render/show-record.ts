import { formatDuration } from '../../core/duration.ts';
import { agree, flatReport, isOwnReport } from '../../core/final-report.ts';
import { formatCount, formatQuantity } from '../../core/format.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import type { RecordDigest, RecordedErrors } from '../../core/record-digest.ts';
import type { RecordedSample } from '../../core/record-samples.ts';
import { truncate } from '../../monitor/parts/columns.ts';
import { formatScore } from '../../monitor/parts/format.ts';
import { renderField, renderReport } from './eval-report.ts';
import { renderTable, type TableColumn } from './table.ts';

const MAX_ERRORS = 20;

/** What a record says: of its run, its numbers, its errors, and some of its samples. */
export function renderRecord(path: string, digest: RecordDigest, width: number): readonly string[] {
  return [
    ...renderRun(path, digest),
    ...renderReport(reportOf(digest), width),
    ...renderChoices(digest),
    ...renderDisagreement(digest),
    ...renderErrors(digest.errors, width),
    ...section('Longest from the first event to the last', renderSlowest(digest.slowest, width - 2)),
    ...renderListed(digest, width),
  ];
}

/** The same as plain data. Times are ISO 8601 in UTC; what is NaN in the record is null. */
export function describeRecord(path: string, digest: RecordDigest): JsonObject {
  const { spec, report, computed, samples, events, choices, errors, slowest, listed } = digest;
  return {
    file: path,
    spec,
    report,
    computed,
    samples,
    events,
    choices,
    errors: errors.map((group) => ({ ...group, example: { ...group.example } })),
    slowest: slowest.map((sample) => ({ ...sample })),
    listed: listed.map((sample) => ({ ...sample })),
    startedAt: isoTime(digest.startedAt),
    endedAt: isoTime(digest.endedAt),
  };
}

function renderRun(path: string, digest: RecordDigest): readonly string[] {
  const { spec, report, samples, events, startedAt, endedAt } = digest;
  const config = objectOf(spec?.['run_config']);
  const fields: readonly (readonly [string, JsonValue | undefined])[] = [
    ['run', spec?.['run_id']],
    ['class', objectOf(config['eval_spec'])['cls']],
    ['samples of', objectOf(objectOf(config['eval_spec'])['args'])['samples_jsonl']],
    ['seed', config['seed']],
    ['limit', config['max_samples']],
    ['created', spec?.['created_at']],
    ['by', spec?.['created_by']],
    ['command', config['command']],
  ];
  const types = Object.entries(events).map(([type, count]) => `${formatCount(count)} ${printable(type)}`);
  const took = startedAt === null || endedAt === null ? '' : `   over ${formatDuration(endedAt - startedAt)}`;
  return [
    [
      textOf(spec?.['eval_name']) ?? 'a record without its first line',
      formatQuantity(samples, 'sample'),
    ].join('  ') + modelsText(spec),
    ...fields.flatMap(([label, value]) => {
      const text = textOf(value);
      return text === undefined || text === '' ? [] : [renderField(label, text)];
    }),
    renderField('record', printable(path)),
    renderField('events', `${types.length === 0 ? 'none' : types.join(', ')}${took}`),
    ...(report === null ? [renderField('report', 'none: the run did not end; these are of its events')] : []),
  ];
}

function modelsText(spec: JsonObject | null): string {
  const names = spec?.['completion_fns'];
  if (!Array.isArray(names) || names.length === 0) return '';
  return `  model ${names.map((name) => printable(String(name))).join(', ')}`;
}

/** Of a report of OpenAI Evals' own the events give what it does not say: how many there were, and an interval. */
function reportOf({ report, computed }: RecordDigest): JsonObject {
  // JSON has no NaN: it becomes null, as everywhere in our reports.
  const known = JSON.parse(JSON.stringify(report ?? {})) as JsonObject;
  if (report === null) return withoutNothing(computed);
  if (isOwnReport(known) || 'latency_ms' in known) return known;
  return flatReport({ ...known, evaltui: withoutNothing(computed) });
}

/** The count of errors is said when there were any: OpenAI Evals knows none. */
function withoutNothing({ errored, ...computed }: JsonObject): JsonObject {
  return objectOf(errored)['total'] === 0 ? computed : { ...computed, errored };
}

function renderChoices({ choices, report }: RecordDigest): readonly string[] {
  const isReported = Object.keys(report ?? {}).some((key) => key.startsWith('counts/'));
  if (isReported || Object.keys(choices).length === 0) return [];
  const texts = Object.entries(choices).map(
    ([choice, count]) => `${printable(choice)} ${formatCount(count)}`,
  );
  return [renderField('choices', texts.join(', '))];
}

/** A report that does not follow from the events: the record is not whole, or not of one run. */
function renderDisagreement({ report, computed }: RecordDigest): readonly string[] {
  const metric = 'accuracy' in computed ? 'accuracy' : 'score';
  const [reported, counted] = [report?.[metric], computed[metric]];
  const isComparable = typeof reported === 'number' && typeof counted === 'number';
  if (!isComparable || 'attempts' in (report ?? {}) || agree(reported, counted)) return [];
  return [
    renderField(
      'but',
      `the events give ${metric} ${formatScore(counted)} of ${JSON.stringify(computed['n'])}`,
    ),
  ];
}

function renderErrors(errors: readonly RecordedErrors[], width: number): readonly string[] {
  const lines = errors
    .slice(0, MAX_ERRORS)
    .flatMap(({ type, pattern, events, example }) => [
      truncate(`${printable(type)}: ${printable(pattern)}`, width - 2),
      `  ${formatQuantity(events, 'event')}`,
      truncate(`  ${printable(example.sampleId ?? '–')}: ${printable(example.message)}`, width - 2),
    ]);
  const hidden = errors.length - MAX_ERRORS;
  return section('Errors', hidden > 0 ? [...lines, `… ${formatCount(hidden)} more kinds`] : lines);
}

function renderSlowest(samples: readonly RecordedSample[], width: number): readonly string[] {
  if (samples.length === 0) return [];
  const columns: readonly TableColumn<RecordedSample>[] = [
    { title: 'SAMPLE', isFlexible: true, text: sampleText },
    { title: 'TIME', align: 'right', text: ({ spanMs }) => formatDuration(spanMs) },
    { title: 'EVENTS', align: 'right', text: ({ events }) => formatCount(events) },
  ];
  return renderTable(columns, samples, width);
}

function renderListed({ listed, samples }: RecordDigest, width: number): readonly string[] {
  if (listed.length === 0) return [];
  const isGraded = listed.some(({ choice, score }) => choice !== null || score !== null);
  const columns: readonly TableColumn<RecordedSample>[] = [
    { title: 'SAMPLE', text: (sample) => endOf(sampleText(sample), Math.floor(Math.min(40, width / 3))) },
    { title: 'IS', text: ({ standing }) => standing ?? '–' },
    ...(isGraded
      ? [
          { title: 'CHOICE', text: ({ choice }: RecordedSample) => printable(choice ?? '–') },
          {
            title: 'SCORE',
            text: ({ score }: RecordedSample) => (score === null ? '–' : formatScore(score)),
          },
        ]
      : []),
    ...(listed.some(({ expected }) => expected !== null)
      ? [
          {
            title: 'EXPECTED',
            text: ({ expected }: RecordedSample) =>
              truncate(printable(expected ?? '–'), Math.floor(Math.min(30, width / 5))),
          },
        ]
      : []),
    { title: 'ANSWER', isFlexible: true, text: ({ answer, error }) => printable(error ?? answer ?? '–') },
  ];
  const more = samples - listed.length;
  const lines = renderTable(columns, listed, width - 2);
  const title = 'Samples, those that are not right first';
  return section(title, more > 0 ? [...lines, `… ${formatCount(more)} more in the record`] : lines);
}

function sampleText({ sampleId, attempt }: RecordedSample): string {
  return printable(sampleId) + (attempt > 1 ? ` (attempt ${attempt})` : '');
}

/** Ids of a data set differ at their end. */
function endOf(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `…${characters.slice(characters.length - most + 1).join('')}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
