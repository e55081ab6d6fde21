import { NoAnswer, NotDone, type InspectedSession, type ProtocolObject } from './inspected-session.ts';
import { waitForAnswer } from './wait-for-answer.ts';

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
    /** The process that is looked at. */
    readonly pid: number;
    /** The thread that inspects, if it is one of them: it would wait for itself for ever. */
    readonly except?: number;
  },
): Promise<AttachedThreads> {
  const workers = new Map<string, WorkerSession>();
  const { pid } = options;
  const main = new MainSession(channel, pid);
  channel.onNotification((method, params) => {
    switch (method) {
      case 'NodeWorker.attachedToWorker': {
        const worker = sessionOf({ channel, pid }, params as unknown as AttachedWorker);
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
  const attaching = channel.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  const isAttached = await answerOf(attaching, { what: 'NodeWorker.enable', pid }).then(
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
        pid,
        withinMs: LET_GO_WITHIN_MS,
      });
      await released.catch(() => {});
    },
  };
}

interface InspectedProcess {
  readonly channel: InspectorChannel;
  readonly pid: number;
}

interface AttachedWorker {
  readonly sessionId: string;
  readonly workerInfo: { readonly title: string };
}

function sessionOf(
  process: InspectedProcess,
  { sessionId, workerInfo }: AttachedWorker,
): WorkerSession | undefined {
  // Node titles a worker `[worker <threadId>] name`.
  const [, threadId, name = ''] = /^\[worker (\d+)\] ?(.*)$/s.exec(workerInfo.title) ?? [];
  if (threadId === undefined) return undefined;
  return new WorkerSession({ ...process, sessionId, threadId: Number(threadId), name });
}

class MainSession implements InspectedSession {
  readonly threadId = 0;
  readonly name = 'main';
  readonly #channel: InspectorChannel;
  readonly #pid: number;
  readonly #listeners = new Map<string, (params: ProtocolObject) => void>();

  constructor(channel: InspectorChannel, pid: number) {
    this.#channel = channel;
    this.#pid = pid;
  }

  send(method: string, params: object = {}, withinMs?: number): Promise<ProtocolObject> {
    return answerOf(this.#channel.post(method, params), { what: method, pid: this.#pid, withinMs });
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
  readonly #pid: number;
  readonly #sessionId: string;
  readonly #asked = new Map<number, PromiseWithResolvers<ProtocolObject>>();
  readonly #listeners = new Map<string, (params: ProtocolObject) => void>();
  #lastId = 0;
  #hasEnded = false;

  constructor(
    options: InspectedProcess & {
      readonly sessionId: string;
      readonly threadId: number;
      readonly name: string;
    },
  ) {
    this.threadId = options.threadId;
    this.name = options.name;
    this.#channel = options.channel;
    this.#pid = options.pid;
    this.#sessionId = options.sessionId;
  }

  async send(method: string, params: object = {}, withinMs?: number): Promise<ProtocolObject> {
    if (this.#hasEnded) throw new NoAnswer(method, true);
    this.#lastId += 1;
    const id = this.#lastId;
    const asked = Promise.withResolvers<ProtocolObject>();
    this.#asked.set(id, asked);
    const message = JSON.stringify({ id, method, params });
    const question = { sessionId: this.#sessionId, message };
    this.#channel.post('NodeWorker.sendMessageToWorker', question).catch(asked.reject);
    try {
      return await answerOf(asked.promise, { what: method, pid: this.#pid, withinMs });
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

async function answerOf<T>(
  work: Promise<T>,
  options: {
    readonly what: string;
    readonly pid: number;
    /** Default: for as long as it may only be starved. */
    readonly withinMs?: number | undefined;
  },
): Promise<T> {
  const { what, pid, withinMs } = options;
  if (withinMs === undefined) return waitForAnswer(work, what, pid);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new NoAnswer(what, false)), withinMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
