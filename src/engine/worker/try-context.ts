import type { Completion, CompletionOptions, MockAnswer, Prompt, Usage } from '../../core/completion.ts';
import { EvaltuiError } from '../../core/errors.ts';
import { taskKey, type CompleteOptions, type RecorderEvent, type TaskContext } from '../../core/eval.ts';
import { MAX_JSON_BYTES, whyNotJson } from '../../core/json.ts';
import { seededRandom } from '../../core/random.ts';
import { samplingEvent } from '../../core/sampling-event.ts';
import type { ClaimedTask, TimedEvent } from '../../store/task-store.ts';
import type { NamedCompletionFn } from './eval-host.ts';
import type { CancelReason } from '../messages.ts';
import { WHOLE_TRY } from '../step-chain.ts';
import { TrySteps, type RunningTry, type StepListeners } from './try-steps.ts';

/** Thrown into a try that is told to stop; it is the reason of the try's signal. */
export class TryCancelled extends Error {
  override readonly name = 'TryCancelled';
  readonly reason: CancelReason;

  constructor(reason: CancelReason) {
    super(`the task was stopped: ${reason}`);
    this.reason = reason;
  }
}

export interface TryContextOptions {
  readonly task: ClaimedTask;
  readonly runSeed: number;
  readonly params: unknown;
  readonly resources: unknown;
  /** At least one. */
  readonly completionFns: readonly NamedCompletionFn[];
  readonly stepListeners?: StepListeners;
}

/**
 * All the effects of one try: what its eval asked for, did and recorded. What evals call are fields, not methods:
 * they are taken apart from it, as in `evaluate(task, { complete, random })`.
 */
export class TryContext implements TaskContext, RunningTry {
  readonly params: unknown;
  readonly resources: unknown;
  readonly startedAt: number = Date.now();
  readonly events: TimedEvent[] = [];
  readonly steps: TrySteps;
  readonly #stray = Promise.withResolvers<never>();
  usage: Usage | null = null;
  modelMs = 0;
  lastText: string | null = null;
  readonly #options: TryContextOptions;
  #random: (() => number) | undefined;
  #controller: AbortController | undefined;
  #cancelled: CancelReason | undefined;
  #calls = 0;
  /** The step that the try was in when it was told to stop. */
  stoppedIn: string | undefined;
  /** What completion functions threw, and their names. */
  readonly #failedCalls = new WeakMap<object, string>();

  constructor(options: TryContextOptions) {
    this.#options = options;
    this.params = options.params;
    this.resources = options.resources;
    this.steps = new TrySteps(this, WHOLE_TRY, options.stepListeners);
  }

  /** Made when first asked for: most evals that call no model never need it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelled !== undefined) this.#controller.abort(new TryCancelled(this.#cancelled));
    }
    return this.#controller.signal;
  }

  /** `sampleId.attempt` */
  get key(): string {
    return taskKey(this.#options.task);
  }

  get taskId(): number {
    return this.#options.task.taskId;
  }

  get cancelled(): CancelReason | undefined {
    return this.#cancelled;
  }

  /** Aborts the signal. The first reason stands. */
  cancel(reason: CancelReason): void {
    if (this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    this.stoppedIn = this.steps.chain().at(-1)?.name;
    this.#controller?.abort(new TryCancelled(reason));
  }

  /** Rejects with an error that the eval's code threw where nobody caught it: in a timer, a floating promise. */
  get stray(): Promise<never> {
    return this.#stray.promise;
  }

  failStray(error: unknown): void {
    this.#stray.reject(error);
  }

  readonly random = (): number => {
    const { task, runSeed } = this.#options;
    this.#random ??= seededRandom(runSeed, task.sampleId, task.attempt);
    return this.#random();
  };

  readonly record = (event: RecorderEvent): void => {
    const why = whyNotJson(event.data, `the data of event "${event.type}"`);
    if (why !== undefined) throw new EvaltuiError('eval-invalid', `An event is not JSON: ${why}.`);
    const createdAt = Date.now();
    this.steps.progressAt = createdAt;
    this.events.push({ type: event.type, data: event.data, createdAt });
  };

  readonly step = <T>(name: string, work: () => Promise<T> | T): Promise<T> => this.steps.run(name, work);

  readonly complete = async (prompt: Prompt, options: CompleteOptions = {}): Promise<Completion> => {
    const { task } = this.#options;
    const completionFn = pickCompletionFn(this.#options.completionFns, options.completionFn);
    if (this.#cancelled !== undefined) throw new TryCancelled(this.#cancelled);
    this.#calls += 1;
    const call = this.#calls;
    const mock = options.mock ?? mockAnswerOf(task);
    const startedAt = Date.now();
    const completion = await this.step(`model call (${completionFn.name}, try ${task.try})`, () =>
      this.#call(completionFn, prompt, {
        ...options,
        sampleId: task.sampleId,
        attempt: task.attempt,
        try: task.try,
        call,
        signal: this.signal,
        ...(mock === undefined ? {} : { mock }),
      }),
    );
    this.modelMs += Date.now() - startedAt;
    this.lastText = completion.text;
    this.#addUsage(completion.usage);
    for (const event of completion.events ?? [samplingEvent(prompt, completion)]) this.record(event);
    return completion;
  };

  async #call(
    { name, call }: NamedCompletionFn,
    prompt: Prompt,
    options: CompletionOptions,
  ): Promise<Completion> {
    try {
      return await call(prompt, options);
    } catch (error) {
      if (typeof error === 'object' && error !== null) this.#failedCalls.set(error, name);
      throw error;
    }
  }

  /** The name of the completion function that threw it; undefined: none did. */
  completionFnOf(thrown: unknown): string | undefined {
    return typeof thrown === 'object' && thrown !== null ? this.#failedCalls.get(thrown) : undefined;
  }

  #addUsage(usage: Usage | undefined): void {
    if (usage === undefined) return;
    const sum = this.usage ?? { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
    this.usage = {
      prompt_tokens: sum.prompt_tokens + usage.prompt_tokens,
      completion_tokens: sum.completion_tokens + usage.completion_tokens,
      total_tokens: sum.total_tokens + usage.total_tokens,
    };
  }
}

function pickCompletionFn(
  completionFns: readonly NamedCompletionFn[],
  given: CompleteOptions['completionFn'] = 0,
): NamedCompletionFn {
  const picked = completionFns[given === 'grader' ? completionFns.length - 1 : given];
  if (picked !== undefined) return picked;
  const names = completionFns.map(({ name }) => name).join(', ');
  throw new RangeError(
    `The eval asks for completion function ${given}, counted from 0; the run has ${completionFns.length}: ${names}.`,
  );
}

function mockAnswerOf(task: ClaimedTask): MockAnswer | undefined {
  const { expected } = task;
  if (expected === undefined || expected === null) return undefined;
  if (Array.isArray(expected) && expected.length > 0) return { right: String(expected[0]) };
  return { right: typeof expected === 'object' ? JSON.stringify(expected) : String(expected) };
}

/** Why the events of a try are too large to keep, or undefined. */
export function whyEventsTooLarge(events: readonly TimedEvent[]): string | undefined {
  for (const event of events) {
    const bytes = JSON.stringify(event.data).length;
    if (bytes > MAX_JSON_BYTES) {
      return `an event of type "${event.type}" is ${(bytes / 1e6).toFixed(1)} MB; at most ${MAX_JSON_BYTES / 1024 / 1024} MB are kept`;
    }
  }
  return undefined;
}
