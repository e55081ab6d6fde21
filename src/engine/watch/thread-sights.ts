import { formatDuration } from '../../core/duration.ts';
import { frameText, type ThreadStack } from '../../core/inspection.ts';
import type { JsonObject } from '../../core/json.ts';
import { hasGoneOn, innermostPlace } from '../../core/stack-progress.ts';
import { verdictOfStanding, type CpuBetween, type Verdict } from '../../core/verdict.ts';
import type { ThreadFacts } from '../../process/thread-facts.ts';
import type { StepRow } from '../../store/task-store.ts';
import { stepOnStack } from '../step-chain.ts';

/** A worker as the watch sees it. */
export interface WatchedWorker {
  readonly thread: number;
  /** How the system knows the thread, where it tells. */
  readonly systemId: number | undefined;
  /** Share of time that its event loop was busy since the last look, 0..1. */
  readonly loop: number;
  /** Its last sign of life, ms UTC. */
  readonly heardAt: number;
  readonly taskIds: readonly number[];
}

/** What was seen, at one time, of a thread whose event loop stands. */
export interface Sight {
  readonly at: number;
  /** Its last sign of life then. */
  readonly heardAt: number;
  readonly stack: ThreadStack;
  readonly facts: ThreadFacts | undefined;
  /** What looking at it has taken since it stands, this sight included. */
  readonly looked: CpuBetween['looked'];
}

/** Whether it shows where in the user's code the thread was. */
export function isInCode({ stack }: Pick<Sight, 'stack'>): boolean {
  return stack.state === 'in-js' && stack.frames.some(({ isYours }) => isYours);
}

/**
 * The verdict on a thread that has not gone on between two sights, though it could have.
 *
 * @param stacksApartMs in less time nothing goes on far enough to be seen
 */
export function compareSights(before: Sight, after: Sight, stacksApartMs: number): Verdict | undefined {
  // A sign of life in between: its loop has turned.
  if (before.heardAt !== after.heardAt || after.at - before.at < stacksApartMs) return undefined;
  const between = cpuBetween(before, after);
  // No code was on the stack, and yet its loop did not turn after it: it is between two of too many microtasks.
  if (before.stack.state === 'idle') {
    const verdict =
      after.stack.state === 'native' ? undefined : verdictOfStanding('in-js', between, stacksApartMs);
    // One that sleeps waits for its events.
    return verdict === 'blocked' ? undefined : verdict;
  }
  const { state, frames, taskId } = after.stack;
  if (state === 'idle' || before.stack.state !== state || before.stack.taskId !== taskId) return undefined;
  if (state === 'in-js' && hasGoneOn(before.stack.frames, frames)) return undefined;
  return verdictOfStanding(state, between, stacksApartMs);
}

function cpuBetween(first: Sight, second: Sight): CpuBetween | undefined {
  if (first.facts === undefined || second.facts === undefined) return undefined;
  return {
    wallMs: second.at - first.at,
    ranMs: second.facts.ranMs - first.facts.ranMs,
    waitedMs: second.facts.waitedMs - first.facts.waitedMs,
    looked: {
      wallMs: second.looked.wallMs - first.looked.wallMs,
      cpuMs: second.looked.cpuMs - first.looked.cpuMs,
    },
  };
}

/** All that a verdict on a thread rests on. */
export interface StandingSeen {
  readonly worker: WatchedWorker;
  readonly before: Sight;
  readonly sight: Sight;
  /** The sight whose stack says most. */
  readonly shown: Sight;
  readonly silentMs: number;
  /** Tasks that it may be. */
  readonly suspects: number;
  /** It is not known that it is one of them that the thread stands in. */
  readonly isUnclear: boolean;
}

/** What is saved with a verdict on a thread. */
export function evidenceOf(
  seen: StandingSeen,
  { taskId, step }: { readonly taskId: number; readonly step: StepRow | undefined },
): JsonObject {
  const { worker, sight, shown, silentMs } = seen;
  const { facts } = sight;
  const stepName = stepOnStack(shown.stack, taskId)?.name ?? step?.name;
  return {
    silentMs,
    loop: worker.loop,
    stack: shown.stack.frames.map(frameText),
    yours: shown.stack.frames.flatMap(({ isYours }, index) => (isYours ? [index] : [])),
    reasons: reasonsOf(seen),
    tasksOfThread: worker.taskIds.length,
    ...(seen.isUnclear ? { isUnclear: true } : {}),
    ...(stepName === undefined ? {} : { step: stepName }),
    ...(facts === undefined ? {} : { facts: { ...facts } }),
    ...(worker.systemId === undefined ? {} : { systemThreadId: worker.systemId }),
  };
}

function reasonsOf({ worker, before, sight, shown, silentMs, suspects, isUnclear }: StandingSeen): string[] {
  const between = cpuBetween(before, sight);
  const apart = formatDuration(sight.at - before.at);
  const neighbours = worker.taskIds.length - suspects;
  const { facts } = sight;
  return [
    `its event loop has not turned for ${formatDuration(silentMs)}`,
    `in ${apart} ${whereOf(sight, shown)}`,
    ...(between === undefined ? [] : [`in ${apart} it was on a CPU for ${formatDuration(between.ranMs)}`]),
    ...(facts?.waitsIn === undefined ? [] : [`it waits in ${facts.waitsIn}`]),
    ...(sight.stack.state === 'native' && suspects === 1 && worker.taskIds.length > 1
      ? ['its code was the last to run in the thread']
      : []),
    ...(isUnclear ? [whoseOf(shown, suspects)] : []),
    ...(neighbours > 0
      ? [`${neighbours} other ${neighbours === 1 ? 'task' : 'tasks'} of its thread cannot go on`]
      : []),
  ];
}

function whoseOf({ stack }: Sight, suspects: number): string {
  return stack.taskId === undefined
    ? `it is one of the ${suspects} tasks of its thread; which cannot be seen`
    : 'its thread stands in code that a task left behind which has ended';
}

function whereOf({ stack }: Sight, shown: Sight): string {
  const place = innermostPlace(shown.stack.frames);
  const text = place === undefined ? '' : frameText(place);
  switch (stack.state) {
    case 'native':
      return 'it stayed in native code, where no stack can be had';
    case 'idle':
      return `it ran one microtask after the other${text === '' ? '' : `, last seen in ${text}`}`;
    case 'in-js':
      return `it has not gone on from ${text}`;
  }
}
