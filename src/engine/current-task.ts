import { CURRENT_TASK_FUNCTION } from '../process/inspector/task-and-chain.ts';

/** Lets a debugger that has stopped this worker thread ask which task's code it stopped in. */
export function exposeCurrentTask(currentTask: () => number | undefined): void {
  Object.defineProperty(globalThis, CURRENT_TASK_FUNCTION, { value: currentTask, configurable: true });
}
