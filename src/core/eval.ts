import type { Completion, MockAnswer, Prompt, SamplingOptions } from './completion.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { ErrorKind } from './outcome.ts';

/** One row of a data set. */
export interface Sample<Input extends JsonValue = JsonValue> {
  /** Unique in its eval. */
  readonly id: string;
  readonly input: Input;
  /** The right answer, or a list of them. The mock model gives it, or the first, when it is to be right. */
  readonly expected?: JsonValue;
  /** The summary breaks results down by it. */
  readonly group?: string;
}

interface TaskBase<Input extends JsonValue> {
  readonly runId: string;
  readonly sampleId: string;
  /** 1-based number of the repeat (`--attempts`). Never a retry. */
  readonly attempt: number;
  readonly input: Input;
  readonly group?: string;
}

/**
 * One sample x one attempt: what the queue holds and what is scored. `expected` is always there when every
 * sample of the eval has it.
 */
export type Task<
  Input extends JsonValue = JsonValue,
  Expected extends JsonValue | undefined = JsonValue | undefined,
> = TaskBase<Input> &
  (undefined extends Expected
    ? { readonly expected?: Exclude<Expected, undefined> }
    : { readonly expected: Expected });

/** The task of a sample. Distributes, so that samples of several shapes give tasks of the same shapes. */
type TaskOf<Row extends Sample> = Row extends Sample
  ? Task<Row['input'], 'expected' extends keyof Row ? Row['expected'] : undefined>
  : never;

/** The key of a task in its eval, as screens and commands show it: `sampleId.attempt`. */
export function taskKey(task: { readonly sampleId: string; readonly attempt: number }): string {
  return `${task.sampleId}.${task.attempt}`;
}

/** An event of OpenAI Evals' record: `match`, `sampling`, `metrics`, or a type of the eval's own. */
export interface RecorderEvent {
  readonly type: string;
  readonly data: JsonObject;
}

/** What `tasks` may lean on. */
export interface LoadContext<Params = unknown> {
  readonly params: Params;
  /** The run's seed, for data that is generated. */
  readonly seed: number;
  /** A seeded generator of numbers in [0, 1), the same for the same seed. */
  readonly random: () => number;
}

export interface CompleteOptions extends SamplingOptions {
  /**
   * Which of the run's completion functions is called: from 0 in the order given, or `grader`, which is the last
   * one, and with a single one that. Default 0.
   */
  readonly completionFn?: number | 'grader';
  /** What the mock model answers. Default: the sample's `expected`. */
  readonly mock?: MockAnswer;
}

/** All the effects that an eval may have. */
export interface TaskContext<Params = unknown, Resources = unknown> {
  /**
   * Calls one of the run's completion functions once and records a `sampling` event. Its failures end the try; the
   * engine retries.
   */
  complete(prompt: Prompt, options?: CompleteOptions): Promise<Completion>;
  /** Names what the try is doing now; screens show it with its age. Steps nest. */
  step<T>(name: string, work: () => Promise<T> | T): Promise<T>;
  /** Adds an event to the record. It is kept with the result, or not at all. */
  record(event: RecorderEvent): void;
  /** A seeded generator of numbers in [0, 1), the same for every try of the same task. */
  random(): number;
  /** Aborted when the task is cancelled or over its time. */
  readonly signal: AbortSignal;
  readonly params: Params;
  /** What `setup` returned, one per worker. */
  readonly resources: Resources;
}

/** A strategy from a task to an answer (nanoeval's word): it samples the model one or more times. */
export type Solver<Row extends Sample, Answer, Params = unknown, Resources = unknown> = (
  task: TaskOf<Row>,
  context: TaskContext<Params, Resources>,
) => Promise<Answer> | Answer;

/** What the default summary understands of a result. A result may hold any other JSON beside it. */
export interface ScoredResult extends JsonObject {
  readonly correct?: boolean;
  readonly score?: number;
  /** The answer could not be read: its own outcome, neither right nor a guess. */
  readonly unparsed?: boolean;
}

/** One finished task, as `summarize` is given it. */
export interface Attempt<Result extends JsonValue = JsonValue> {
  readonly sampleId: string;
  readonly attempt: number;
  readonly group?: string;
  /** Absent when the task is errored. */
  readonly result?: Result;
  readonly errorKind?: ErrorKind;
}

/** What `--param key=value` is checked by. Any `z.object({…})` of zod is one. */
export interface ParamsSchema<Params> {
  safeParse(value: unknown):
    | { readonly success: true; readonly data: Params }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
        };
      };
  /** The declared parameters by name, listed in messages. */
  readonly shape?: Readonly<Record<string, unknown>>;
}

interface EvalBase<Row extends Sample, Result extends JsonValue, Params, Resources> {
  /** Letters, digits, `-`, `_`, `.`; shown everywhere. */
  readonly name: string;
  readonly description?: string;
  /** What `--param key=value` accepts. Without it the eval has no parameters. */
  readonly params?: ParamsSchema<Params>;
  /** Yields the samples; read as a stream, so a million are fine. Ids must be unique. */
  tasks(context: LoadContext<Params>): AsyncIterable<Row> | Iterable<Row> | Promise<Iterable<Row>>;
  /** Run once in each worker, awaited before its first task. Its value is `context.resources`. */
  setup?(context: { readonly params: Params; readonly signal: AbortSignal }): Promise<Resources> | Resources;
  /** Run once in each worker after its last task. */
  teardown?(resources: Resources): Promise<void> | void;
  /**
   * Replaces the default summary. Pure: partial and ragged input is allowed, since a run may be interrupted.
   * What it returns is merged over the default report, unless `report` is `own`.
   */
  summarize?(attempts: readonly Attempt<Result>[]): JsonObject;
  /** `own`: what `summarize` returns comes first and alone; the default report follows under `evaltui`. */
  readonly report?: 'own';
}

/** An eval that is one function from a task to its result. */
export interface EvaluatingEval<
  Row extends Sample,
  Result extends JsonValue,
  Params,
  Resources,
> extends EvalBase<Row, Result, Params, Resources> {
  evaluate(task: TaskOf<Row>, context: TaskContext<Params, Resources>): Promise<Result> | Result;
}

/** An eval whose solving and scoring are apart, so that solvers can be exchanged. */
export interface SolvingEval<
  Row extends Sample,
  Answer,
  Result extends JsonValue,
  Params,
  Resources,
> extends EvalBase<Row, Result, Params, Resources> {
  readonly solver: Solver<Row, Answer, Params, Resources>;
  score(task: TaskOf<Row>, answer: Answer, context: TaskContext<Params, Resources>): Promise<Result> | Result;
}

/** What an eval file's default export is; made by `defineEval`. */
export type EvalDefinition<
  Row extends Sample = Sample,
  Result extends JsonValue = JsonValue,
  Params = unknown,
  Resources = unknown,
  Answer = unknown,
> = EvaluatingEval<Row, Result, Params, Resources> | SolvingEval<Row, Answer, Result, Params, Resources>;

/**
 * Declares an eval. It checks nothing and does nothing: it is there for the types, and so that a file reads
 * as what it is. Every type is inferred: `task.input` and `task.expected` from `tasks`, `context.params` from
 * the schema, `context.resources` from `setup`, the answer from `solver`. Write `params`, `tasks` and `setup`
 * before what uses them, and the rows of data as a `type`: an `interface` is not known to be JSON.
 */
export function defineEval<
  Row extends Sample,
  Result extends JsonValue,
  Params = Readonly<Record<string, never>>,
  Resources = undefined,
  Answer = unknown,
>(
  definition: EvalDefinition<Row, Result, Params, Resources, Answer>,
): EvalDefinition<Row, Result, Params, Resources, Answer> {
  return definition;
}
