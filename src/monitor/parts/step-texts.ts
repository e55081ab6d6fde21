import { formatDuration } from '../../core/duration.ts';
import { printable } from '../../core/printable.ts';
import type { PastStep, StepInFlight } from '../../store/task-store.ts';
import { formatAge } from './format.ts';

/** Steps that a try is in, outermost first: how long each goes on, and its name below that of which it is part. */
export function openStepTexts(steps: readonly StepInFlight[], now: number): readonly string[] {
  return steps.map(({ name, startedAt }, depth) => stepText(formatAge(now - startedAt), name, depth));
}

/** Where the time went: steps that have ended, as they began. */
export function pastStepTexts(steps: readonly PastStep[]): readonly string[] {
  const begun = steps.toSorted((a, b) => a.startedAt - b.startedAt || a.depth - b.depth);
  return begun.map(({ name, startedAt, endedAt, depth }) =>
    stepText(formatDuration(Math.max(0, endedAt - startedAt)), name, depth),
  );
}

function stepText(time: string, name: string, depth: number): string {
  return `${time.padStart(7)}  ${'  '.repeat(depth)}${printable(name)}`;
}
