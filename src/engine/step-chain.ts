import type { ThreadStack } from '../core/inspection.ts';
import type { StepInFlight, StepRow } from '../store/task-store.ts';

/** What the step of a try is that is in no step of its own. */
export const WHOLE_TRY = 'evaluate';

/** A chain of steps, outermost first and never empty, as a row of the store has it. */
export function chainFields(
  chain: readonly StepInFlight[],
): Pick<StepRow, 'name' | 'startedAt'> & { readonly chain?: readonly StepInFlight[] } {
  return {
    name: chain.map(({ name }) => name).join(' > '),
    startedAt: chain.at(-1)?.startedAt ?? 0,
    ...(chain.length < 2 ? {} : { chain }),
  };
}

/**
 * The step of a task in which its code was seen. It counts more than what the worker has told, since that may be older:
 * what stands has not told of the step in which it stands.
 */
export function stepOnStack(
  { taskId, steps = [] }: Pick<ThreadStack, 'taskId' | 'steps'>,
  ofTask: number,
): ReturnType<typeof chainFields> | undefined {
  return taskId === ofTask && steps.length > 0 ? chainFields(steps) : undefined;
}

/** How long steps took, by their names. */
export type StepDurations = readonly { readonly name: string; readonly times: readonly number[] }[];
