import { Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import type { StackFrame, ThreadStack } from '../core/inspection.ts';
import { CURRENT_TASK_EXPRESSION } from './current-task.ts';

const ANSWER_WITHIN_MS = 1000;
const PROBE_NAME = 'evaltui-probe';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

interface CallFrame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly url: string;
  readonly location: {
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
}

/**
 * The JavaScript stack of another thread of this process, also of one in an endless loop: the debugger stops it
 * for less than a millisecond. Must be called from a thread of its own, not from the main one. It attaches,
 * looks and detaches, since an attached debugger slows the thread down several times.
 */
export async function stackOfThread(threadId: number): Promise<ThreadStack> {
  const session = new Session();
  session.connectToMainThread();
  try {
    const sessionId = await attachToWorker(session, threadId);
    return sessionId === undefined ? { state: 'native', frames: [] } : await lookAt(session, sessionId);
  } finally {
    await within(post(session, 'NodeWorker.disable'), undefined);
    session.disconnect();
  }
}

async function attachToWorker(session: Session, threadId: number): Promise<string | undefined> {
  const attached = Promise.withResolvers<string>();
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    // Node titles a worker `[worker <threadId>] name`.
    if (params.workerInfo.title.includes(`[worker ${threadId}]`)) attached.resolve(params.sessionId);
  });
  void post(session, 'NodeWorker.enable', { waitForDebuggerOnStart: false });
  return within(attached.promise, undefined);
}

async function lookAt(session: Session, sessionId: string): Promise<ThreadStack> {
  const worker = new WorkerSession(session, sessionId);
  const urls = new Map<string, string>();
  const paused = Promise.withResolvers<readonly CallFrame[]>();
  worker.on('Debugger.scriptParsed', (params) => urls.set(String(params['scriptId']), String(params['url'])));
  worker.on('Debugger.paused', (params) => paused.resolve(params['callFrames'] as readonly CallFrame[]));
  try {
    if ((await within(worker.send('Debugger.enable'), undefined)) === undefined) {
      return { state: 'native', frames: [] };
    }
    void worker.send('Debugger.pause');
    // An idle thread has no frame to stop in: the pause then hits this probe, at once, instead of the next task.
    void worker.send('Runtime.evaluate', { expression: `0//# sourceURL=${PROBE_NAME}`, silent: true });
    const frames = await within(paused.promise, undefined);
    if (frames === undefined) return { state: 'native', frames: [] };
    const taskId = await taskOf(worker, frames);
    await within(worker.send('Debugger.resume'), undefined);
    const urlOf = (frame: CallFrame): string => frame.url || (urls.get(frame.location.scriptId) ?? '');
    const own = frames.filter((frame) => urlOf(frame) !== PROBE_NAME);
    return {
      state: own.length === 0 ? 'idle' : 'in-js',
      frames: own.map((frame) => frameOf(frame, urlOf(frame))),
      ...(taskId === undefined || own.length === 0 ? {} : { taskId }),
    };
  } finally {
    await within(worker.send('Debugger.disable'), undefined);
  }
}

/** The stopped code carries its async context with it, and so the task that it belongs to. */
async function taskOf(worker: WorkerSession, frames: readonly CallFrame[]): Promise<number | undefined> {
  const [innermost] = frames;
  if (innermost === undefined) return undefined;
  const { callFrameId } = innermost;
  const question = { callFrameId, expression: CURRENT_TASK_EXPRESSION, silent: true, returnByValue: true };
  const answer = await within(worker.send('Debugger.evaluateOnCallFrame', question), undefined);
  const value = (answer?.['result'] as { readonly value?: unknown } | undefined)?.value;
  return typeof value === 'number' ? value : undefined;
}

function frameOf({ functionName, location }: CallFrame, url: string): StackFrame {
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  return {
    functionName: functionName || '(anonymous)',
    file,
    line: location.lineNumber + 1,
    column: location.columnNumber + 1,
    isYours: isYours(file),
    isAwaiting: false,
  };
}

const OWN_CODE = fileURLToPath(new URL('..', import.meta.url));

function isYours(file: string): boolean {
  const isOfNode = file === '' || file.startsWith('node:');
  return !isOfNode && !file.includes('/node_modules/') && !file.startsWith(OWN_CODE);
}

/** The protocol to one worker, tunnelled through the main thread's session. */
class WorkerSession {
  readonly #session: Session;
  readonly #sessionId: string;
  readonly #answers = new Map<number, (result: Record<string, unknown> | undefined) => void>();
  readonly #listeners = new Map<string, (params: Record<string, unknown>) => void>();
  #lastId = 0;

  constructor(session: Session, sessionId: string) {
    this.#session = session;
    this.#sessionId = sessionId;
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      if (params.sessionId === sessionId) this.#receive(JSON.parse(params.message) as Message);
    });
  }

  on(method: string, listener: (params: Record<string, unknown>) => void): void {
    this.#listeners.set(method, listener);
  }

  /** Resolves to the answer; to undefined when the worker refuses. Never settles when it never answers. */
  send(method: string, params: object = {}): Promise<Record<string, unknown> | undefined> {
    this.#lastId += 1;
    const message = JSON.stringify({ id: this.#lastId, method, params });
    const answer = new Promise<Record<string, unknown> | undefined>((resolve) => {
      this.#answers.set(this.#lastId, resolve);
    });
    void post(this.#session, 'NodeWorker.sendMessageToWorker', { sessionId: this.#sessionId, message });
    return answer;
  }

  #receive(message: Message): void {
    if (message.id !== undefined) this.#answers.get(message.id)?.(message.result);
    else if (message.method !== undefined) this.#listeners.get(message.method)?.(message.params ?? {});
  }
}

function post(session: Session, method: string, params: object = {}): Promise<unknown> {
  return new Promise((resolve) => session.post(method, params, (_error, result) => resolve(result)));
}

async function within<T, F>(work: Promise<T>, otherwise: F): Promise<T | F> {
  const late = Promise.withResolvers<F>();
  const timer = setTimeout(() => late.resolve(otherwise), ANSWER_WITHIN_MS);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
