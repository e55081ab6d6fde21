import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { EvaltuiError } from '../core/errors.ts';
import type { EvalSpec, RunSpec } from '../core/run-spec.ts';
import { findEvals } from './find-evals.ts';
import { httpRecordingOf, withoutSecretUrl } from './http-record-options.ts';
import { RUN_DEFAULTS, type RunOptions } from './run-options.ts';

const DEFAULT_MOCK = 'mock';

interface Caller {
  /** As typed, shell-quoted. */
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Resolves the arguments and options of `run` into a run spec in which every field is present. */
export function runSpecOf(evals: readonly string[], options: RunOptions, caller: Caller): RunSpec {
  const { recordPath } = options;
  const find = (): readonly EvalSpec[] => {
    const found = findEvals(evals, { params: options.param, registryPaths: options.registryPath });
    if (recordPath === undefined || found.length === 1) return found;
    throw new EvaltuiError(
      'bad-option',
      `--record-path takes the record of one eval, and the run has ${found.length}, each with one of its own.`,
    );
  };
  const spec = runSpecWith(find, options, caller);
  if (recordPath === undefined) return spec;
  return { ...spec, records: { paths: [resolve(recordPath)], createsFolders: false } };
}

/** The same of evals that are found in another way, after the options were looked at. */
export function runSpecWith(
  find: () => readonly EvalSpec[],
  options: RunOptions,
  { command, env }: Caller,
): RunSpec {
  const { concurrency, model, completionFn, grader } = options;
  const executors = options.inProcess ? 1 : Math.min(options.executors, concurrency);
  if (model !== undefined && completionFn !== undefined && model.join(',') !== completionFn.join(',')) {
    throw new EvaltuiError(
      'bad-option',
      `--model ${model.join(',')} and --completion-fn ${completionFn.join(',')} mean the same option; give one of them.`,
    );
  }
  const missing = options.registryPath.find(
    (path) => !statSync(path, { throwIfNoEntry: false })?.isDirectory(),
  );
  if (missing !== undefined) {
    throw new EvaltuiError(
      'registry-invalid',
      `--registry-path ${missing}: there is no folder ${resolve(missing)}.`,
    );
  }
  const http = httpRecordingOf(options);
  return {
    evals: find(),
    completionFns: model ?? completionFn ?? [defaultModel(env)],
    ...(grader === undefined ? {} : { grader }),
    registryPaths: options.registryPath.map((path) => resolve(path)),
    completionArgs: options.completionArgs,
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    ...(options.ids === undefined ? {} : { ids: options.ids }),
    shuffle: options.shuffle,
    seed: options.seed,
    attempts: options.attempts,
    executors,
    threads: Math.min(options.threads, Math.ceil(concurrency / executors)),
    concurrency,
    maxRetries: options.maxRetries,
    taskTimeoutMs: options.taskTimeout ?? RUN_DEFAULTS.taskTimeoutMs,
    requestTimeoutMs: options.requestTimeout ?? RUN_DEFAULTS.requestTimeoutMs,
    stuckAfterMs: options.stuckAfter ?? RUN_DEFAULTS.stuckAfterMs,
    failFast: options.failFast,
    ...(http === undefined ? {} : { http }),
    ...(options.allowConsole === true ? { allowConsole: true } : {}),
    createdBy: options.user,
    command: withoutSecretUrl(command, http),
  };
}

function defaultModel(env: NodeJS.ProcessEnv): string {
  if (env['OPENAI_API_KEY'] === undefined || env['OPENAI_API_KEY'] === '') return DEFAULT_MOCK;
  throw new EvaltuiError(
    'bad-model',
    'No model is named, and OPENAI_API_KEY is set: name one with -m <model>, or use the simulated one with -m mock.',
  );
}
