import type { StopStage } from '../../core/stop-stage.ts';
import type { Command, CommandResult, TaskStore } from '../../store/task-store.ts';
import type { Fleet } from './fleet.ts';
import { KillActs } from './kill-acts.ts';
import { refused } from './take-commands.ts';

/** More tasks in flight than this is a slip of the keyboard. */
const MOST_IN_FLIGHT = 100_000;

export interface RunActsOptions {
  readonly store: TaskStore;
  readonly runId: string;
  readonly now: () => number;
  readonly fleet: Fleet;
  readonly stop: (stage: StopStage) => void;
  /** How far the run was told to stop. */
  readonly stage: () => StopStage | undefined;
  /** Whether tasks can still be tried: not when the report is being made. */
  readonly isOpen: () => boolean;
  /** The run is paused, or goes on: executors are to be told. */
  readonly onPaused: () => void;
  /** Tasks came into the queue or left it. */
  readonly onRequeued: () => Promise<void>;
  /** Does the work while nobody decides that the run is through. */
  readonly inTurn: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** What can be done with a run while it is live. Each act says what it changed, or why it changed nothing. */
export class RunActs {
  readonly #options: RunActsOptions;
  readonly #kills: KillActs;
  #isPaused = false;
  #concurrency = 0;

  constructor(options: RunActsOptions) {
    this.#options = options;
    this.#kills = new KillActs(options);
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Where the run stands when its supervisor begins. */
  begin(concurrency: number): void {
    this.#concurrency = concurrency;
  }

  async carryOut({ kind, args }: Command): Promise<CommandResult> {
    switch (kind) {
      case 'drain':
      case 'abort':
      case 'kill':
        return this.#stop(kind);
      case 'pause':
        return this.#pause(true);
      case 'continue':
        return this.#pause(false);
      case 'limit':
        return this.#limit(args['concurrency']);
      case 'cancel-task':
        return this.#kills.endTask(args);
      case 'end-worker':
        return this.#kills.endWorker(args);
      case 'end-executor':
        return this.#kills.endExecutor(args);
      case 'retry-task':
        return this.#retry(args['taskId']);
      case 'retry-errored':
        return this.#retryErrored();
      default:
        return refused(`This version does not know the command "${String(kind)}".`);
    }
  }

  async #stop(stage: StopStage): Promise<CommandResult> {
    const { stop, stage: stageOf } = this.#options;
    const old = stageOf() ?? null;
    stop(stage);
    if (stageOf() === old) return refused(`The run was told to stop before (${String(old)}).`);
    const how = {
      drain: 'The run starts no more tasks and ends when those in flight are through.',
      abort: 'The tasks in flight are stopped and stay for resume.',
      kill: 'The executors are killed; what was in flight stays for resume.',
    };
    return { done: true, old, new: stage, message: how[stage] };
  }

  async #pause(isPaused: boolean): Promise<CommandResult> {
    const { store, runId, stage, isOpen, onPaused } = this.#options;
    if (!isOpen() || stage() !== undefined) return refused('The run is ending.');
    if (isPaused === this.#isPaused) {
      return refused(isPaused ? 'The run is paused already.' : 'The run is not paused.');
    }
    this.#isPaused = isPaused;
    await store.setRunState({ runId, paused: isPaused });
    onPaused();
    return isPaused
      ? { done: true, old: 'running', new: 'paused', message: 'No more tasks are started.' }
      : { done: true, old: 'paused', new: 'running', message: 'Tasks are started again.' };
  }

  async #limit(given: unknown): Promise<CommandResult> {
    const { store, runId, fleet, isOpen, stage } = this.#options;
    if (!isOpen() || stage() !== undefined) return refused('The run is ending.');
    if (typeof given !== 'number' || !Number.isInteger(given) || given < 1 || given > MOST_IN_FLIGHT) {
      return refused(
        `The limit must be a whole number from 1 to ${MOST_IN_FLIGHT}; it was ${String(given)}.`,
      );
    }
    const old = this.#concurrency;
    if (given === old) return refused(`The limit is ${old} already.`);
    this.#concurrency = given;
    await store.setRunState({ runId, concurrency: given });
    await fleet.setConcurrency(given);
    return { done: true, old, new: given, message: `At most ${given} tasks are in flight.` };
  }

  async #retry(taskId: unknown): Promise<CommandResult> {
    if (typeof taskId !== 'number') return refused('The run has no such task.');
    for (const state of ['errored', 'cancelled'] as const) {
      const count = await this.#requeue([state], taskId);
      if (count === undefined) return refused(ENDING);
      if (count > 0) return { done: true, old: state, new: 'queued', message: 'It is tried again.' };
    }
    return refused('Only a task that is errored or cancelled can be tried again.');
  }

  async #retryErrored(): Promise<CommandResult> {
    const count = await this.#requeue(['errored']);
    if (count === undefined) return refused(ENDING);
    if (count === 0) return refused('No task is errored.');
    const message =
      count === 1 ? '1 errored task is tried again.' : `${count} errored tasks are tried again.`;
    return { done: true, old: count, new: 0, message };
  }

  /** Undefined when it is too late. */
  async #requeue(states: readonly ('errored' | 'cancelled')[], taskId?: number): Promise<number | undefined> {
    const { store, runId, isOpen, stage, onRequeued, fleet, inTurn } = this.#options;
    const one = taskId === undefined ? {} : { taskId };
    const count = await inTurn(async () =>
      isOpen() && stage() === undefined ? store.requeue({ runId, states, ...one }) : undefined,
    );
    if (count === undefined || count === 0) return count;
    fleet.told.forget(taskId);
    await onRequeued();
    fleet.broadcast({ kind: 'wake' });
    return count;
  }
}

const ENDING = 'The run is ending. Resume it with --errored to try errored tasks again.';
