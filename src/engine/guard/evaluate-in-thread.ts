import { inspect } from 'node:util';
import { Script } from 'node:vm';
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
const SHOW = `function (isBoxed) {
  const { inspect } = process.getBuiltinModule('node:util');
  const value = isBoxed ? this[0] : this;
  if (typeof value === 'string') return inspect(value.slice(0, ${MAX_TEXT_LENGTH}));
  return inspect(value, { depth: 4, maxArrayLength: 200, maxStringLength: ${MAX_TEXT_LENGTH}, breakLength: 100 });
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
  given: string,
  takeTurn: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Evaluated> {
  const startedAt = performance.now();
  const expression = boxed(given);
  try {
    // A stopped thread settles no promise.
    const isAwaiting = /\bawait\b/.test(given);
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

/** What is evaluated. */
interface Expression {
  readonly text: string;
  /** Its value comes in an array. */
  readonly isBoxed: boolean;
}

/**
 * The inspector tells a text whole, which for 100 MB takes longer than anybody waits; an array it tells by an id. Only
 * an expression fits into one, not statements.
 */
function boxed(given: string): Expression {
  const expression = given.replace(/[;\s]+$/, '');
  try {
    // It is only read here, not run.
    void new Script(`async () => [(${expression}\n)]`);
    return { text: `[(${expression}\n)]`, isBoxed: true };
  } catch {
    return { text: given, isBoxed: false };
  }
}

async function evaluateInFrame(
  thread: InspectedSession,
  frames: readonly PausedFrame[],
  { text, isBoxed }: Expression,
): Promise<Evaluated | undefined> {
  const frame = frames.find((each) => sourcePlace(each).isYours) ?? frames[0];
  if (frame === undefined) return undefined;
  const { callFrameId } = frame;
  const question = { callFrameId, expression: text, silent: true, timeout: COMPUTES_WITHIN_MS };
  const answer = await thread.send('Debugger.evaluateOnCallFrame', question, ANSWERS_WITHIN_MS);
  return show(thread, answer, isBoxed);
}

async function evaluateGlobally(thread: InspectedSession, { text, isBoxed }: Expression): Promise<Evaluated> {
  const question = {
    expression: text,
    replMode: true,
    awaitPromise: true,
    silent: true,
    timeout: COMPUTES_WITHIN_MS,
  };
  return show(thread, await thread.send('Runtime.evaluate', question, AWAITS_WITHIN_MS), isBoxed);
}

async function show(
  thread: InspectedSession,
  { result, exceptionDetails }: ProtocolObject,
  isBoxed: boolean,
): Promise<Evaluated> {
  const thrown = exceptionDetails as { readonly exception?: RemoteObject; readonly text: string } | undefined;
  const value = thrown === undefined ? (result as RemoteObject) : thrown.exception;
  const text =
    value === undefined ? (thrown?.text ?? '') : await textOf(thread, value, isBoxed && thrown === undefined);
  return { value: text.slice(0, MAX_TEXT_LENGTH), isError: thrown !== undefined };
}

async function textOf(thread: InspectedSession, object: RemoteObject, isBoxed: boolean): Promise<string> {
  const { type, value, unserializableValue, description = type, objectId } = object;
  if (unserializableValue !== undefined) return unserializableValue;
  // A symbol is told by its description, as is what has no value.
  if (objectId === undefined) return value === undefined ? description : inspect(value);
  const given = { functionDeclaration: SHOW, arguments: [{ value: isBoxed }] };
  const question = { ...given, objectId, silent: true, returnByValue: true };
  const answer = await thread.send('Runtime.callFunctionOn', question, ANSWERS_WITHIN_MS);
  const shown = answer['result'] as RemoteObject;
  if (typeof shown.value === 'string' && answer['exceptionDetails'] === undefined) return shown.value;
  return isBoxed ? textOf(thread, await unboxed(thread, objectId), false) : description;
}

/** What is in the box of a value that could not be shown: an object, and so it is told by an id too. */
async function unboxed(thread: InspectedSession, objectId: string): Promise<RemoteObject> {
  const question = { objectId, functionDeclaration: 'function () { return this[0]; }', silent: true };
  const answer = await thread.send('Runtime.callFunctionOn', question, ANSWERS_WITHIN_MS);
  return answer['result'] as RemoteObject;
}

function whyNoAnswer({ threadId }: InspectedSession, { hasEnded }: NoAnswer): string {
  if (hasEnded) return `Thread ${threadId} has ended.`;
  return (
    `Thread ${threadId} gave no answer: it is in native code, or the expression awaits what does not come ` +
    `within ${AWAITS_WITHIN_MS / 1000} s.`
  );
}
