import { type Command, Option } from 'commander';
import { EvaltuiError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { readPythonInteger, readPythonNumber } from '../../core/python/number-text.ts';
import { addHttpRecordOptions, type HttpRecordOptions } from '../http-record-options.ts';
import { displayOption, RUN_DEFAULTS, type DisplayName } from '../run-options.ts';

/** The options of OpenAI Evals' `oaieval`, read; their names are those of its command line. */
export interface OaievalOptions extends HttpRecordOptions {
  readonly extra_eval_params: JsonObject;
  readonly completion_args: Readonly<Record<string, string>>;
  readonly max_samples?: number;
  readonly visible?: boolean;
  readonly seed: number;
  readonly user: string;
  readonly record_path?: string;
  readonly log_to_file?: string;
  readonly registry_path: readonly string[];
  readonly localRun: boolean;
  readonly dryRun: boolean;
  readonly dryRunLogging: boolean;
  readonly grader?: string;
  readonly display?: DisplayName;
  readonly failFast: boolean;
  readonly db?: string;
}

/** Declares the options of `oaieval` on a command, in its order, then evaltui's own. */
export function addOaievalOptions(command: Command): Command {
  return addHttpRecordOptions(command)
    .addOption(
      new Option('--extra_eval_params <k=v,…>', "arguments of the eval's class, over those of its entry")
        .argParser(pairs('--extra_eval_params', (text) => readPythonNumber(text) ?? text))
        .default({}, 'none'),
    )
    .addOption(
      new Option('--completion_args <k=v,…>', 'arguments of every completion function that takes some')
        .argParser(pairs('--completion_args', (text) => text))
        .default({}, 'none'),
    )
    .option(
      '--max_samples <n>',
      'only the first n samples in the shuffled order (default: all)',
      integer('--max_samples', 0),
    )
    .option('--cache', 'nothing, as there')
    .option('--no-cache', 'nothing, as there')
    .option('--visible', 'told in the record (default: whether --max_samples is not given)')
    .option('--no-visible', 'the opposite')
    .option(
      '--seed <n>',
      'seed of the generator of each sample; the order of the samples does not depend on it',
      integer('--seed', 0),
      RUN_DEFAULTS.seed,
    )
    .addOption(new Option('--user <name>', 'created_by of the record').default('', 'empty'))
    .option(
      '--record_path <file>',
      'where the JSONL record goes (default: /tmp/evallogs/<run>_<completion_fns>_<eval>.jsonl)',
    )
    .option('--log_to_file <file>', 'the log goes there (default: stderr)')
    .addOption(
      new Option('--registry_path <path>', 'a registry root after the others; may be repeated')
        .argParser((path: string, before: readonly string[]) => [...before, path])
        .default([], 'none'),
    )
    .option('--debug', 'nothing more: the log has all there is', false)
    .option('--no-debug', 'nothing, as there')
    .option('--no-http-run', 'the opposite of --http-run')
    .option('--local-run', 'write the record to a file', true)
    .option('--no-local-run', 'refused without --http-run: records do not go to Snowflake')
    .option('--dry-run', 'call the model and score, but write neither a record nor a run', false)
    .option('--no-dry-run', 'the opposite')
    .option('--dry-run-logging', 'log every event of a dry run', true)
    .option('--no-dry-run-logging', 'the opposite')
    .option('--grader <fn>', 'a completion function that only grades (default: the last one)')
    .option(
      '--display <name>',
      'tui, plain, json, none (default: tui on a terminal, else a log)',
      displayOption,
    )
    .option('--fail-fast', 'stop at the first errored sample, as there', false)
    .option('--db <file>', 'the task db (default: EVALTUI_DB, or .evaltui/evaltui.db)');
}

function integer(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = readPythonInteger(text);
    if (value !== undefined && Number.isSafeInteger(value) && value >= least) return value;
    throw new EvaltuiError(
      'bad-option',
      `${option} was given "${text}"; allowed is a whole number from ${least}.`,
    );
  };
}

/** `k=v,k=v`; a value may hold `=`. */
function pairs<Value>(
  option: string,
  valueOf: (text: string) => Value,
): (text: string) => Record<string, Value> {
  return (text) =>
    Object.fromEntries(
      (text === '' ? [] : text.split(',')).map((pair) => {
        const at = pair.indexOf('=');
        if (at > 0) return [pair.slice(0, at), valueOf(pair.slice(at + 1))];
        throw new EvaltuiError(
          'bad-option',
          `${option} was given "${text}", of which "${pair}" is not key=value. Values cannot hold a comma.`,
        );
      }),
    );
}
