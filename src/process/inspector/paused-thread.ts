import { setTimeout } from 'node:timers/promises';
import type { InspectedSession } from './inspected-session.ts';

/**
 * A thread in JavaScript stops some microseconds after it has taken the request. The probe must not come sooner: in
 * a storm of microtasks it would run between two of them, and the thread would look idle.
 */
const STOPS_WITHIN_MS = 20;
const PROBE_NAME = 'evaltui-probe';

/** A frame of a stopped thread. */
export interface PausedFrame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
  readonly scopes: readonly { readonly type: string; readonly objectId: string }[];
}

interface CallFrame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly url: string;
  readonly location: {
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber?: number;
  };
  readonly scopeChain: readonly { readonly type: string; readonly object: { readonly objectId?: string } }[];
}

/**
 * Stops a thread, does something with its frames, and lets it go on, whatever happens. No frames: it is in its
 * event loop. Rejects with `NoAnswer` when it cannot be stopped: it is in native code, or has ended.
 */
export async function whilePaused<T>(
  thread: InspectedSession,
  work: (frames: readonly PausedFrame[]) => Promise<T>,
): Promise<T> {
  const urls = new Map<string, string>();
  const paused = Promise.withResolvers<readonly CallFrame[]>();
  thread.on('Debugger.scriptParsed', ({ scriptId, url }) => urls.set(String(scriptId), String(url)));
  thread.on('Debugger.paused', ({ callFrames }) => paused.resolve(callFrames as readonly CallFrame[]));
  let hasAnswered = false;
  try {
    await thread.send('Debugger.enable');
    hasAnswered = true;
    const stopped = await stop(thread, paused.promise);
    const frames = stopped.map((frame) => pausedFrame(frame, urls));
    return await work(frames.filter(({ url }) => url !== PROBE_NAME));
  } finally {
    // Sent at once: a thread that did not stop in time is let go as soon as it does.
    const ends = Promise.allSettled(['Debugger.resume', 'Debugger.disable'].map((end) => thread.send(end)));
    if (hasAnswered) await ends;
  }
}

async function stop(
  thread: InspectedSession,
  paused: Promise<readonly CallFrame[]>,
): Promise<readonly CallFrame[]> {
  await thread.send('Debugger.pause');
  const stopped = await Promise.race([paused, setTimeout(STOPS_WITHIN_MS, undefined)]);
  if (stopped !== undefined) return stopped;
  // An idle thread has no frame to stop in: the pause then hits this probe, at once, instead of the next callback.
  const expression = `0//# sourceURL=${PROBE_NAME}`;
  const probing = thread.send('Runtime.evaluate', { expression, silent: true });
  // A thread that stopped elsewhere after all answers the probe only when it goes on.
  return Promise.race([paused, probing.then(() => [])]);
}

function pausedFrame(
  { location, url, scopeChain, ...frame }: CallFrame,
  urls: ReadonlyMap<string, string>,
): PausedFrame {
  return {
    callFrameId: frame.callFrameId,
    functionName: frame.functionName,
    url: url || (urls.get(location.scriptId) ?? ''),
    lineNumber: location.lineNumber,
    columnNumber: location.columnNumber ?? 0,
    scopes: scopeChain.flatMap(({ type, object: { objectId } }) =>
      objectId === undefined ? [] : [{ type, objectId }],
    ),
  };
}
