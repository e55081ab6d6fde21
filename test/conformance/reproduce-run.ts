import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from '../../src/registry/registry.ts';
import { resolveEval } from '../../src/registry/resolve-eval.ts';
import type { Workplace } from '../e2e/run-evaltui.ts';
import {
  recordLines,
  recordOf,
  type RecordLine,
  type RecordSpec,
  type ReferenceRun,
} from './reference-runs.ts';
import { OPENAI_REGISTRY } from '../templates/openai-evals/shared-data.ts';

/** The second holds the completion functions of the reference runs. */
const ROOTS = [OPENAI_REGISTRY, join(import.meta.dirname, 'fixtures')];

/** The commands that run an eval of a registry. */
export const COMMANDS = ['run', 'oaieval'] as const;
export type ReproducingCommand = (typeof COMMANDS)[number];

export interface Reproduced {
  readonly exitCode: number | null;
  readonly stderr: string;
  /** Empty when nothing was run. */
  readonly record: readonly RecordLine[];
}

/** Runs what a reference run ran, one sample after the other as there: so the order of events can be compared. */
export async function reproduceRun(
  run: ReferenceRun,
  { command, workplace }: { readonly command: ReproducingCommand; readonly workplace: Workplace },
): Promise<Reproduced> {
  const file = join(workplace.folder, `${run.name}.${command}.jsonl`);
  const args = command === 'run' ? runArguments(run, file) : oaievalArguments(run, file);
  const { code, stderr } = await workplace.run(args, { EVALS_SEQUENTIAL: '1' });
  const record = existsSync(file) ? recordLines(readFileSync(file, 'utf8')) : [];
  return { exitCode: code, stderr, record };
}

function runArguments(run: ReferenceRun, file: string): readonly string[] {
  const { completionArgs, maxSamples } = settingsOf(run);
  const args = ['run', run.eval, '--model', run.completion_fn, '--record-path', file, '--display', 'none'];
  if (completionArgs !== undefined) args.push('--completion-args', completionArgs);
  if (maxSamples !== null) args.push('--limit', String(maxSamples));
  for (const root of ROOTS) args.push('--registry-path', root);
  return [...args, '--executors', '1', '--threads', '1', '--concurrency', '1'];
}

function oaievalArguments(run: ReferenceRun, file: string): readonly string[] {
  const { completionArgs, maxSamples } = settingsOf(run);
  const args = ['oaieval', run.completion_fn, run.eval, '--record_path', file];
  if (completionArgs !== undefined) args.push('--completion_args', completionArgs);
  if (maxSamples !== null) args.push('--max_samples', String(maxSamples));
  for (const root of ROOTS) args.push('--registry_path', root);
  return args;
}

interface RunSettings {
  readonly completionArgs: string | undefined;
  readonly maxSamples: number | null;
}

function settingsOf(run: ReferenceRun): RunSettings {
  const spec = recordOf(run)?.[0]?.spec;
  return {
    completionArgs: completionArgs(run, spec),
    maxSamples: spec?.run_config.max_samples ?? null,
  };
}

/** What their command gave the completion functions; paths in it are shortened. */
function completionArgs(run: ReferenceRun, spec: RecordSpec | undefined): string | undefined {
  if (run.completion_fn.startsWith('ref/half')) return `samples=${samplesOf(run)}`;
  const reply = /--completion_args '?(reply=[^']*)/.exec(spec?.run_config.command ?? '');
  return reply?.[1];
}

const registry = new Registry([OPENAI_REGISTRY]);

function samplesOf(run: ReferenceRun): string {
  const spec = resolveEval(registry, run.eval, { folder: import.meta.dirname, extraArgs: {} });
  return join(OPENAI_REGISTRY, 'data', spec?.args['samples_jsonl'] as string);
}
