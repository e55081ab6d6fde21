import type { CompletionFn } from '../../core/completion.ts';
import type { EvalDefinition } from '../../core/eval.ts';
import type { JsonObject } from '../../core/json.ts';
import { completionFnsOf, type EvalSpec, type RunSpec } from '../../core/run-spec.ts';
import { createCompletionFn } from '../../completion-fns/create-completion-fn.ts';
import { createRegistryEval } from '../../registry/eval-classes.ts';
import { resolveModels } from '../../registry/resolve-model.ts';
import { registerEvalHooks } from './eval-hooks.ts';
import { parseParams } from './eval-params.ts';
import { loadEval } from './load-eval.ts';

/** An eval as a worker holds it: loaded once, its parameters checked. */
export interface LoadedEval {
  readonly definition: EvalDefinition;
  readonly params: unknown;
  readonly paramsRecord: JsonObject;
}

/** A completion function by the name that the run has for it. */
export interface NamedCompletionFn {
  readonly name: string;
  readonly call: CompletionFn;
}

/** What one worker loads and keeps: evals, their resources, the completion functions. */
export class EvalHost {
  readonly #spec: RunSpec;
  readonly #evals = new Map<number, Promise<LoadedEval>>();
  readonly #resources = new Map<number, Promise<unknown>>();
  readonly #closing = new AbortController();
  #completionFns: Promise<readonly NamedCompletionFn[]> | undefined;

  constructor(spec: RunSpec) {
    this.#spec = spec;
  }

  evalAt(index: number): Promise<LoadedEval> {
    return remember(this.#evals, index, async () => {
      const evalSpec = this.#spec.evals[index];
      if (evalSpec === undefined) throw new RangeError(`the run has no eval ${index}`);
      const definition = await this.#define(evalSpec);
      const { params, record } = parseParams(definition, evalSpec.params);
      return { definition, params, paramsRecord: record };
    });
  }

  async #define({ file, registry }: EvalSpec): Promise<EvalDefinition> {
    if (registry === undefined) return loadEval(file);
    // A class of the user's own imports as an eval file does.
    if (registry.module !== undefined) registerEvalHooks();
    const { limit, seed, grader } = this.#spec;
    return createRegistryEval(registry, {
      completionFns: completionFnsOf(this.#spec).length,
      hasGrader: grader !== undefined,
      ...(limit === undefined ? {} : { maxSamples: limit }),
      seed,
    });
  }

  /** What the eval's `setup` returned; it runs once in this worker. */
  resourcesOf(index: number): Promise<unknown> {
    return remember(this.#resources, index, async () => {
      const { definition, params } = await this.evalAt(index);
      return definition.setup?.({ params, signal: this.#closing.signal });
    });
  }

  /** In the order of `completionFnsOf`; one that is named twice is made once. */
  completionFns(): Promise<readonly NamedCompletionFn[]> {
    this.#completionFns ??= this.#createCompletionFns();
    return this.#completionFns;
  }

  async #createCompletionFns(): Promise<readonly NamedCompletionFn[]> {
    const { seed, requestTimeoutMs } = this.#spec;
    const options = { seed, requestTimeoutMs, env: process.env };
    const made = new Map<string, Promise<CompletionFn>>();
    const models = await resolveModels(this.#spec);
    return Promise.all(
      models.map(async ({ name, spec }) => {
        if (spec.kind === 'plug-in') registerEvalHooks();
        return { name, call: await remember(made, name, () => createCompletionFn(spec, options)) };
      }),
    );
  }

  /** Runs each `teardown` whose `setup` went well. The first failure is thrown after all had their turn. */
  async close(): Promise<void> {
    this.#closing.abort();
    const failures: unknown[] = [];
    for (const [index, setup] of this.#resources) {
      // A failed setup was told with every task that needed it; there is nothing to tear down.
      const [ready] = await Promise.allSettled([setup]);
      if (ready.status === 'rejected') continue;
      try {
        await (await this.evalAt(index)).definition.teardown?.(ready.value);
      } catch (error) {
        failures.push(error);
      }
    }
    this.#resources.clear();
    if (failures.length > 0) throw failures[0];
  }
}

function remember<Key, Value>(
  map: Map<Key, Promise<Value>>,
  key: Key,
  make: () => Promise<Value>,
): Promise<Value> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
