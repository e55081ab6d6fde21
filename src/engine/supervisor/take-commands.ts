import type { Command, CommandKind, CommandResult, TaskStore } from '../../store/task-store.ts';

/** A person who presses a key waits for its effect. */
const LOOK_EVERY_MS = 100;

export interface CommandDeskOptions {
  readonly store: TaskStore;
  readonly runId: string;
  readonly now: () => number;
  /** Does what was asked, or says why not. */
  readonly carryOut: (command: Command) => Promise<CommandResult>;
  readonly onFailed: (error: unknown) => void;
}

/** What waits for a thread or a process to end; other commands go on meanwhile. */
const SLOW: ReadonlySet<CommandKind> = new Set<CommandKind>(['end-worker', 'end-executor']);

/**
 * Takes what any terminal left in the db for this run's supervisor, oldest first, one at a time but for those
 * that wait for an end, from its planning to its end, and keeps with each command what became of it.
 */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  #timer: NodeJS.Timeout | undefined;
  #version = -1;
  #looking: Promise<void> | undefined;
  readonly #waiting = new Set<Promise<void>>();

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  open(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** Resolves when the commands that are being carried out are through. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await Promise.all(this.#waiting);
  }

  #look(): void {
    const version = this.#options.store.version();
    if (this.#looking !== undefined || version === this.#version) return;
    this.#version = version;
    this.#looking = this.#take()
      .catch(this.#options.onFailed)
      .finally(() => (this.#looking = undefined));
  }

  async #take(): Promise<void> {
    const { store, runId, now, onFailed } = this.#options;
    for (const command of await store.takeCommands({ runId, now: now() })) {
      const done = this.#do(command);
      if (!SLOW.has(command.kind)) {
        await done;
        continue;
      }
      const waiting = done.catch(onFailed).finally(() => this.#waiting.delete(waiting));
      this.#waiting.add(waiting);
    }
  }

  async #do(command: Command): Promise<void> {
    const { store, now, carryOut } = this.#options;
    const result = await carryOut(command);
    await store.finishCommand({ id: command.id, now: now(), result });
  }
}

/** Nothing was done, and why. */
export function refused(message: string): CommandResult {
  return { done: false, old: null, new: null, message };
}
