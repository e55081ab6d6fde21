import type { JsonObject } from './json.ts';

/** What can be seen of the threads of an executor, and how its guard thread is asked for it. */

/** A function on a stack, or one that awaits what is on it. */
export interface StackFrame {
  /** `(anonymous)` when it has no name. */
  readonly functionName: string;
  /** A path for files, `node:…` for Node's own code; empty when not known. */
  readonly file: string;
  /** 1-based, as editors count. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** Code of the user: neither Node's own, nor a package's, nor evaltui's. */
  readonly isYours: boolean;
  /** It is not on the stack now: it awaits the function above it. */
  readonly isAwaiting: boolean;
  /** Variables of the function, innermost block first, values shortened; of the user's own code, when asked for. */
  readonly locals?: readonly LocalVariable[];
}

export interface LocalVariable {
  readonly name: string;
  readonly value: string;
}

/** What a thread was seen doing. */
export interface ThreadStack {
  /** `in-js`: frames are there. `idle`: in its event loop. `native`: in native code, where no stack can be had. */
  readonly state: 'in-js' | 'idle' | 'native';
  /** Innermost first; those that await come after those on the stack. */
  readonly frames: readonly StackFrame[];
  /** The task whose code it is in, where that is known. */
  readonly taskId?: number;
  /** The steps of that task that its code is in, outermost first, with when each began, ms UTC. */
  readonly steps?: readonly { readonly name: string; readonly startedAt: number }[];
}

/** Looks at a worker of the own process. Undefined when it could not be looked at: it has ended, or others hold it. */
export type StackOf = (threadId: number) => Promise<ThreadStack | undefined>;

/** A thread of an executor: its main thread, or a worker. */
export interface InspectedThread extends ThreadStack {
  /** Node's `threadId`: 0 is the main thread. */
  readonly threadId: number;
  readonly name: string;
}

/** A function in a profile. */
export interface ProfiledFunction extends Omit<StackFrame, 'isAwaiting' | 'locals'> {
  /** Time in the function itself, as a share of the samples, 0..1. */
  readonly self: number;
  /** The same with all that it called, 0..1. */
  readonly total: number;
}

export interface ThreadProfile {
  readonly threadId: number;
  readonly name: string;
  /** One a millisecond; 0 when it was in native code, where there are none. */
  readonly samples: number;
  /** Most time in itself first. */
  readonly functions: readonly ProfiledFunction[];
  /**
   * As Chrome's developer tools and speedscope read it.
   * @see https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile
   */
  readonly cpuProfile: JsonObject;
}

/**
 * Suspended async functions with the same chain of functions that await them. Lines of the user's own code are of an
 * `await`, of one of those counted; others are where the function begins.
 */
export interface SuspendedFunctions {
  readonly threadId: number;
  readonly count: number;
  /** Innermost first; the first frame is the await that they stand in. */
  readonly frames: readonly StackFrame[];
}

/** What was found suspended in the threads that could be looked into. */
export interface SuspendedInThreads {
  readonly groups: readonly SuspendedFunctions[];
  /** Threads that do not come back to their event loop, where a look into their heap would begin. */
  readonly unseen: readonly number[];
}

/** Asked of a guard, one JSON object a line, over its unix socket. */
export type GuardRequest = { readonly token: string } & GuardQuestion;

export type GuardQuestion =
  | { readonly op: 'stack'; readonly threadId?: number; readonly locals: boolean }
  | { readonly op: 'profile'; readonly threadId?: number; readonly durationMs: number }
  | { readonly op: 'evaluate'; readonly threadId: number; readonly expression: string }
  | { readonly op: 'suspended'; readonly threadId?: number };

/** What is answered to each question; `threadId` absent means all threads. */
export interface GuardAnswers {
  readonly stack: readonly InspectedThread[];
  readonly profile: readonly ThreadProfile[];
  /** `value` as the console prints it; `isError`: the expression threw it. */
  readonly evaluate: { readonly value: string; readonly isError: boolean };
  readonly suspended: SuspendedInThreads;
}

/** One line back; then the guard closes the connection. */
export type GuardReply<Op extends keyof GuardAnswers> =
  | { readonly kind: 'answer'; readonly answer: GuardAnswers[Op] }
  | { readonly kind: 'refused'; readonly message: string };

/** `function (file:line:column)`, as Node prints it. */
export function frameText({ functionName, file, line, column, isAwaiting }: StackFrame): string {
  return `${isAwaiting ? 'async ' : ''}${functionName} (${file}:${line}:${column})`;
}
