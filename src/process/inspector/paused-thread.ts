import { setTimeout } from 'node:timers/promises';
import type { InspectedSession } from './inspected-session.ts';
import type { CodePosition } from './source-map.ts';
import { StopTurns } from './stop-turns.ts';

/**
 * A thread in JavaScript stops some microseconds after it has taken the request. The probe must not come sooner: in
 * a storm of microtasks it would run between two of them, and the thread would look idle.
 */
const STOPS_WITHIN_MS = 20;
const GOES_ON_WITHIN_MS = 500;
const PROBE_NAME = 'evaltui-probe';

/** A frame of a stopped thread. */
export interface PausedFrame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly scriptId: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
  readonly functionAt?: CodePosition;
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
  readonly functionLocation?: { readonly lineNumber: number; readonly columnNumber?: number };
  readonly scopeChain: readonly { readonly type: string; readonly object: { readonly objectId?: string } }[];
}

const turns = new StopTurns();

/**
 * Stops a thread, does something with its frames, and lets it go on, whatever happens. No frames: it is in its
 * event loop. Rejects with `NoAnswer` when it cannot be stopped: it is in native code, or has ended.
 */
export function whilePaused<T>(
  thread: InspectedSession,
  work: (frames: readonly PausedFrame[]) => Promise<T>,
): Promise<T> {
  return turns.take(thread.threadId, () => stopAndGoOn(thread, work));
}

async function stopAndGoOn<T>(
  thread: InspectedSession,
  work: (frames: readonly PausedFrame[]) => Promise<T>,
): Promise<T> {
  const urls = new Map<string, string>();
  const paused = Promise.withResolvers<readonly CallFrame[]>();
  thread.on('Debugger.scriptParsed', ({ scriptId, url }) => urls.set(String(scriptId), String(url)));
  thread.on('Debugger.paused', ({ callFrames }) => paused.resolve(callFrames as readonly CallFrame[]));
  const goesOn = Promise.withResolvers<void>();
  thread.on('Debugger.resumed', () => goesOn.resolve());
  let hasAnswered = false;
  let hasStopped = false;
  try {
    await thread.send('Debugger.enable');
    hasAnswered = true;
    const stopped = await stop(thread, paused.promise);
    hasStopped = stopped.length > 0;
    const frames = stopped.map((frame) => pausedFrame(frame, urls));
    return await work(frames.filter(({ url }) => url !== PROBE_NAME));
  } finally {
    if (hasStopped) await letGo(thread, goesOn.promise);
    // Also lets a thread go, as soon as it stops, that did not stop in time.
    const end = thread.send('Debugger.disable').catch(() => {});
    if (hasAnswered) await end;
  }
}

/**
 * Waits until the thread really goes on: it answers before it does, and one that enables the debugger in between
 * would be told of a stop that is over.
 */
async function letGo(thread: InspectedSession, goesOn: Promise<void>): Promise<void> {
  const resuming = thread.send('Debugger.resume').then(
    () => goesOn,
    () => {},
  );
  await Promise.race([resuming, setTimeout(GOES_ON_WITHIN_MS)]);
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
  { location, functionLocation: start, url, scopeChain, ...frame }: CallFrame,
  urls: ReadonlyMap<string, string>,
): PausedFrame {
  return {
    callFrameId: frame.callFrameId,
    functionName: frame.functionName,
    scriptId: location.scriptId,
    url: url || (urls.get(location.scriptId) ?? ''),
    lineNumber: location.lineNumber,
    columnNumber: location.columnNumber ?? 0,
    ...(start && { functionAt: { columnNumber: 0, ...start } }),
    scopes: scopeChain.flatMap(({ type, object: { objectId } }) =>
      objectId === undefined ? [] : [{ type, objectId }],
    ),
  };
}
