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
    return { taskId, chain };
  })()`;
}

/**
 * Reads what the expression gave, as a value. It may be anything: the eval's code may have replaced what the
 * expression uses, such as the methods of arrays.
 */
export function readTaskAndChain(value: unknown): TaskAndChain {
  const { taskId, chain } = (value ?? {}) as { readonly taskId?: unknown; readonly chain?: unknown };
  return {
    taskId: typeof taskId === 'number' ? taskId : undefined,
    awaiting: Array.isArray(chain) ? chain.flatMap(readSite) : [],
  };
}

function readSite(site: unknown): readonly StackFrame[] {
  const [functionName, url, line, column]: readonly unknown[] = Array.isArray(site) ? site : [];
  const isSite = typeof functionName === 'string' && typeof url === 'string';
  if (!isSite || typeof line !== 'number' || typeof column !== 'number') return [];
  const place = sourcePlace({ functionName, url, lineNumber: line - 1, columnNumber: column - 1 });
  return [{ ...place, isAwaiting: true }];
}
