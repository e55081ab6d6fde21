import type { JsonObject } from '../../src/core/json.ts';
import { compareRun, finalReportOf } from './compare-run.ts';
import type { RecordLine, ReferenceRun } from './reference-runs.ts';
import type { VectorGroup } from './vector-group.ts';

/** A reference run beside what evaltui made of it. */
export interface ComparedRun {
  readonly run: ReferenceRun;
  readonly record: readonly RecordLine[];
}

/** `| run | completion functions | theirs | ours | events | equal? |`, a line each. */
export function runTable(compared: readonly ComparedRun[]): string {
  const rows = compared.map(({ run, record }) => {
    const differences = compareRun(run, record);
    return [
      run.name,
      run.completion_fn.replaceAll(',', ', '),
      reportText(run.final_report),
      reportText(finalReportOf(record)),
      Object.entries(run.events)
        .map(([type, count]) => `${count} ${type}`)
        .join(', '),
      differences.length === 0 ? 'yes' : 'NO',
    ];
  });
  return table(['run', 'completion functions', 'theirs', 'ours', 'events', 'equal?'], rows);
}

/** `| function | vectors | equal |`, a line each. */
export function vectorTable(groups: readonly (VectorGroup & { readonly equal: number })[]): string {
  const rows = groups.map(({ name, vectors, equal }) => [name, String(vectors.length), String(equal)]);
  return table(['function', 'vectors', 'equal'], rows);
}

/** In few words: numbers with four digits behind the point, usage as one number. */
function reportText(report: JsonObject): string {
  const { usage_total_tokens: tokens, ...rest } = report;
  const values = Object.entries(rest).flatMap(([key, value]) =>
    key.startsWith('usage_') ? [] : [`${key} ${Number(Number(value).toFixed(4))}`],
  );
  return [...values, ...(tokens === undefined ? [] : [`${Number(tokens)} tokens`])].join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
