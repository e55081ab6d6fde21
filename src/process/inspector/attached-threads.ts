import { availableParallelism, loadavg } from 'node:os';
import { NoAnswer, NotDone, type InspectedSession, type ProtocolObject } from './inspected-session.ts';

/** A thread that works answers in some ms; a busy one on a machine with nothing else to do in some hundred. */
const ANSWER_WITHIN_MS = 1000;
/** A thread that gets no CPU is as silent as one in native code: it is given more time where many want to run. */
const MOST_PATIENCE = 5;
/** So long the end of an inspection waits for the threads to let go. */
const LET_GO_WITHIN_MS = 500;

/** The inspector protocol to a process, however it is carried: what is posted goes to the main thread. */
export interface InspectorChannel {
  /** Rejects with `NotDone` when it says no, or cannot be reached any more. */
  post(method: string, params?: object): Promise<ProtocolObject>;
  /** One listener for all that is told without being asked for; another replaces it. */
  onNotification(listener: (method: string, params: ProtocolObject) => void): void;
}

/** The threads of a process, for one inspection. */
export interface AttachedThreads extends AsyncDisposable {
  readonly main: InspectedSession;
  /** Direct children of the main thread. Absent when the main thread is in native code: it must pass requests on. */
  readonly workers: readonly InspectedSession[] | undefined;
}

/**
 * Attaches to the threads of a process, those in an endless loop too. Dispose it soon: a thread runs several times
 * slower while the `Debugger` domain is enabled in it, and a process that ends would wait for it. The channel
 * stays open.
 */
export async function attachToThreads(
  channel: InspectorChannel,
  options: {
    /** The thread that inspects, if it is one of them: it would wait for itself for ever. */
    readonly except?: number;
  } = {},
): Promise<AttachedThreads> {
  const workers = new Map<string, WorkerSession>();
  const main = new MainSession(channel);
  channel.onNotification((method, params) => {
    switch (method) {
      case 'NodeWorker.attachedToWorker': {
        const worker = sessionOf(channel, params as unknown as AttachedWorker);
        if (worker !== undefined && worker.threadId !== options.except) {
          workers.set(String(params['sessionId']), worker);
        }
        return;
      }
      case 'NodeWorker.receivedMessageFromWorker':
        workers.get(String(params['sessionId']))?.receive(String(params['message']));
        return;
      case 'NodeWorker.detachedFromWorker':
        workers.get(String(params['sessionId']))?.end();
        return;
      default:
        main.receive(method, params);
    }
  });
  const isAttached = await answerOf(channel.post('NodeWorker.enable', { waitForDebuggerOnStart: false }), {
    what: 'NodeWorker.enable',
    withinMs: answerWithinMs(),
  }).then(
    () => true,
    () => false,
  );
  return {
    main,
    // All that are there were told of before the answer came.
    workers: isAttached ? [...workers.values()].toSorted((a, b) => a.threadId - b.threadId) : undefined,
    [Symbol.asyncDispose]: async () => {
      for (const worker of workers.values()) worker.end();
      const released = answerOf(channel.post('NodeWorker.disable'), {
        what: 'NodeWorker.disable',
        withinMs: LET_GO_WITHIN_MS,
      });
      await released.catch(() => {});
    },
  };
}

interface AttachedWorker {
  readonly sessionId: string;
  readonly workerInfo: { readonly title: string };
}

function sessionOf(
  channel: InspectorChannel,
  { sessionId, workerInfo }: AttachedWorker,
): WorkerSession | undefined {
  // Node titles a worker `[worker <threadId>] name`.
  const [, threadId, name = ''] = /^\[worker (\d+)\] ?(.*)$/s.exec(workerInfo.title) ?? [];
  if (threadId === undefined) return undefined;
  return new WorkerSession({ channel, sessionId, threadId: Number(threadId), name });
}

class MainSession implements InspectedSession {
  readonly threadId = 0;
  readonly name = 'main';
  readonly #channel: InspectorChannel;
  readonly #listeners = new Map<string, (params: ProtocolObject) => void>();

  constructor(channel: InspectorChannel) {
    this.#channel = channel;
  }

  send(method: string, params: object = {}, withinMs: number = answerWithinMs()): Promise<ProtocolObject> {
    return answerOf(this.#channel.post(method, params), { what: method, withinMs });
  }

  on(method: string, listener: (params: ProtocolObject) => void): void {
    this.#listeners.set(method, listener);
  }

  receive(method: string, params: ProtocolObject): void {
    this.#listeners.get(method)?.(params);
  }
}

interface ProtocolMessage {
  readonly id?: number;
  readonly method?: string;
  readonly params?: ProtocolObject;
  readonly result?: ProtocolObject;
  readonly error?: { readonly message: string };
}

/** The protocol to one worker, tunnelled through the main thread's session. */
class WorkerSession implements InspectedSession {
  readonly threadId: number;
  readonly name: string;
  readonly #channel: InspectorChannel;
  readonly #sessionId: string;
  readonly #asked = new Map<number, PromiseWithResolvers<ProtocolObject>>();
  readonly #listeners = new Map<string, (params: ProtocolObject) => void>();
  #lastId = 0;
  #hasEnded = false;

  constructor(options: {
    readonly channel: InspectorChannel;
    readonly sessionId: string;
    readonly threadId: number;
    readonly name: string;
  }) {
    this.threadId = options.threadId;
    this.name = options.name;
    this.#channel = options.channel;
    this.#sessionId = options.sessionId;
  }

  async send(
    method: string,
    params: object = {},
    withinMs: number = answerWithinMs(),
  ): Promise<ProtocolObject> {
    if (this.#hasEnded) throw new NoAnswer(method, true);
    this.#lastId += 1;
    const id = this.#lastId;
    const asked = Promise.withResolvers<ProtocolObject>();
    this.#asked.set(id, asked);
    const message = JSON.stringify({ id, method, params });
    const question = { sessionId: this.#sessionId, message };
    this.#channel.post('NodeWorker.sendMessageToWorker', question).catch(asked.reject);
    try {
      return await answerOf(asked.promise, { what: method, withinMs });
    } finally {
      this.#asked.delete(id);
    }
  }

  on(method: string, listener: (params: ProtocolObject) => void): void {
    this.#listeners.set(method, listener);
  }

  receive(text: string): void {
    const { id, method, params, result, error } = JSON.parse(text) as ProtocolMessage;
    if (id === undefined) this.#listeners.get(method ?? '')?.(params ?? {});
    else if (error === undefined) this.#asked.get(id)?.resolve(result ?? {});
    else this.#asked.get(id)?.reject(new NotDone(error.message));
  }

  end(): void {
    this.#hasEnded = true;
    for (const asked of this.#asked.values()) asked.reject(new NoAnswer('inspection', true));
  }
}

/** In proportion to how many want to run on each core, over the last minute. */
function answerWithinMs(): number {
  const [wanting = 0] = loadavg();
  return ANSWER_WITHIN_MS * Math.min(MOST_PATIENCE, Math.max(1, wanting / availableParallelism()));
}

async function answerOf<T>(
  work: Promise<T>,
  { what, withinMs }: { readonly what: string; readonly withinMs: number },
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new NoAnswer(what, false)), withinMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
