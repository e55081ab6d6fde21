import type { EvalSpec, RunSpec } from '../../core/run-spec.ts';
import { parseModelSpec, splitModels } from '../../core/model-spec.ts';
import { EvaltuiError } from '../../core/errors.ts';
import { resolveModels } from '../../registry/resolve-model.ts';
import type { Display, DisplayOptions } from '../displays/display.ts';
import { openDisplay } from '../displays/open-display.ts';
import { openOaievalDisplay } from '../displays/oaieval-display.ts';
import { readOaievalEnvironment, type OaievalEnvironment } from './environment.ts';
import { NO_LOG, openOaievalLog, type OaievalLog } from './log.ts';
import type { HttpRecordOptions } from '../http-record-options.ts';
import type { OaievalOptions } from './options.ts';
import { RUN_DEFAULTS } from '../run-options.ts';
import { runSpecWith } from '../run-spec-of.ts';
import { shellQuoted } from '../shell-quoted.ts';

/** What a command of OpenAI Evals came to. */
export interface OaievalRun {
  readonly spec: RunSpec;
  readonly log: OaievalLog;
  readonly openDisplay: (options: DisplayOptions) => Promise<Display>;
}

/**
 * Reads the arguments of `oaieval` and `oaievalset` into a run and its log. Throws what is wrong with any of them
 * before anything is started.
 * @param given the completion functions with commas between them
 */
export async function readOaievalRun(
  given: string,
  options: OaievalOptions,
  findEvals: () => readonly EvalSpec[],
): Promise<OaievalRun> {
  if (!options.localRun && !options.httpRun) {
    throw new EvaltuiError(
      'bad-option',
      '--no-local-run: records do not go to Snowflake. Leave it out for a file, or send them with --http-run.',
    );
  }
  const environment = readOaievalEnvironment(process.env);
  const log = isLogged(options) ? openOaievalLog(options.log_to_file) : NO_LOG;
  const spec = specOf(given, options, { environment, findEvals });
  await resolveModels(spec);
  const { showsProgress } = environment;
  return {
    spec,
    log,
    openDisplay: async (display) =>
      log === NO_LOG
        ? openDisplay({ ...display, name: options.display })
        : openOaievalDisplay(display, { log, showsProgress }),
  };
}

function isLogged({ display, log_to_file: logFile, dryRun }: OaievalOptions): boolean {
  if (display !== undefined) return false;
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY;
  return !isTerminal || logFile !== undefined || dryRun;
}

function specOf(
  given: string,
  options: OaievalOptions,
  how: { readonly environment: OaievalEnvironment; readonly findEvals: () => readonly EvalSpec[] },
): RunSpec {
  const { concurrency, requestTimeoutMs } = how.environment;
  const {
    taskTimeoutMs: _task,
    requestTimeoutMs: _request,
    stuckAfterMs: _stuck,
    ...defaults
  } = RUN_DEFAULTS;
  const models = splitModels(given);
  const { grader } = options;
  return runSpecWith(
    how.findEvals,
    {
      ...defaults,
      ...httpOptionsOf(options),
      model: models,
      ...(grader === undefined ? {} : { grader }),
      completionArgs: argsOf([...models, ...(grader === undefined ? [] : [grader])], options),
      ...(options.max_samples === undefined ? {} : { limit: options.max_samples }),
      shuffle: false,
      seed: options.seed,
      concurrency,
      inProcess: options.dryRun,
      ...(requestTimeoutMs === undefined ? {} : { requestTimeout: requestTimeoutMs }),
      param: {},
      registryPath: options.registry_path,
      failFast: options.failFast,
      failUnder: [],
      dryRun: false,
      user: options.user,
    },
    { command: shellQuoted(['evaltui', ...process.argv.slice(2)]), env: process.env },
  );
}

/** A dry run sends nothing. */
function httpOptionsOf(options: OaievalOptions): HttpRecordOptions {
  const { httpRun, httpRunUrl, httpBatchSize, httpFailPercentThreshold, dryRun } = options;
  return {
    httpRun: httpRun && !dryRun,
    ...(httpRunUrl === undefined ? {} : { httpRunUrl }),
    httpBatchSize,
    httpFailPercentThreshold,
  };
}

/** The dummy passes them over, as there. */
function argsOf(
  models: readonly string[],
  { completion_args: args }: OaievalOptions,
): OaievalOptions['completion_args'] {
  return models.every((model) => parseModelSpec(model).kind === 'dummy') ? {} : args;
}
