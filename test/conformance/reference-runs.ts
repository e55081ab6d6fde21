import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/core/json.ts';
import { hasSharedData, linesOf, OPENAI_EVALS, readShared } from '../templates/openai-evals/shared-data.ts';

/** One run of OpenAI Evals' own command. */
export interface ReferenceRun {
  readonly name: string;
  readonly completion_fn: string;
  /** The name that was asked for: an alias, or the spec's own. */
  readonly eval: string;
  readonly eval_name: string;
  /** How many events of each type. */
  readonly events: Readonly<Record<string, number>>;
  readonly final_report: JsonObject;
}

/** A line of a record: one of the three kinds. */
export interface RecordLine {
  /** The line as it stands in the file. */
  readonly text: string;
  readonly spec?: RecordSpec;
  readonly final_report?: JsonObject;
  readonly run_id?: string;
  readonly type?: string;
}

export interface RecordSpec {
  readonly completion_fns: readonly string[];
  readonly eval_name: string;
  readonly base_eval: string;
  readonly split: string;
  readonly run_config: {
    readonly completion_fns: readonly string[];
    readonly eval_spec: JsonObject;
    readonly seed: number;
    readonly max_samples: number | null;
    readonly command: string;
    readonly initial_settings: JsonObject;
  };
}

export const REFERENCE_RUNS: readonly ReferenceRun[] = linesOf(
  hasSharedData ? readShared('reference/final_reports.jsonl') : '',
);

/** The record that a run wrote; undefined when it was not kept. */
export function recordOf({ name }: ReferenceRun): readonly RecordLine[] | undefined {
  const path = `reference/records/${name}.jsonl`;
  return existsSync(join(OPENAI_EVALS, path)) ? recordLines(readShared(path)) : undefined;
}

export function recordLines(text: string): readonly RecordLine[] {
  const texts = text.split('\n').filter((line) => line !== '');
  return linesOf<Omit<RecordLine, 'text'>>(text).map((line, index) => ({
    ...line,
    text: texts[index] ?? '',
  }));
}
