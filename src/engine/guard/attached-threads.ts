import { Session } from 'node:inspector';
import { threadId as ownThreadId } from 'node:worker_threads';

/** A thread that works answers in some ms; one on a machine under load in some hundred. */
const ANSWER_WITHIN_MS = 1000;
/** So long the end of an inspection waits for the threads to let go. */
const LET_GO_WITHIN_MS = 500;

/** What a thread answers or tells: an object of the inspector protocol. */
export type ProtocolObject = Readonly<Record<string, unknown>>;

/**
 * The inspector protocol to one thread.
 * @see https://chromedevtools.github.io/devtools-protocol/v8/
 */
export interface InspectedSession {
  /** Node's `threadId`: 0 is the main thread. */
  readonly threadId: number;
  readonly name: string;
  /** Rejects with `NoAnswer` when the thread is silent, with `NotDone` when it says no. */
  send(method: string, params?: object, withinMs?: number): Promise<ProtocolObject>;
  /** One listener a method; another replaces it. */
  on(method: string, listener: (params: ProtocolObject) => void): void;
}

/** A thread did not answer in time: it is in native code, or it has ended. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly hasEnded: boolean;

  constructor(what: string, hasEnded: boolean) {
    super(`${what}: ${hasEnded ? 'the thread has ended' : 'no answer'}`);
    this.hasEnded = hasEnded;
  }
}

/** A thread answered a request with an error. */
export class NotDone extends Error {
  override readonly name = 'NotDone';
}

/** The threads of this process but the one that calls, for one inspection. */
export interface AttachedThreads extends AsyncDisposable {
  readonly main: InspectedSession;
  /** Direct children of the main thread. Absent when the main thread is in native code: it must pass requests on. */
  readonly workers: readonly InspectedSession[] | undefined;
}

/**
 * Attaches to all other threads of this process; threads in an endless loop answer too. Must be called from a
 * thread of its own, not from the main one. Dispose it soon: a thread runs several times slower while the
 * `Debugger` domain is enabled in it, and a process that ends would wait for it.
 */
export async function attachToThreads(): Promise<AttachedThreads> {
  const session = new Session();
  session.connectToMainThread();
  const workers = new Map<string, WorkerSession>();
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    // Node titles a worker `[worker <threadId>] name`.
    const title = /^\[worker (\d+)\] ?(.*)$/s.exec(params.workerInfo.title);
    const threadId = Number(title?.[1]);
    // An inspection of the thread that inspects would wait for itself for ever.
    if (title === null || threadId === ownThreadId) return;
    const { sessionId } = params;
    workers.set(sessionId, new WorkerSession({ session, sessionId, threadId, name: title[2] ?? '' }));
  });
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    workers.get(params.sessionId)?.receive(params.message);
  });
  session.on('NodeWorker.detachedFromWorker', ({ params }) => workers.get(params.sessionId)?.end());
  const isAttached = await answerOf(post(session, 'NodeWorker.enable', { waitForDebuggerOnStart: false }), {
    what: 'NodeWorker.enable',
    withinMs: ANSWER_WITHIN_MS,
  }).then(
    () => true,
    () => false,
  );
  return {
    main: new MainSession(session),
    // All that are there were told of before the answer came.
    workers: isAttached ? [...workers.values()].toSorted((a, b) => a.threadId - b.threadId) : undefined,
    [Symbol.asyncDispose]: async () => {
      for (const worker of workers.values()) worker.end();
      const released = answerOf(post(session, 'NodeWorker.disable'), {
        what: 'NodeWorker.disable',
        withinMs: LET_GO_WITHIN_MS,
      });
      await released.catch(() => {});
      session.disconnect();
    },
  };
}

class MainSession implements InspectedSession {
  readonly threadId = 0;
  readonly name = 'main';
  readonly #session: Session;
  readonly #listeners = new Map<string, (params: ProtocolObject) => void>();

  constructor(session: Session) {
    this.#session = session;
    session.on('inspectorNotification', ({ method, params }) => {
      this.#listeners.get(method)?.(params as ProtocolObject);
    });
  }

  send(method: string, params: object = {}, withinMs: number = ANSWER_WITHIN_MS): Promise<ProtocolObject> {
    return answerOf(post(this.#session, method, params), { what: method, withinMs });
  }

  on(method: string, listener: (params: ProtocolObject) => void): void {
    this.#listeners.set(method, listener);
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
  readonly #session: Session;
  readonly #sessionId: string;
  readonly #asked = new Map<number, PromiseWithResolvers<ProtocolObject>>();
  readonly #listeners = new Map<string, (params: ProtocolObject) => void>();
  #lastId = 0;
  #hasEnded = false;

  constructor(options: {
    readonly session: Session;
    readonly sessionId: string;
    readonly threadId: number;
    readonly name: string;
  }) {
    this.threadId = options.threadId;
    this.name = options.name;
    this.#session = options.session;
    this.#sessionId = options.sessionId;
  }

  async send(
    method: string,
    params: object = {},
    withinMs: number = ANSWER_WITHIN_MS,
  ): Promise<ProtocolObject> {
    if (this.#hasEnded) throw new NoAnswer(method, true);
    this.#lastId += 1;
    const id = this.#lastId;
    const asked = Promise.withResolvers<ProtocolObject>();
    this.#asked.set(id, asked);
    const message = JSON.stringify({ id, method, params });
    post(this.#session, 'NodeWorker.sendMessageToWorker', { sessionId: this.#sessionId, message }).catch(
      asked.reject,
    );
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

function post(session: Session, method: string, params: object = {}): Promise<ProtocolObject> {
  return new Promise((resolve, reject) => {
    session.post(method, params, (error, result?: object) => {
      if (error === null) resolve((result ?? {}) as ProtocolObject);
      else reject(new NotDone(error.message));
    });
  });
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
