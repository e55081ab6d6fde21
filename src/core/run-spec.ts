import type { HttpRecording } from './http-recording.ts';
import type { JsonObject } from './json.ts';
import type { RegistryEval } from './registry-eval.ts';

/** One eval of a run, before anything of it is loaded. */
export interface EvalSpec {
  /** Absolute path of the `*.eval.ts` or `*.eval.js` file, or of the registry's YAML file. */
  readonly file: string;
  /** Set for an eval of a registry. */
  readonly registry?: RegistryEval;
  /** What the user typed, for messages. */
  readonly given: string;
  /** `--param key=value`, values as typed. */
  readonly params: Readonly<Record<string, string>>;
}

/** Where a run's records go, when not into evaltui's own folder. */
export interface RecordChoice {
  /** Absolute, by the order of the evals. */
  readonly paths: readonly string[];
  /** Whether folders on the way to them are made, as OpenAI Evals does. */
  readonly createsFolders: boolean;
  /** The run whose record is there and is written over, as OpenAI Evals does. Absent: none is. */
  readonly replaces?: string;
  /** Told in the record. Default, as in OpenAI Evals: whether the eval has all of its samples. */
  readonly visible?: boolean;
}

/** Evals plus how to run them. Plain data: it is stored with the run and crosses process borders. */
export interface RunSpec {
  readonly evals: readonly EvalSpec[];
  /**
   * The completion functions, at least one: `mock:…`, `dummy`, `openai/<name>`, a bare model name, or a registry
   * name. Evals that take one call the first; `CompleteOptions.completionFn` calls another.
   */
  readonly completionFns: readonly string[];
  /** One more, that grades and nothing else. Absent: the last of `completionFns` grades. */
  readonly grader?: string;
  /** Registry roots beyond the bundled one, absolute. */
  readonly registryPaths: readonly string[];
  /** Arguments of every completion function that takes some, over those of its registry entry. */
  readonly completionArgs: JsonObject;
  /** First N samples of each eval, after shuffling. Absent: all. */
  readonly limit?: number;
  /** Only these sample ids. Absent: all. */
  readonly ids?: readonly string[];
  readonly shuffle: boolean;
  readonly seed: number;
  readonly attempts: number;
  readonly executors: number;
  /** Workers per executor. */
  readonly threads: number;
  /** Tasks in flight in the whole run; a ceiling that nothing exceeds. */
  readonly concurrency: number;
  readonly maxRetries: number;
  readonly taskTimeoutMs: number;
  /** Time-out of one model call, for its whole response. */
  readonly requestTimeoutMs: number;
  readonly stuckAfterMs: number;
  readonly failFast: boolean;
  /** Absent: one an eval, in `.evaltui/records`. Kept with the run: it may be planned by `resume` only. */
  readonly records?: RecordChoice;
  /** Where its events are sent as well. Absent: nowhere. */
  readonly http?: HttpRecording;
  /** Whether expressions may be evaluated in its worker threads from outside. Absent: no. */
  readonly allowConsole?: boolean;
  readonly createdBy: string;
  /** The command as typed, shell-quoted: it goes into the record. */
  readonly command: string;
}

/** All completion functions of a run in their order, the grader last: what `completionFn` counts in. */
export function completionFnsOf(spec: Pick<RunSpec, 'completionFns' | 'grader'>): readonly string[] {
  return spec.grader === undefined ? spec.completionFns : [...spec.completionFns, spec.grader];
}

/** The same as one text, for lines and columns. */
export function modelText(spec: Pick<RunSpec, 'completionFns' | 'grader'>): string {
  return completionFnsOf(spec).join(', ');
}
