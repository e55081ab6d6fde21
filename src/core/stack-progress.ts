import type { StackFrame } from './inspection.ts';

/**
 * Whether code went on between two stacks of one thread. From the outermost frame inwards, the first frame that
 * differs tells: a function that stands further down in its text has gone on, and so has one that calls another
 * one from the same place. What stands where it stood, or further up, is in a loop. A loop can be seen on its way
 * down too, so a single pair only tells that code did not go on, never that it is not in a loop.
 *
 * Only the user's own frames count, where there are some.
 */
export function hasGoneOn(before: readonly StackFrame[], after: readonly StackFrame[]): boolean {
  const first = pathOf(before);
  const second = pathOf(after);
  const at = first.findIndex((frame, index) => !isSamePlace(frame, second[index]));
  const [from, to] = [first[at], second[at]];
  // All frames are the same, or one of the two has only called something: what calls is where it was.
  if (from === undefined || to === undefined) return false;
  if (from.functionName !== to.functionName || from.file !== to.file) return true;
  return to.line > from.line || (to.line === from.line && to.column > from.column);
}

/** The place that says most of where a thread is: the innermost of the user's own code. */
export function innermostPlace(frames: readonly StackFrame[]): StackFrame | undefined {
  return pathOf(frames).at(-1);
}

/** Outermost first. */
function pathOf(frames: readonly StackFrame[]): readonly StackFrame[] {
  const onStack = frames.filter(({ isAwaiting }) => !isAwaiting).toReversed();
  const own = onStack.filter(({ isYours }) => isYours);
  return own.length > 0 ? own : onStack;
}

function isSamePlace(one: StackFrame, other: StackFrame | undefined): boolean {
  return (
    other !== undefined &&
    one.functionName === other.functionName &&
    one.file === other.file &&
    one.line === other.line &&
    one.column === other.column
  );
}
