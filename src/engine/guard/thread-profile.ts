import { setTimeout } from 'node:timers/promises';
import type { ProfiledFunction, ThreadProfile } from '../../core/inspection.ts';
import type { JsonObject } from '../../core/json.ts';
import { NoAnswer, type InspectedSession } from '../../process/inspector/inspected-session.ts';
import { sourcePlace } from '../../process/inspector/source-place.ts';

/** As V8 samples by default; it costs a thread no more than 3 %. */
const SAMPLE_EVERY_US = 1000;
/** A profile of minutes is put together for a while. */
const STOP_WITHIN_MS = 15_000;
/** Nobody reads on; the profile itself holds all. */
const MAX_FUNCTIONS = 200;

/** @see https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile */
interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly scriptId: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly hitCount: number;
  readonly children?: readonly number[];
}

/** Of a thread that did not answer: what readers of profiles take for an empty one. */
const NOTHING_SEEN = Object.freeze({
  nodes: [
    {
      id: 1,
      callFrame: { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 },
      hitCount: 0,
      children: [],
    },
  ],
  startTime: 0,
  endTime: 0,
  samples: [],
  timeDeltas: [],
});

/**
 * What a thread does in a time, by samples of its stack; it goes on meanwhile. Of a thread in native code there are
 * no samples. A loop that began before the profile is told as its caller when V8 has put it into that one.
 *
 * @param signal ends it early, and gives what there is by then
 * @returns undefined when the thread ended meanwhile
 */
export async function profileThread(
  thread: InspectedSession,
  { durationMs, signal }: { readonly durationMs: number; readonly signal: AbortSignal },
): Promise<ThreadProfile | undefined> {
  const { threadId, name } = thread;
  try {
    await thread.send('Profiler.enable');
    await thread.send('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
    await thread.send('Profiler.start');
    await setTimeout(durationMs, undefined, { signal }).catch(() => {});
    const { profile } = await thread.send('Profiler.stop', {}, STOP_WITHIN_MS);
    const cpuProfile = profile as CpuProfile & JsonObject;
    const samples = cpuProfile.nodes.reduce((sum, { hitCount }) => sum + hitCount, 0);
    return { threadId, name, samples, functions: foldFunctions(cpuProfile.nodes, samples), cpuProfile };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return error.hasEnded
      ? undefined
      : { threadId, name, samples: 0, functions: [], cpuProfile: NOTHING_SEEN };
  }
}

/** Adds nodes of the same function up; a function that calls itself counts once in its total. */
function foldFunctions(nodes: readonly ProfileNode[], samples: number): readonly ProfiledFunction[] {
  const [root] = nodes;
  if (root === undefined || samples === 0) return [];
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const totals = new Map<string, { readonly node: ProfileNode; self: number; total: number }>();
  // Not by recursion: stacks are thousands of frames deep when the code's own recursion is.
  const toDo: { readonly node: ProfileNode; readonly callers: ReadonlySet<string> }[] = [
    { node: root, callers: new Set() },
  ];
  for (let next = toDo.pop(); next !== undefined; next = toDo.pop()) {
    const { node, callers } = next;
    const key = keyOf(node);
    const sum = totals.get(key) ?? { node, self: 0, total: 0 };
    totals.set(key, sum);
    sum.self += node.hitCount;
    const path = callers.has(key) ? callers : new Set(callers).add(key);
    for (const each of path) {
      const caller = totals.get(each);
      if (caller !== undefined) caller.total += node.hitCount;
    }
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child !== undefined) toDo.push({ node: child, callers: path });
    }
  }
  totals.delete(keyOf(root));
  return [...totals.values()]
    .filter(({ total }) => total > 0)
    .toSorted((a, b) => b.self - a.self || b.total - a.total)
    .slice(0, MAX_FUNCTIONS)
    .map(({ node, self, total }) => ({
      // V8 tells a function by its beginning.
      ...sourcePlace({ ...node.callFrame, functionAt: node.callFrame }),
      self: self / samples,
      total: total / samples,
    }));
}

function keyOf({ callFrame: { functionName, url, lineNumber, columnNumber } }: ProfileNode): string {
  return JSON.stringify([functionName, url, lineNumber, columnNumber]);
}
