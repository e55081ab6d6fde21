import type { ToExecutor, ToSupervisor } from '../messages.ts';

/** How an executor and its supervisor talk: the fast path. The db is the truth, so a lost message only costs time. */
export interface ExecutorLink {
  send(message: ToSupervisor): void;
  onMessage(listener: (message: ToExecutor) => void): void;
}
