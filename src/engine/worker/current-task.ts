import { CURRENT_TASK_FUNCTION, type CurrentTask } from '../../process/inspector/task-and-chain.ts';
import type { OpenStep } from './try-steps.ts';

/** Steps in steps in steps are a recursion: the innermost ones are told. */
const MAX_DEPTH = 20;

/** Lets a debugger that has stopped this worker thread ask which task's code it stopped in, and in which step. */
export function exposeCurrentTask(currentStep: () => OpenStep | undefined): void {
  const value = (): CurrentTask | undefined => taskOf(currentStep());
  Object.defineProperty(globalThis, CURRENT_TASK_FUNCTION, { value, configurable: true });
}

function taskOf(innermost: OpenStep | undefined): CurrentTask | undefined {
  if (innermost === undefined) return undefined;
  const steps: { readonly name: string; readonly startedAt: number }[] = [];
  // The try itself is a step only where there is no other.
  for (
    let step: OpenStep | undefined = innermost;
    step !== undefined && (step.parent !== undefined || step === innermost) && steps.length < MAX_DEPTH;
    step = step.parent
  ) {
    steps.unshift({ name: step.name, startedAt: step.startedAt });
  }
  return { taskId: innermost.owner.taskId, steps };
}
