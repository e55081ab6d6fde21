import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { DURATION_FORM, parseDuration, spellDuration } from '../core/duration.ts';
import { EvaltuiError } from '../core/errors.ts';
import { parseGate, type Gate } from '../core/gate.ts';
import { MOCK_OPTIONS } from '../core/mock-spec.ts';
import { MODEL_FORMS, splitModels } from '../core/model-spec.ts';
import { nearestMatch } from '../core/nearest-match.ts';
import type { HttpRecordOptions } from './http-record-options.ts';

export const DISPLAYS = ['tui', 'plain', 'json', 'none'] as const;
export type DisplayName = (typeof DISPLAYS)[number];

/** The defaults of `run`, as its help shows them. */
const cores = availableParallelism();
export const RUN_DEFAULTS: {
  readonly seed: number;
  readonly attempts: number;
  readonly executors: number;
  readonly threads: number;
  readonly concurrency: number;
  readonly maxRetries: number;
  readonly taskTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly stuckAfterMs: number;
} = Object.freeze({
  // OpenAI Evals' own default seed.
  seed: 20220722,
  attempts: 1,
  executors: Math.min(4, Math.max(1, Math.floor(cores / 2))),
  threads: Math.max(1, Math.min(4, cores)),
  concurrency: 64,
  maxRetries: 5,
  taskTimeoutMs: 600_000,
  requestTimeoutMs: 120_000,
  stuckAfterMs: 60_000,
});

/** A slip of the keyboard must not bring the machine down: far beyond what one machine does. */
const MOST = Object.freeze({ attempts: 100_000, executors: 256, threads: 256, concurrency: 100_000 });
/** Node's timers reach 24.8 days. */
const MAX_DURATION_MS = 500 * 3_600_000;

/** The options of `run`, read; what was not given is absent. */
export interface RunOptions extends HttpRecordOptions {
  readonly model?: readonly string[];
  readonly completionFn?: readonly string[];
  readonly grader?: string;
  readonly completionArgs: Readonly<Record<string, string>>;
  readonly limit?: number;
  readonly ids?: readonly string[];
  readonly shuffle: boolean;
  readonly seed: number;
  readonly attempts: number;
  readonly executors: number;
  readonly threads: number;
  readonly concurrency: number;
  readonly inProcess: boolean;
  readonly maxRetries: number;
  readonly taskTimeout?: number;
  readonly requestTimeout?: number;
  readonly stuckAfter?: number;
  readonly param: Readonly<Record<string, string>>;
  readonly registryPath: readonly string[];
  readonly recordPath?: string;
  readonly db?: string;
  readonly display?: DisplayName;
  readonly failFast: boolean;
  readonly allowConsole?: boolean;
  readonly failUnder: readonly Gate[];
  readonly dryRun: boolean;
  readonly user: string;
}

/** Declares the options of `run` on a command. Each shows its default and its unit in the help. */
export function addRunOptions(command: Command): Command {
  const d = RUN_DEFAULTS;
  return command
    .option(
      '-m, --model <model>',
      'mock[:options], dummy, openai/<name>, a bare model name, or a plug-in; several, for evals that take them, by commas or by repeating it (default: mock, when no OPENAI_API_KEY is set)',
      modelsOption,
    )
    .option('--completion-fn <model>', 'another word for --model', modelsOption)
    .option(
      '--grader <model>',
      'one more, that grades in model-graded evals (default: the last of several models; a single one grades itself)',
    )
    .addOption(
      new Option('--completion-args <k=v,…>', "a plug-in's arguments, merged into its registry entry's")
        .argParser(pairsOption('--completion-args'))
        .default({}, 'none'),
    )
    .option('--limit <n>', 'only the first n samples of each eval (default: all)', wholeOption('--limit', 1))
    .option('--ids <a,b>', 'only the samples with these ids (default: all)', listOption)
    .option('--shuffle', 'take the samples in a random order, by the seed', false)
    .option('--seed <n>', 'seed of everything random', wholeOption('--seed', 0), d.seed)
    .option(
      '--attempts <n>',
      'attempts at each sample, for pass@k and variance',
      wholeOption('--attempts', 1, MOST.attempts),
      d.attempts,
    )
    .option(
      '--executors <n>',
      'executor processes',
      wholeOption('--executors', 1, MOST.executors),
      d.executors,
    )
    .option(
      '--threads <n>',
      'worker threads of each executor',
      wholeOption('--threads', 1, MOST.threads),
      d.threads,
    )
    .option(
      '--concurrency <n>',
      'tasks in flight in the whole run; fewer while the endpoint says 429',
      wholeOption('--concurrency', 1, MOST.concurrency),
      d.concurrency,
    )
    .option('--in-process', 'run the executor inside this process (for debugging)', false)
    .option(
      '--max-retries <n>',
      'tries after the first, for 429, 5xx, connection errors and time-outs',
      wholeOption('--max-retries', 0),
      d.maxRetries,
    )
    .option(
      '--task-timeout <time>',
      `time a try may take (default: ${spellDuration(d.taskTimeoutMs)})`,
      durationOption('--task-timeout'),
    )
    .option(
      '--request-timeout <time>',
      `time a model call may take, to its last byte (default: ${spellDuration(d.requestTimeoutMs)})`,
      durationOption('--request-timeout'),
    )
    .option(
      '--stuck-after <time>',
      `time in which nothing happens in a task until it counts as stuck; below 5s loops are found sooner too, with 1s in about one second (default: ${spellDuration(d.stuckAfterMs)})`,
      durationOption('--stuck-after'),
    )
    .addOption(paramOption())
    .addOption(registryPathOption())
    .option(
      '--record-path <file>',
      'where the JSONL record goes (default: .evaltui/records/<run>_<eval>.jsonl)',
    )
    .option('--db <file>', 'the task db (default: EVALTUI_DB, or .evaltui/evaltui.db)')
    .option(
      '--display <name>',
      `${DISPLAYS.join(', ')} (default: tui on a terminal, else plain)`,
      displayOption,
    )
    .option('--fail-fast', 'stop at the first errored task', false)
    .addOption(failUnderOption())
    .option('--allow-console', 'let `evaltui console` evaluate expressions in the worker threads', false)
    .option('--dry-run', 'plan the tasks, say what would run, run nothing', false)
    .addOption(new Option('--user <name>', 'created_by of the record').default('', 'empty'))
    .addHelpText('after', modelHelp());
}

/** `--param`, of every command that loads an eval. */
export function paramOption(): Option {
  return new Option('--param <key=value>', "a parameter of the eval's own; may be repeated")
    .argParser(pairOption('--param'))
    .default({}, "the eval's own");
}

/** `--registry-path`, of every command that reads registries. */
export function registryPathOption(): Option {
  return new Option(
    '--registry-path <path>',
    'a registry root beyond the bundled one and ~/.evals; may be repeated',
  )
    .argParser(collectOption)
    .default([], 'none');
}

/** `--fail-under`, of every command that ends a run. */
export function failUnderOption(): Option {
  return new Option('--fail-under <metric=value>', 'exit with 1 when the metric is below; may be repeated')
    .argParser(gateOption)
    .default([], 'none');
}

function modelHelp(): string {
  const options = MOCK_OPTIONS.map(
    ({ name, default: value, help }) => `  ${name.padEnd(10)} ${help} (default: ${value})`,
  );
  return `\nModels: ${MODEL_FORMS.join('; ')}.\nOptions of the simulated model, as in mock:latency=50ms,errors=0.02:\n${options.join('\n')}`;
}

function bad(option: string, given: string, allowed: string, nearest?: string): EvaltuiError {
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return new EvaltuiError('bad-option', `${option} was given "${given}"; allowed is ${allowed}.${hint}`);
}

/** Reads a whole number between bounds; throws `bad-option`. */
export function wholeOption(
  option: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const to = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`;
    throw bad(option, text, `a whole number from ${least}${to}`);
  };
}

function durationOption(option: string): (text: string) => number {
  return (text) => {
    const ms = parseDuration(text);
    if (ms !== undefined && ms > 0 && ms <= MAX_DURATION_MS) return ms;
    throw bad(option, text, `${DURATION_FORM}, at most ${MAX_DURATION_MS / 3_600_000}h`);
  };
}

function listOption(text: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === '')) throw bad('--ids', text, 'ids separated by commas');
  return items;
}

function modelsOption(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...splitModels(text)];
}

function pairOption(
  option: string,
): (text: string, before: Readonly<Record<string, string>>) => Record<string, string> {
  return (text: string, before: Readonly<Record<string, string>>): Record<string, string> => {
    const at = text.indexOf('=');
    if (at < 1) throw bad(option, text, 'key=value');
    return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
  };
}

function pairsOption(
  option: string,
): (text: string, before: Readonly<Record<string, string>>) => Record<string, string> {
  const pair = pairOption(option);
  return (text: string, before: Readonly<Record<string, string>>): Record<string, string> =>
    text.split(',').reduce((pairs, each) => pair(each, pairs), { ...before });
}

/** Gathers an option that may be repeated. */
function collectOption(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function gateOption(text: string, before: readonly Gate[]): readonly Gate[] {
  return [...before, parseGate(text)];
}

/** Throws `bad-option` with the nearest name. */
export function displayOption(text: string): DisplayName {
  const name = DISPLAYS.find((each) => each === text);
  if (name !== undefined) return name;
  const nearest = nearestMatch(text, DISPLAYS);
  throw bad('--display', text, DISPLAYS.join(', '), nearest);
}
