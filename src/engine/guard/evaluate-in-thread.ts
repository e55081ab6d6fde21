import { inspect } from 'node:util';
import type { GuardAnswers } from '../../core/inspection.ts';
import {
  NoAnswer,
  NotDone,
  type InspectedSession,
  type ProtocolObject,
} from '../../process/inspector/inspected-session.ts';
import { whilePaused, type PausedFrame } from '../../process/inspector/paused-thread.ts';
import { Refusal } from './refusal.ts';
import { sourcePlace } from '../../process/inspector/source-place.ts';
import type { RemoteObject } from '../../process/inspector/value-text.ts';

/** An expression that computes for longer is broken off. */
const COMPUTES_WITHIN_MS = 2000;
/** And one that awaits for longer is not waited for any more. */
const AWAITS_WITHIN_MS = 10_000;
const ANSWERS_WITHIN_MS = 3000;
const MAX_TEXT_LENGTH = 100_000;

type Evaluated = GuardAnswers['evaluate'];

/** Runs in the thread that is asked: only there is the value more than a description. */
const SHOW = `function () {
  const { inspect } = process.getBuiltinModule('node:util');
  return inspect(this, { depth: 4, maxArrayLength: 200, maxStringLength: ${MAX_TEXT_LENGTH}, breakLength: 100 });
}`;

/**
 * Evaluates an expression in a thread as a debugger's console does. In a thread that runs JavaScript, an endless
 * loop too, it sees the variables of the innermost function of the user's; with `await`, and in a free thread,
 * what is global.
 *
 * Throws `Refusal` when the thread is in native code, or does not come to an end with it.
 * @param takeTurn runs what stops the thread, when nobody else has it stopped
 */
export async function evaluateInThread(
  thread: InspectedSession,
  expression: string,
  takeTurn: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Evaluated> {
  const startedAt = performance.now();
  try {
    // A stopped thread settles no promise.
    const isAwaiting = /\bawait\b/.test(expression);
    const inFrame = isAwaiting
      ? undefined
      : await takeTurn(() => whilePaused(thread, (frames) => evaluateInFrame(thread, frames, expression)));
    return inFrame ?? (await evaluateGlobally(thread, expression));
  } catch (error) {
    if (error instanceof NoAnswer) throw new Refusal(whyNoAnswer(thread, error));
    if (!(error instanceof NotDone)) throw error;
    const isBrokenOff = performance.now() - startedAt >= COMPUTES_WITHIN_MS;
    throw new Refusal(
      isBrokenOff
        ? `It computed for ${COMPUTES_WITHIN_MS / 1000} s and was broken off.`
        : `It cannot be evaluated: ${error.message}`,
    );
  }
}

async function evaluateInFrame(
  thread: InspectedSession,
  frames: readonly PausedFrame[],
  expression: string,
): Promise<Evaluated | undefined> {
  const frame = frames.find((each) => sourcePlace(each).isYours) ?? frames[0];
  if (frame === undefined) return undefined;
  const { callFrameId } = frame;
  const question = { callFrameId, expression, silent: true, timeout: COMPUTES_WITHIN_MS };
  return show(thread, await thread.send('Debugger.evaluateOnCallFrame', question, ANSWERS_WITHIN_MS));
}

async function evaluateGlobally(thread: InspectedSession, expression: string): Promise<Evaluated> {
  const question = {
    expression,
    replMode: true,
    awaitPromise: true,
    silent: true,
    timeout: COMPUTES_WITHIN_MS,
  };
  return show(thread, await thread.send('Runtime.evaluate', question, AWAITS_WITHIN_MS));
}

async function show(
  thread: InspectedSession,
  { result, exceptionDetails }: ProtocolObject,
): Promise<Evaluated> {
  const thrown = exceptionDetails as { readonly exception?: RemoteObject; readonly text: string } | undefined;
  const value = thrown === undefined ? (result as RemoteObject) : thrown.exception;
  const text = value === undefined ? (thrown?.text ?? '') : await textOf(thread, value);
  return { value: text.slice(0, MAX_TEXT_LENGTH), isError: thrown !== undefined };
}

async function textOf(thread: InspectedSession, object: RemoteObject): Promise<string> {
  const { type, value, unserializableValue, description = type, objectId } = object;
  if (unserializableValue !== undefined) return unserializableValue;
  // A symbol is told by its description, as is what has no value.
  if (objectId === undefined) return value === undefined ? description : inspect(value);
  const question = { objectId, functionDeclaration: SHOW, silent: true, returnByValue: true };
  const answer = await thread.send('Runtime.callFunctionOn', question, ANSWERS_WITHIN_MS);
  const shown = answer['result'] as RemoteObject;
  return typeof shown.value === 'string' && answer['exceptionDetails'] === undefined
    ? shown.value
    : description;
}

function whyNoAnswer({ threadId }: InspectedSession, { hasEnded }: NoAnswer): string {
  if (hasEnded) return `Thread ${threadId} has ended.`;
  return (
    `Thread ${threadId} gave no answer: it is in native code, or the expression awaits what does not come ` +
    `within ${AWAITS_WITHIN_MS / 1000} s.`
  );
}
