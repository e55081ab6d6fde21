import { AsyncLocalStorage } from 'node:async_hooks';
import type { PastStep, StepInFlight } from '../../store/task-store.ts';
import type { StepDurations } from '../step-chain.ts';
import type { RunningStepWriter } from '../running-step.ts';
import { stepNameWithoutSecrets } from './step-name.ts';

/** The try whose code runs. */
export interface RunningTry {
  readonly taskId: number;
  /** `sampleId.attempt` */
  readonly key: string;
  failStray(error: unknown): void;
}

/** A step that has begun, with the one that it is part of. */
export interface OpenStep {
  readonly name: string;
  readonly startedAt: number;
  readonly parent: OpenStep | undefined;
  /** 0: the try itself. */
  readonly depth: number;
  readonly owner: RunningTry;
  /** On the worker's board; 0: the try itself. */
  readonly number: number;
}

/** Who hears of the steps of a try. */
export interface StepListeners {
  /** How long each took. */
  readonly tally?: StepTally | undefined;
  /** Which one runs. */
  readonly board?: RunningStepWriter | undefined;
}

/** The step whose code runs, in every continuation of it: by it steps find what they are part of. */
export const currentStep: AsyncLocalStorage<OpenStep> = new AsyncLocalStorage<OpenStep>();

/** Ended steps that a try remembers, the newest. */
const MAX_PAST = 50;

/**
 * The steps of one try. One is always open, the try itself. Steps may overlap (`Promise.all`); each knows the one
 * that it was begun in.
 */
export class TrySteps {
  readonly root: OpenStep;
  readonly #listeners: StepListeners;
  readonly #open: OpenStep[] = [];
  readonly #past: PastStep[] = [];
  #failure: { readonly error: unknown; readonly step: string } | undefined;
  /** When a step began or ended last, or an event was recorded; ms UTC. */
  progressAt: number;

  /** @param name of the step that the try itself is */
  constructor(owner: RunningTry, name: string, listeners: StepListeners = {}) {
    this.#listeners = listeners;
    this.progressAt = Date.now();
    this.root = { name, startedAt: this.progressAt, parent: undefined, depth: 0, owner, number: 0 };
  }

  async run<T>(givenName: string, work: () => Promise<T> | T): Promise<T> {
    const name = stepNameWithoutSecrets(givenName);
    const around = currentStep.getStore();
    const parent = around?.owner === this.root.owner ? around : this.root;
    const { board } = this.#listeners;
    const startedAt = Date.now();
    const number = board?.begin(name, startedAt, parent) ?? 0;
    const step: OpenStep = {
      name,
      startedAt,
      parent,
      depth: parent.depth + 1,
      owner: this.root.owner,
      number,
    };
    this.#open.push(step);
    this.progressAt = startedAt;
    try {
      const begin = (): Promise<T> | T => currentStep.run(step, work);
      return await (board === undefined ? begin() : board.during(step, begin));
    } catch (error) {
      if (this.#failure?.error !== error) this.#failure = { error, step: name };
      throw error;
    } finally {
      this.#end(step);
    }
  }

  /** The innermost step that ended with an error, if it was the last one that did. */
  failedIn(error: unknown): string | undefined {
    return this.#failure?.error === error ? this.#failure?.step : undefined;
  }

  /** Steps that have ended, oldest first, the newest of them. */
  get past(): readonly PastStep[] {
    return this.#past;
  }

  /** What the try is in, outermost first: of several steps at a time the one that has gone on for longest. */
  chain(): readonly StepInFlight[] {
    const parents = new Set(this.#open.map(({ parent }) => parent));
    const chain: StepInFlight[] = [];
    let step = this.#open.find((each) => !parents.has(each));
    // One that was not awaited goes on after what it was begun in has ended.
    for (; step !== undefined && step !== this.root; step = step.parent) {
      if (this.#open.includes(step)) chain.unshift({ name: step.name, startedAt: step.startedAt });
    }
    return chain.length > 0 ? chain : [{ name: this.root.name, startedAt: this.root.startedAt }];
  }

  #end(step: OpenStep): void {
    this.#open.splice(this.#open.lastIndexOf(step), 1);
    const { name, startedAt, depth } = step;
    const endedAt = Date.now();
    this.progressAt = endedAt;
    if (this.#past.length >= MAX_PAST) this.#past.shift();
    this.#past.push({ name, startedAt, endedAt, depth: depth - 1 });
    this.#listeners.tally?.add(name, endedAt - startedAt);
  }
}

/** Between two tellings: of one name, and names. What comes beyond is not needed to know what is usual. */
const MAX_TIMES = 20;
const MAX_NAMES = 50;

/** Collects how long the steps of a worker take, until they are told. */
export class StepTally {
  #times = new Map<string, number[]>();

  add(name: string, ms: number): void {
    const times = this.#times.get(name);
    if (times !== undefined) {
      if (times.length < MAX_TIMES) times.push(ms);
    } else if (this.#times.size < MAX_NAMES) {
      this.#times.set(name, [ms]);
    }
  }

  take(): StepDurations {
    if (this.#times.size === 0) return [];
    const taken = [...this.#times].map(([name, times]) => ({ name, times }));
    this.#times = new Map();
    return taken;
  }
}
