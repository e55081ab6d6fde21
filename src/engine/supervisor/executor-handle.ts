import type { ToExecutor, ToSupervisor } from '../messages.ts';

export interface ExecutorExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** An executor as its supervisor holds it: a process of its own, or one inside the supervisor's. */
export interface ExecutorHandle {
  readonly executorId: string;
  readonly pid: number;
  readonly logPath: string | null;
  send(message: ToExecutor): void;
  onMessage(listener: (message: ToSupervisor) => void): void;
  /** Resolves when it has ended, however it did. Never rejects. */
  readonly exited: Promise<ExecutorExit>;
  /** Ends it at once, with everything that it started. */
  kill(): void;
}

/** What a supervisor asks for when it wants an executor in one of its places. */
export interface ExecutorPlace {
  readonly runId: string;
  readonly slots: number;
  readonly threads: number;
  /** How many stood in this place before. */
  readonly restarts: number;
}

export type StartExecutor = (place: ExecutorPlace) => Promise<ExecutorHandle>;
