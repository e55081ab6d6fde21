import type { Completion, CompletionFn } from '../../../src/core/completion.ts';
import type { Attempt, EvalDefinition, RecorderEvent, Task, TaskContext } from '../../../src/core/eval.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { samplingEvent } from '../../../src/core/sampling-event.ts';

export interface RunEvent extends RecorderEvent {
  readonly sampleId: string;
}

export interface ClassRun {
  readonly events: readonly RunEvent[];
  readonly report: JsonObject;
  /** Errors of single samples, by id. */
  readonly errors: ReadonlyMap<string, unknown>;
  /** The options of every call of a completion function, in order. */
  readonly calls: readonly JsonObject[];
}

/** Runs every sample of an eval one after the other, without the engine, and records as the engine does. */
export async function runClass(
  definition: EvalDefinition,
  completionFns: readonly CompletionFn[],
): Promise<ClassRun> {
  const { signal } = new AbortController();
  const random = (): number => 0;
  const events: RunEvent[] = [];
  const attempts: Attempt[] = [];
  const errors = new Map<string, unknown>();
  const calls: JsonObject[] = [];
  const resources = await definition.setup?.({ params: {}, signal });
  for await (const { id: sampleId, ...row } of await definition.tasks({ params: {}, seed: 1, random })) {
    const record = (event: RecorderEvent): void => void events.push({ sampleId, ...event });
    const context: TaskContext = {
      params: {},
      resources,
      signal,
      random,
      record,
      step: async (_, work) => work(),
      complete: async (prompt, options = {}): Promise<Completion> => {
        const { completionFn: given = 0, mock: _, ...sampling } = options;
        const completionFn = given === 'grader' ? completionFns.length - 1 : given;
        calls.push({ completionFn, ...(sampling as JsonObject) });
        const call = { ...sampling, sampleId, attempt: 1, try: 1, call: 1, signal };
        const completion = await completionFns[completionFn]!(prompt, call);
        for (const event of completion.events ?? [samplingEvent(prompt, completion)]) record(event);
        return completion;
      },
    };
    const task: Task = { runId: 'run', sampleId, attempt: 1, ...row };
    try {
      if (!('evaluate' in definition)) throw new Error('a class has one function from a task to its result');
      attempts.push({ sampleId, attempt: 1, result: await definition.evaluate(task, context) });
    } catch (error) {
      errors.set(sampleId, error);
      attempts.push({ sampleId, attempt: 1, errorKind: 'eval-error' });
    }
  }
  return { events, report: definition.summarize?.(attempts) ?? {}, errors, calls };
}

/** A completion function that says this text. */
export function saying(text: string): CompletionFn {
  return () => ({ text });
}
