import type { StackFrame } from '../../core/inspection.ts';
import { sourcePlace } from './source-place.ts';

/** The global function of a worker thread that tells which task it is in. Not for evals. */
export const CURRENT_TASK_FUNCTION = '__evaltuiCurrentTask';

/** So many of those that await are followed. */
const MAX_AWAITING = 50;

/** What only the stopped code itself knows. */
export interface TaskAndChain {
  readonly taskId: number | undefined;
  /** Those that await what is on the stack, innermost first. */
  readonly awaiting: readonly StackFrame[];
}

/**
 * To be evaluated in the innermost frame of a stopped thread. An error made there carries V8's asynchronous stack,
 * which costs nothing before it is asked for: the functions that await the one that was resumed last. The stopped
 * code also carries its async context with it, and so the task that it belongs to.
 *
 * It leaves `Error` as it was, and calls no code of the eval's: an eval's own `prepareStackTrace` is set aside.
 *
 * @param depth frames on the stack, which V8 lists before those that await
 * @see https://v8.dev/docs/stack-trace-api#async-stack-traces
 */
export function taskAndChainExpression(depth: number): string {
  return `(() => {
    let taskId, chain = [];
    try { taskId = globalThis.${CURRENT_TASK_FUNCTION}?.(); } catch {}
    const error = globalThis.Error;
    const kept = ['stackTraceLimit', 'prepareStackTrace'].map((key) => [key, Object.getOwnPropertyDescriptor(error, key)]);
    try {
      error.stackTraceLimit = ${depth + MAX_AWAITING};
      error.prepareStackTrace = (_error, sites) => sites.filter((site) => site.isAsync()).map((site) => [
        site.isPromiseAll?.() ? 'Promise.all' : site.getFunctionName() ?? '',
        site.getScriptNameOrSourceURL() ?? '', site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1]);
      const made = {};
      error.captureStackTrace(made);
      if (Array.isArray(made.stack)) chain = made.stack;
    } catch {} finally {
      for (const [key, descriptor] of kept) {
        if (descriptor === undefined) delete error[key]; else Object.defineProperty(error, key, descriptor);
      }
    }
    return JSON.stringify({ taskId, chain });
  })()`;
}

type ChainSite = readonly [functionName: string, url: string, line: number, column: number];

/** Reads what the expression gave. */
export function readTaskAndChain(text: string): TaskAndChain {
  const { taskId, chain } = JSON.parse(text) as {
    readonly taskId?: number;
    readonly chain: readonly ChainSite[];
  };
  return {
    taskId: typeof taskId === 'number' ? taskId : undefined,
    awaiting: chain.map(([functionName, url, line, column]) => ({
      ...sourcePlace({ functionName, url, lineNumber: line - 1, columnNumber: column - 1 }),
      isAwaiting: true,
    })),
  };
}
