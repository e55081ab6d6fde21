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
