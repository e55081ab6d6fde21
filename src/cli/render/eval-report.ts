import { formatDuration } from '../../core/duration.ts';
import { flatReport } from '../../core/final-report.ts';
import { formatCount } from '../../core/format.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import { truncate } from '../../monitor/parts/columns.ts';
import { formatRate, formatScore } from '../../monitor/parts/format.ts';
import { renderTable, type TableColumn } from './table.ts';

const LABEL_WIDTH = 11;
const INDENT = '  ';
const MAX_GROUPS = 30;
const MAX_CUSTOM_LINES = 40;
const PERCENTILES: readonly string[] = ['p50', 'p90', 'p95', 'p99', 'max', 'mean'];

/** One line of a summary: a label and what it says. */
export function renderField(label: string, text: string): string {
  return `${INDENT}${label.padEnd(LABEL_WIDTH)}${text}`.trimEnd();
}

/**
 * An eval's report as lines. What the default report has is laid out; all else, and what an eval's own
 * `summarize` gave another shape, is printed as `name value` below it.
 *
 * @param ofEval the eval's name where the run has others: it stands before the names of tasks
 */
export function renderReport(report: JsonObject, width: number, ofEval?: string): readonly string[] {
  const fields = new Fields(flatReport(report));
  return [
    ...renderScore(fields),
    ...renderPasses(fields),
    ...renderUnread(fields),
    ...renderErrored(fields, width, ofEval),
    ...renderGroups(fields, width),
    ...renderTokens(fields),
    ...renderLatency(fields),
    ...renderTime(fields),
    ...renderCustom(fields.rest(), width),
  ];
}

/** A report whose fields are taken when their shape is as expected; the others are left over. */
class Fields {
  readonly #fields: Map<string, JsonValue>;

  constructor(report: JsonObject) {
    const entries = Object.entries(report).filter(
      (entry): entry is [string, JsonValue] => entry[1] !== undefined,
    );
    this.#fields = new Map(entries);
  }

  take<Value extends JsonValue>(
    key: string,
    isExpected: (value: JsonValue) => value is Value,
  ): Value | undefined {
    const value = this.#fields.get(key);
    if (value === undefined || !isExpected(value)) return undefined;
    this.#fields.delete(key);
    return value;
  }

  keys(): readonly string[] {
    return [...this.#fields.keys()];
  }

  rest(): JsonObject {
    return Object.fromEntries(this.#fields);
  }
}

function isNumber(value: JsonValue | undefined): value is number {
  return typeof value === 'number';
}

function isKnowable(value: JsonValue | undefined): value is number | null {
  return value === null || isNumber(value);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInterval(value: JsonValue | undefined): value is readonly (number | null)[] {
  return Array.isArray(value) && value.length === 2 && value.every(isKnowable);
}

function isEstimate(value: JsonValue | undefined): value is JsonObject {
  return isObject(value) && (isKnowable(value['accuracy']) || isKnowable(value['score']));
}

function scoreText(value: JsonValue | undefined): string {
  return isNumber(value) ? formatScore(value) : '–';
}

function countText(value: JsonValue | undefined): string {
  return isNumber(value) ? formatCount(value) : '–';
}

function intervalText(value: JsonValue | undefined): string {
  if (!isInterval(value) || value.includes(null)) return '–';
  return value.map(scoreText).join(' – ');
}

function renderScore(fields: Fields): readonly string[] {
  const metric = fields.keys().includes('accuracy') ? 'accuracy' : 'score';
  const value = fields.take(metric, isKnowable);
  if (value === undefined) return [];
  const interval = fields.take('ci95', isInterval);
  const stderr = fields.take('stderr', isKnowable);
  const n = fields.take('n', isNumber);
  const attempts = fields.take('attempts', isNumber);
  if (value === null) return [renderField(metric, '–  nothing was scored')];
  const parts = [
    scoreText(value),
    ...(interval === undefined ? [] : [`95 % interval ${intervalText(interval)}`]),
    ...(stderr === undefined ? [] : [`stderr ${scoreText(stderr)}`]),
    ...(n === undefined ? [] : [`n ${countText(n)}`]),
  ];
  const line = renderField(metric, parts.join('   '));
  if (attempts === undefined) return [line];
  return [line, renderField('attempts', `${formatCount(attempts)} scored, averaged per sample first`)];
}

function renderPasses(fields: Fields): readonly string[] {
  const passes = fields.keys().flatMap((key) => {
    const value = /^pass@\d+$/.test(key) ? fields.take(key, isKnowable) : undefined;
    return value === undefined ? [] : [`${key} ${scoreText(value)}`];
  });
  const leftOut = fields.take('pass_left_out', isObject);
  if (passes.length === 0) return [];
  const line = renderField('pass@k', passes.join('   '));
  if (leftOut === undefined) return [line];
  const counts = Object.entries(leftOut).map(
    ([key, samples]) => `${countText(samples)} of ${printable(key)}`,
  );
  return [line, renderField('', `samples left out for too few attempts: ${counts.join(', ')}`)];
}

function renderUnread(fields: Fields): readonly string[] {
  const unparsed = fields.take('unparsed', isNumber);
  const unscored = fields.take('unscored', isNumber);
  return [
    ...(unparsed === undefined ? [] : [renderField('unparsed', formatCount(unparsed))]),
    ...(unscored === undefined ? [] : [renderField('unscored', formatCount(unscored))]),
  ];
}

function renderErrored(fields: Fields, width: number, ofEval: string | undefined): readonly string[] {
  const errored = fields.take(
    'errored',
    (value): value is JsonObject => isObject(value) && isNumber(value['total']),
  );
  if (errored === undefined) return [];
  const { total, kinds, tasks } = errored;
  if (total === 0) return [renderField('errored', '0')];
  const byKind = isObject(kinds)
    ? Object.entries(kinds).map(([kind, count]) => `${countText(count)} ${printable(kind)}`)
    : [];
  const lines = [renderField('errored', `${countText(total)}: ${byKind.join(', ')}`)];
  if (!Array.isArray(tasks) || tasks.length === 0) return lines;
  const more = isNumber(total) && total > tasks.length ? ' …' : '';
  const before = ofEval === undefined ? '' : `${ofEval}/`;
  const names = tasks.map((task) => printable(before + String(task))).join(', ') + more;
  return [...lines, renderField('', truncate(names, width - INDENT.length - LABEL_WIDTH))];
}

function renderGroups(fields: Fields, width: number): readonly string[] {
  const groups = fields.take('groups', (value): value is JsonObject => {
    return isObject(value) && Object.values(value).every(isEstimate);
  });
  if (groups === undefined) return [];
  const rows = Object.entries(groups).map(([name, group]) => ({ name, group: isObject(group) ? group : {} }));
  const metric = rows.some(({ group }) => 'score' in group) ? 'score' : 'accuracy';
  const columns: readonly TableColumn<(typeof rows)[number]>[] = [
    { title: 'GROUP', isFlexible: true, text: ({ name }) => printable(name) },
    { title: metric.toUpperCase(), align: 'right', text: ({ group }) => scoreText(group[metric]) },
    { title: '95 % INTERVAL', text: ({ group }) => intervalText(group['ci95']) },
    { title: 'STDERR', align: 'right', text: ({ group }) => scoreText(group['stderr']) },
    { title: 'N', align: 'right', text: ({ group }) => countText(group['n']) },
  ];
  const table = renderTable(columns, rows.slice(0, MAX_GROUPS), width - INDENT.length - LABEL_WIDTH);
  const lines = table.map((line, index) => renderField(index === 0 ? 'groups' : '', line));
  const hidden = rows.length - MAX_GROUPS;
  return hidden > 0
    ? [...lines, renderField('', `… ${formatCount(hidden)} more groups in the report`)]
    : lines;
}

function renderTokens(fields: Fields): readonly string[] {
  const tokens = fields.take('tokens', (value): value is JsonObject => {
    return isObject(value) && isNumber(value['total']) && Object.keys(value).length === 3;
  });
  if (tokens === undefined) return [];
  const { total, prompt, completion } = tokens;
  const parts = `${countText(prompt)} prompt, ${countText(completion)} completion`;
  return [renderField('tokens', `${countText(total)}: ${parts}`)];
}

function renderLatency(fields: Fields): readonly string[] {
  const latency = fields.take('latency_ms', (value): value is JsonObject => {
    return (
      isObject(value) &&
      Object.entries(value).every(([key, ms]) => PERCENTILES.includes(key) && isKnowable(ms))
    );
  });
  if (latency === undefined) return [];
  const known = PERCENTILES.flatMap((key) => {
    const ms = latency[key];
    return isNumber(ms) ? [`${key} ${formatDuration(ms)}`] : [];
  });
  return known.length === 0 ? [] : [renderField('latency', known.join('  '))];
}

function renderTime(fields: Fields): readonly string[] {
  const seconds = fields.take('duration_s', isNumber);
  const rate = fields.take('tasks_per_s', isKnowable);
  if (seconds === undefined) return [];
  return [renderField('time', `${formatDuration(seconds * 1000)}, ${formatRate(rate ?? null)} tasks/s`)];
}

function renderCustom(fields: JsonObject, width: number): readonly string[] {
  const leaves = [...listLeaves(fields, '')];
  const nameWidth = Math.max(
    LABEL_WIDTH - 1,
    ...leaves.slice(0, MAX_CUSTOM_LINES).map(([name]) => name.length),
  );
  const lines = leaves.slice(0, MAX_CUSTOM_LINES).map(([name, text]) => {
    return truncate(`${INDENT}${name.padEnd(nameWidth)} ${text}`, width);
  });
  const hidden = leaves.length - MAX_CUSTOM_LINES;
  return hidden > 0
    ? [...lines, renderField('', `… ${formatCount(hidden)} more values in the report`)]
    : lines;
}

function* listLeaves(fields: JsonObject, prefix: string): Generator<readonly [string, string]> {
  for (const [key, value] of Object.entries(fields)) {
    const name = prefix + printable(key);
    if (value === undefined) continue;
    if (isObject(value) && Object.keys(value).length > 0) yield* listLeaves(value, `${name}.`);
    else yield [name, leafText(value)];
  }
}

function leafText(value: JsonValue): string {
  if (value === null) return '–';
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}
