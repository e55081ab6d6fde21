import type { FunctionPlace, HeapSnapshot, NodeIndex } from './heap-snapshot.ts';

/** A suspended async function in a heap snapshot. */
export interface SuspendedFunction {
  /** The heap's id of the object that holds where it stands. */
  readonly id: string;
  readonly functionName: string;
  /** The URL of its script; empty when not known. */
  readonly url: string;
  /** Where the function begins. */
  readonly place: FunctionPlace | undefined;
}

/** A suspended async function with those that await it, innermost first. */
export type AwaitChain = readonly SuspendedFunction[];

/** Longer chains are a recursion. */
const MAX_CHAIN = 30;
/** Promises, reactions, closures and contexts between an async function and the one that awaits it. */
const MAX_HOPS = 12;

/**
 * The chains of all suspended async functions that nobody in the snapshot is awaited by. From the promise of a
 * function the way leads over V8's own objects to the function that it will resume: promise, reaction, the built-in
 * closure of an `await`, `Promise.all` or a resolved promise, its context. Closures of scripts are passed by, since
 * what they hold is not what awaits.
 */
export function awaitChains(heap: HeapSnapshot): readonly AwaitChain[] {
  const suspended = new Map<NodeIndex, SuspendedFunction>();
  const promises = new Map<NodeIndex, readonly NodeIndex[]>();
  for (const node of heap.referringBy('parameters_and_registers')) {
    const closure = heap.follow(node, 'function');
    const own = promisesOf(heap, node);
    // Without a promise it is a plain generator.
    if (closure === undefined || own.length === 0) continue;
    suspended.set(node, describe(heap, node, closure));
    promises.set(node, own);
  }
  const awaiters = new Map<NodeIndex, NodeIndex>();
  for (const [node, own] of promises) {
    const awaiter = findAwaiter(heap, own, (each) => each !== node && suspended.has(each));
    if (awaiter !== undefined) awaiters.set(node, awaiter);
  }
  const awaited = new Set(awaiters.values());
  return [...suspended.keys()]
    .filter((node) => !awaited.has(node))
    .map((node) => chainFrom(node, suspended, awaiters));
}

function describe(heap: HeapSnapshot, node: NodeIndex, closure: NodeIndex): SuspendedFunction {
  const shared = heap.follow(closure, 'shared');
  const script = shared === undefined ? undefined : heap.follow(shared, 'script_or_debug_info');
  const url = script === undefined ? '' : heap.nameOf(script);
  return {
    id: heap.idOf(node),
    functionName: heap.nameOf(closure),
    url: /^[a-z]+:/.test(url) || url.startsWith('/') ? url : '',
    place: heap.placeOf(closure),
  };
}

/** The promise of an async function; of an async generator those of the values that it was asked for. */
function promisesOf(heap: HeapSnapshot, node: NodeIndex): readonly NodeIndex[] {
  return heap.edgesOf(node).flatMap(({ name, to }) => {
    if (name !== '') return [];
    if (heap.nameOf(to) === 'Promise') return [to];
    if (heap.nameOf(to) !== 'system / AsyncGeneratorRequest') return [];
    return heap.edgesOf(to).flatMap((edge) => (heap.nameOf(edge.to) === 'Promise' ? [edge.to] : []));
  });
}

function findAwaiter(
  heap: HeapSnapshot,
  promises: readonly NodeIndex[],
  isSuspended: (node: NodeIndex) => boolean,
): NodeIndex | undefined {
  let front = promises;
  const seen = new Set(front);
  for (let hop = 0; hop < MAX_HOPS && front.length > 0; hop += 1) {
    const next: NodeIndex[] = [];
    for (const node of front) {
      for (const to of leadsTo(heap, node)) {
        if (isSuspended(to)) return to;
        if (seen.has(to)) continue;
        seen.add(to);
        next.push(to);
      }
    }
    front = next;
  }
  return undefined;
}

/** Where V8 goes on from here when a promise is settled. */
function leadsTo(heap: HeapSnapshot, node: NodeIndex): readonly NodeIndex[] {
  switch (heap.nameOf(node)) {
    case 'Promise': {
      const reaction = heap.follow(node, 'reactions_or_result');
      return reaction !== undefined && heap.nameOf(reaction) === 'system / PromiseReaction' ? [reaction] : [];
    }
    case 'system / PromiseReaction':
    case 'system / PromiseCapability':
    case 'system / Context':
    case 'system / AwaitContext':
      return heap
        .edgesOf(node)
        .filter(({ name }) => !['map', 'scope_info', 'previous'].includes(name))
        .map(({ to }) => to);
    default: {
      // Only a closure has a context and a shared part; a built-in one has no script.
      const shared = heap.follow(node, 'shared');
      const context = heap.follow(node, 'context');
      if (shared === undefined || context === undefined || isOfScript(heap, shared)) return [];
      return [context];
    }
  }
}

function isOfScript(heap: HeapSnapshot, shared: NodeIndex): boolean {
  const script = heap.follow(shared, 'script_or_debug_info');
  return script !== undefined && heap.follow(script, 'source') !== undefined;
}

function chainFrom(
  innermost: NodeIndex,
  suspended: ReadonlyMap<NodeIndex, SuspendedFunction>,
  awaiters: ReadonlyMap<NodeIndex, NodeIndex>,
): AwaitChain {
  const chain: SuspendedFunction[] = [];
  for (
    let node: NodeIndex | undefined = innermost;
    node !== undefined && chain.length < MAX_CHAIN;
    node = awaiters.get(node)
  ) {
    const found = suspended.get(node);
    if (found !== undefined) chain.push(found);
  }
  return chain;
}
