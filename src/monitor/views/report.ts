import { formatDuration } from '../../core/duration.ts';
import { formatCount } from '../../core/format.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import { formatRate, formatScore, formatTokens } from '../parts/format.ts';

/**
 * Texts of a final report. An eval's own `summarize` may have replaced any part of it, so that nothing here
 * trusts a shape: what is not as expected is left out, and what is unknown is listed by its name.
 */
export interface ReportText {
  /** `accuracy 0.866 [0.842, 0.889]  n 1,000`; empty when it has neither accuracy nor score. */
  readonly headline: string;
  /** Each a line of details. */
  readonly details: readonly string[];
  readonly groups: readonly { readonly name: string; readonly text: string }[];
}

export function describeReport(report: JsonObject): ReportText {
  const details = [
    passText(report),
    answerText(report),
    costText(report),
    latencyText(report),
    ownText(report),
  ];
  return {
    headline: estimateText(report),
    details: details.filter((text) => text !== ''),
    groups: Object.entries(objectOf(report['groups'])).map(([name, group]) => ({
      name: printable(name),
      text: estimateText(objectOf(group)),
    })),
  };
}

function estimateText(report: JsonObject): string {
  const name = typeof report['accuracy'] === 'number' ? 'accuracy' : 'score';
  const value = report[name];
  if (typeof value !== 'number') return '';
  const { ci95, n } = report;
  const [low, high] = Array.isArray(ci95) ? (ci95 as readonly JsonValue[]) : [];
  const interval =
    typeof low === 'number' && typeof high === 'number'
      ? `  95 % [${formatScore(low)}, ${formatScore(high)}]`
      : '';
  return `${name} ${formatScore(value)}${interval}${typeof n === 'number' ? `  n ${formatCount(n)}` : ''}`;
}

function passText(report: JsonObject): string {
  return Object.entries(report)
    .filter(([key]) => key.startsWith('pass@'))
    .flatMap(([key, value]) => (typeof value === 'number' ? [`${key} ${formatScore(value)}`] : []))
    .join('  ');
}

function answerText(report: JsonObject): string {
  const errored = objectOf(report['errored']);
  const kinds = Object.entries(objectOf(errored['kinds']))
    .flatMap(([kind, count]) => (typeof count === 'number' ? [`${kind} ${formatCount(count)}`] : []))
    .join(', ');
  return joined([
    counted(errored['total'], 'errored', kinds === '' ? '' : ` (${printable(kinds)})`),
    counted(report['unparsed'], 'unparsed'),
    counted(report['unscored'], 'unscored'),
  ]);
}

function costText(report: JsonObject): string {
  const { prompt, completion } = objectOf(report['tokens']);
  const { duration_s: seconds, tasks_per_s: rate } = report;
  return joined([
    typeof prompt === 'number' && typeof completion === 'number'
      ? `tokens ${formatTokens(prompt)} in, ${formatTokens(completion)} out`
      : '',
    typeof seconds === 'number' ? `took ${formatDuration(seconds * 1_000)}` : '',
    typeof rate === 'number' ? `${formatRate(rate)} tasks/s` : '',
  ]);
}

function latencyText(report: JsonObject): string {
  const latency = objectOf(report['latency_ms']);
  const times = ['p50', 'p90', 'p95', 'p99', 'max'].flatMap((key) => {
    const value = latency[key];
    return typeof value === 'number' ? [`${key} ${formatDuration(value)}`] : [];
  });
  return times.length === 0 ? '' : `latency ${times.join('  ')}`;
}

const KNOWN: ReadonlySet<string> = new Set([
  'accuracy',
  'score',
  'n',
  'stderr',
  'ci95',
  'attempts',
  'unparsed',
  'unscored',
  'errored',
  'groups',
  'tokens',
  'latency_ms',
  'duration_s',
  'tasks_per_s',
]);

/** What the eval's own summary added. */
function ownText(report: JsonObject): string {
  return joined(
    Object.entries(report).map(([key, value]) => {
      if (KNOWN.has(key) || key.startsWith('pass@')) return '';
      if (typeof value === 'number')
        return `${printable(key)} ${Number.isInteger(value) ? formatCount(value) : formatScore(value)}`;
      return typeof value === 'string' || typeof value === 'boolean' ? printable(`${key} ${value}`) : '';
    }),
  );
}

function counted(value: JsonValue | undefined, word: string, more = ''): string {
  return typeof value === 'number' ? `${formatCount(value)} ${word}${more}` : '';
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(' · ');
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
