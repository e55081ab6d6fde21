import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { eventLineRenderer, renderFinalReportLine } from '../../src/recorder/record-lines.ts';
import { renderSpecLine } from '../../src/recorder/spec-line.ts';
import { OPENAI_EVALS, SHARED_DATA_NOTE } from '../templates/openai-evals/shared-data.ts';

/** Records that OpenAI Evals itself wrote; they are not part of this repository. */
const FOLDER = join(OPENAI_EVALS, 'reference/records');
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl')) : [];

interface SpecLine {
  readonly completion_fns: readonly string[];
  readonly eval_name: string;
  readonly base_eval: string;
  readonly split: string;
  readonly run_config: {
    readonly eval_spec: {
      readonly cls: string;
      readonly registry_path: string;
      readonly args: JsonObject;
      readonly key: string;
      readonly group: string;
    };
    readonly seed: number;
    readonly max_samples: number | null;
    readonly command: string;
    readonly initial_settings: { readonly visible: boolean };
  };
  readonly created_by: string;
  readonly run_id: string;
  readonly created_at: string;
}

interface Line {
  readonly spec?: SpecLine;
  readonly final_report?: JsonObject;
  readonly run_id: string;
  readonly event_id: number;
  readonly sample_id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly created_by: string;
  readonly created_at: string;
}

/** The times of those records have microseconds; we know milliseconds. */
const upToMilliseconds = (line: string): string => line.slice(0, line.indexOf('"created_at": "') + 38);

const timeOf = (text: string): number => Date.parse(`${text.slice(0, 23).replace(' ', 'T')}Z`);

function rendered(line: Line): string {
  if (line.final_report !== undefined) return renderFinalReportLine(line.run_id, line.final_report).trimEnd();
  if (line.spec === undefined) {
    const render = eventLineRenderer({ runId: line.run_id, createdBy: line.created_by });
    const { sample_id: sampleId, type, data } = line;
    const createdAt = timeOf(line.created_at);
    return upToMilliseconds(render({ sampleId, type, data, createdAt, attempt: 1, try: 1 }, line.event_id));
  }
  const { spec } = line;
  const { eval_spec: evalSpec, ...config } = spec.run_config;
  return upToMilliseconds(
    renderSpecLine({
      runId: spec.run_id,
      createdBy: spec.created_by,
      createdAt: timeOf(spec.created_at),
      completionFns: spec.completion_fns,
      evalName: spec.eval_name,
      baseEval: spec.base_eval,
      split: spec.split,
      evalSpec: { ...evalSpec, registryPath: evalSpec.registry_path },
      seed: config.seed,
      maxSamples: config.max_samples,
      command: config.command,
      visible: config.initial_settings.visible,
    }),
  );
}

test.skipIf(files.length === 0)(
  `writes every line of OpenAI Evals' own records byte for byte${SHARED_DATA_NOTE}`,
  () => {
    let events = 0;
    for (const file of files) {
      const text = readFileSync(join(FOLDER, file), 'utf8').trimEnd();
      for (const line of text.split('\n')) {
        const parsed = JSON.parse(line) as Line;
        const isReport = parsed.final_report !== undefined;
        expect(rendered(parsed)).toBe(isReport ? line : upToMilliseconds(line));
        if (parsed.event_id !== undefined) events += 1;
      }
    }
    expect(events).toBeGreaterThan(1000);
  },
);
