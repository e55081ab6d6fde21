import type { StackFrame, ThreadStack } from '../../core/inspection.ts';
import { sourcePlace } from './source-place.ts';

/** The global function of a worker thread that tells which task it is in, as a `CurrentTask`. Not for evals. */
export const CURRENT_TASK_FUNCTION = '__evaltuiCurrentTask';

/** What that function gives. */
export type CurrentTask = Required<Pick<ThreadStack, 'taskId' | 'steps'>>;

/** So many of those that await are followed. */
const MAX_AWAITING = 50;

/** What only the stopped code itself knows. */
export interface TaskAndChain {
  /** Empty where it is of no task. */
  readonly task: Partial<CurrentTask>;
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
    let task, chain = [];
    try { task = globalThis.${CURRENT_TASK_FUNCTION}?.(); } catch {}
    const error = globalThis.Error;
    const kept = ['stackTraceLimit', 'prepareStackTrace'].map((key) => [key, Object.getOwnPropertyDescriptor(error, key)]);
    try {
      error.stackTraceLimit = ${depth + MAX_AWAITING};
      error.prepareStackTrace = (_error, sites) => sites.filter((site) => site.isAsync()).map((site) => [
        site.isPromiseAll?.() ? 'Promise.all' : site.getFunctionName() ?? '',
        site.getScriptNameOrSourceURL() ?? '', site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1,
        site.isEval(), site.getEnclosingLineNumber?.() ?? 1, site.getEnclosingColumnNumber?.() ?? 1]);
      const made = {};
      error.captureStackTrace(made);
      if (Array.isArray(made.stack)) chain = made.stack;
    } catch {} finally {
      for (const [key, descriptor] of kept) {
        if (descriptor === undefined) delete error[key]; else Object.defineProperty(error, key, descriptor);
      }
    }
    return { task, chain };
  })()`;
}

/**
 * Reads what the expression gave, as a value. It may be anything: the eval's code may have replaced what the
 * expression uses, such as the methods of arrays.
 */
export function readTaskAndChain(value: unknown): TaskAndChain {
  const { task, chain } = (value ?? {}) as { readonly task?: unknown; readonly chain?: unknown };
  return {
    task: readTask(task),
    awaiting: Array.isArray(chain) ? chain.flatMap(readSite) : [],
  };
}

function readTask(value: unknown): Partial<CurrentTask> {
  const { taskId, steps } = (value ?? {}) as { readonly taskId?: unknown; readonly steps?: unknown };
  if (typeof taskId !== 'number') return {};
  return Array.isArray(steps) && steps.every(isStep) ? { taskId, steps } : { taskId };
}

function isStep(value: unknown): value is CurrentTask['steps'][number] {
  const { name, startedAt } = (value ?? {}) as { readonly name?: unknown; readonly startedAt?: unknown };
  return typeof name === 'string' && typeof startedAt === 'number';
}

function readSite(site: unknown): readonly StackFrame[] {
  const [functionName, url, line, column, isEval, ...start]: readonly unknown[] = Array.isArray(site)
    ? site
    : [];
  const [startLine, startColumn] = start.map(Number);
  const isSite = typeof functionName === 'string' && typeof url === 'string';
  if (!isSite || typeof line !== 'number' || typeof column !== 'number') return [];
  const scriptId = isEval === true ? 'eval' : '0';
  const place = sourcePlace({
    functionName,
    scriptId,
    url,
    lineNumber: line - 1,
    columnNumber: column - 1,
    functionAt: { lineNumber: (startLine ?? 1) - 1, columnNumber: (startColumn ?? 1) - 1 },
  });
  return [{ ...place, isAwaiting: true }];
}
