import type { StackFrame, SuspendedFunctions } from '../../core/inspection.ts';
import { NoAnswer, NotDone, type InspectedSession } from '../../process/inspector/inspected-session.ts';
import { awaitChains, type AwaitChain, type SuspendedFunction } from './await-chains.ts';
import { HeapSnapshot } from './heap-snapshot.ts';
import { whilePaused } from '../../process/inspector/paused-thread.ts';
import { Refusal } from './refusal.ts';
import { sourcePlace } from '../../process/inspector/source-place.ts';

/** The text of a snapshot is some times larger than the heap, and held in memory for a moment. */
const MAX_HEAP_BYTES = 256 * 1024 * 1024;
const SNAPSHOT_WITHIN_MS = 60_000;
/** A thread in JavaScript takes it between two of its callbacks: one in a loop never does. */
const TURNS_WITHIN_MS = 5000;
const LOOKUP_WITHIN_MS = 5000;
/** Each look-up of an exact line walks the heap of the thread: 30 ms at 16 MB. */
const MAX_LOOKUPS = 40;

/**
 * Every suspended async function of a thread by the chain of those that await it, most frequent first; without any
 * help of the code. The thread stands still while its heap is read: 0.3 s for 10 MB, some seconds for 100 MB. What
 * only awaits a promise that nothing can settle any more is garbage, and is not there.
 *
 * Functions of the user's are told with the line of their `await`, of one of those in the group; others with the
 * line where they begin. Throws `Refusal` when the heap is too large, `NoAnswer` when the thread is silent.
 */
export async function suspendedFunctions(thread: InspectedSession): Promise<readonly SuspendedFunctions[]> {
  const { usedSize } = await thread.send('Runtime.getHeapUsage');
  if (Number(usedSize) > MAX_HEAP_BYTES) {
    const megabytes = Math.round(Number(usedSize) / 1024 / 1024);
    throw new Refusal(
      `Thread ${thread.threadId} holds ${megabytes} MB: a look into its heap would stop it for too long.`,
    );
  }
  const isIdle = await whilePaused(thread, async (frames) => frames.length === 0);
  const groups = groupChains(
    awaitChains(new HeapSnapshot(await takeSnapshot(thread, isIdle ? SNAPSHOT_WITHIN_MS : TURNS_WITHIN_MS))),
  );
  const urls = new Map<string, string>();
  thread.on('Debugger.scriptParsed', ({ scriptId, url }) => urls.set(String(scriptId), String(url)));
  try {
    // Without it V8 does not tell where a function stands.
    await thread.send('Debugger.enable', {}, LOOKUP_WITHIN_MS);
    const found: SuspendedFunctions[] = [];
    let lookups = 0;
    for (const { chain, count } of groups) {
      const frames: StackFrame[] = [];
      for (const each of chain) {
        const isExact = lookups < MAX_LOOKUPS && placeWithout(each, urls).isYours;
        if (isExact) lookups += 1;
        const place = isExact ? await exactPlace(thread, each, urls) : undefined;
        frames.push({ ...(place ?? placeWithout(each, urls)), isAwaiting: true });
      }
      found.push({ threadId: thread.threadId, count, frames });
    }
    return found;
  } finally {
    await thread.send('Debugger.disable').catch(whenGone);
  }
}

async function takeSnapshot(thread: InspectedSession, withinMs: number): Promise<string> {
  const chunks: string[] = [];
  thread.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(String(chunk)));
  const what = { reportProgress: false, exposeInternals: true, captureNumericValue: false };
  await thread.send('HeapProfiler.takeHeapSnapshot', what, withinMs);
  return chunks.join('');
}

interface Group {
  readonly chain: AwaitChain;
  readonly count: number;
}

function groupChains(chains: readonly AwaitChain[]): readonly Group[] {
  const groups = new Map<string, { readonly chain: AwaitChain; count: number }>();
  for (const chain of chains) {
    const key = JSON.stringify(chain.map(({ functionName, url, place }) => [functionName, url, place]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { chain, count: 1 });
    else group.count += 1;
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count);
}

type Place = ReturnType<typeof sourcePlace>;

function placeWithout(
  { functionName, url, place }: SuspendedFunction,
  urls: ReadonlyMap<string, string>,
): Place {
  const { scriptId = '0', lineNumber = 0, columnNumber = 0 } = place ?? {};
  const known = url || (urls.get(scriptId) ?? '');
  return sourcePlace({
    functionName,
    scriptId,
    url: known,
    lineNumber,
    columnNumber,
    ...(place && { functionAt: place }),
  });
}

interface InternalProperty {
  readonly name: string;
  readonly value?: { readonly value?: unknown };
}

/** Where it stands; undefined when it has gone on, and its object is no more. */
async function exactPlace(
  thread: InspectedSession,
  { id, functionName, place }: SuspendedFunction,
  urls: ReadonlyMap<string, string>,
): Promise<Place | undefined> {
  try {
    const { result } = await thread.send(
      'HeapProfiler.getObjectByHeapObjectId',
      { objectId: id },
      LOOKUP_WITHIN_MS,
    );
    const { objectId } = result as { readonly objectId: string };
    const { internalProperties = [] } = await thread.send('Runtime.getProperties', {
      objectId,
      ownProperties: true,
    });
    const properties = internalProperties as readonly InternalProperty[];
    const location = properties.find(({ name }) => name === '[[GeneratorLocation]]')?.value?.value;
    if (location === undefined) return undefined;
    const { scriptId, lineNumber, columnNumber } = location as Record<string, string | number>;
    const url = urls.get(String(scriptId)) ?? '';
    return sourcePlace({
      functionName,
      scriptId: String(scriptId),
      url,
      lineNumber: Number(lineNumber),
      columnNumber: Number(columnNumber ?? 0),
      ...(place && { functionAt: place }),
    });
  } catch (error) {
    if (error instanceof NotDone) return undefined;
    throw error;
  }
}

function whenGone(error: unknown): void {
  if (!(error instanceof NoAnswer) && !(error instanceof NotDone)) throw error;
}
