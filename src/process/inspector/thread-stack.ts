import type { StackFrame, ThreadStack } from '../../core/inspection.ts';
import { NoAnswer, NotDone, type InspectedSession } from './inspected-session.ts';
import { localsOf } from './frame-locals.ts';
import { whilePaused, type PausedFrame } from './paused-thread.ts';
import { sourcePlace } from './source-place.ts';
import { readTaskAndChain, taskAndChainExpression, type TaskAndChain } from './task-and-chain.ts';

/** A runaway recursion has ten thousand frames; nobody reads them. */
const MAX_FRAMES = 200;
/** Another debugger, in another process, may let a thread go while this one looks at it. */
const MOST_LOOKS = 3;

export interface LookOptions {
  /** Reads the variables too, and takes secrets out of their texts with this. */
  readonly maskLocals?: (text: string) => string;
}

/**
 * What a thread is doing: the functions on its stack, those that await them, and the task that they are of. The
 * thread stands still for a few milliseconds. Undefined when it ended meanwhile, or another debugger has hold of it.
 */
export async function lookAtThread(
  thread: InspectedSession,
  options: LookOptions,
): Promise<ThreadStack | undefined> {
  for (let look = 1; ; look += 1) {
    try {
      return await whilePaused(thread, (frames) => readStack(thread, frames, options));
    } catch (error) {
      if (error instanceof NotDone && look < MOST_LOOKS) continue;
      if (error instanceof NotDone || (error instanceof NoAnswer && error.hasEnded)) return undefined;
      if (!(error instanceof NoAnswer)) throw error;
      return { state: 'native', frames: [] };
    }
  }
}

async function readStack(
  thread: InspectedSession,
  paused: readonly PausedFrame[],
  { maskLocals }: LookOptions,
): Promise<ThreadStack> {
  const [innermost] = paused;
  if (innermost === undefined) return { state: 'idle', frames: [] };
  const { task, awaiting } = await taskAndChain(thread, innermost, paused.length);
  const frames: StackFrame[] = [];
  for (const frame of paused.slice(0, MAX_FRAMES)) {
    const place = { ...sourcePlace(frame), isAwaiting: false };
    // Only of the user's own code: a library's variables hold keys, and mean nothing to him.
    const mask = place.isYours ? maskLocals : undefined;
    frames.push(mask === undefined ? place : { ...place, locals: await localsOf(thread, frame, mask) });
  }
  return {
    state: 'in-js',
    frames: [...frames, ...awaiting],
    ...task,
  };
}

async function taskAndChain(
  thread: InspectedSession,
  { callFrameId }: PausedFrame,
  depth: number,
): Promise<TaskAndChain> {
  const expression = taskAndChainExpression(depth);
  const question = { callFrameId, expression, silent: true, returnByValue: true };
  // What is on the stack stands without it: under load an answer may be late.
  const answer = await thread.send('Debugger.evaluateOnCallFrame', question).catch(whenSilent);
  const { value } = (answer?.['result'] ?? {}) as { readonly value?: unknown };
  return readTaskAndChain(value);
}

function whenSilent(error: unknown): undefined {
  if (error instanceof NoAnswer && !error.hasEnded) return undefined;
  throw error;
}
