import type { InspectedThread } from '../core/inspection.ts';
import { environmentOf } from '../process/environment.ts';
import { attachToThreads } from '../process/inspector/attached-threads.ts';
import { NoAnswer, NotDone, type InspectedSession } from '../process/inspector/inspected-session.ts';
import { createSecretMask } from '../process/inspector/secret-mask.ts';
import { lookAtThread, type LookOptions } from '../process/inspector/thread-stack.ts';
import type { ExecutorRow } from '../store/task-store.ts';
import { openInspector } from './open-inspector.ts';
import { openWebSocketChannel, type WebSocketChannel } from './websocket-channel.ts';

type StacksByInspector =
  | { readonly kind: 'answer'; readonly threads: readonly InspectedThread[] }
  /** `why` is a clause: "it is stopped". */
  | { readonly kind: 'silent'; readonly why: string; readonly isLost?: boolean };

/** A process dies now and then whose inspector is closed while a connection to it ends: Node's own fault. */
const CLOSE_AFTER_MS = 300;

/**
 * The stacks of an executor's threads, without its guard: Node opens its inspector on SIGUSR1, and listens at a
 * port of the loopback until it is closed again, a moment after this. One thread after the other stands still for
 * some milliseconds. Threads of the executor itself, as its guard, are among them.
 */
export async function stacksByInspector(
  target: { readonly executor: ExecutorRow; readonly token: string },
  question: { readonly threadId?: number; readonly locals: boolean },
  withinMs: number,
): Promise<StacksByInspector> {
  const first = await lookOnce(target, question, withinMs);
  const isLost = first.kind === 'silent' && first.isLost === true;
  // An inspection just before this one may have had the inspector closed under us.
  return isLost ? lookOnce(target, question, withinMs) : first;
}

async function lookOnce(
  target: { readonly executor: ExecutorRow; readonly token: string },
  question: { readonly threadId?: number; readonly locals: boolean },
  withinMs: number,
): Promise<StacksByInspector> {
  const opened = await openInspector(target, withinMs);
  if (opened.kind === 'silent') return opened;
  await using channel = await openWebSocketChannel(opened.url, withinMs);
  if (channel === undefined)
    return { kind: 'silent', why: 'its inspector accepts no connection', isLost: true };
  try {
    await evaluateInMain(channel, `clearTimeout(globalThis[${KEY}]);`);
    return { kind: 'answer', threads: await stacksOf(channel, target.executor.pid, question) };
  } catch (error) {
    if (!(error instanceof NoAnswer || error instanceof NotDone)) throw error;
    const why = `its inspector did not tell (${error.message})`;
    return { kind: 'silent', why, isLost: error instanceof NotDone };
  } finally {
    await closeSoon(channel, opened.isOurs);
  }
}

async function stacksOf(
  channel: WebSocketChannel,
  pid: number,
  { threadId, locals }: { readonly threadId?: number; readonly locals: boolean },
): Promise<readonly InspectedThread[]> {
  await using attached = await attachToThreads(channel, { pid });
  const { main, workers = [] } = attached;
  const wanted = [...workers, main].filter((each) => threadId === undefined || each.threadId === threadId);
  const options = locals ? { maskLocals: createSecretMask(environmentOf(pid) ?? process.env) } : {};
  const found: InspectedThread[] = [];
  for (const each of wanted) found.push(...(await stackOf(each, options)));
  return found;
}

async function stackOf(thread: InspectedSession, options: LookOptions): Promise<readonly InspectedThread[]> {
  const stack = await lookAtThread(thread, options);
  return stack === undefined ? [] : [{ threadId: thread.threadId, name: thread.name, ...stack }];
}

/** Where the process keeps the timer that will close its inspector: it is there only while that is ours. */
const KEY = `Symbol.for('evaltui.closeInspector')`;

/**
 * Has the process close its inspector when nobody has been connected for a moment; each inspection puts that off.
 * One that somebody else has opened stays open.
 */
function closeSoon(channel: WebSocketChannel, isOurs: boolean): Promise<void> {
  return evaluateInMain(
    channel,
    `if (${isOurs} || globalThis[${KEY}] !== undefined) {
      clearTimeout(globalThis[${KEY}]);
      globalThis[${KEY}] = setTimeout(() => {
        delete globalThis[${KEY}];
        process.getBuiltinModule('node:inspector').close();
      }, ${CLOSE_AFTER_MS}).unref();
    }`,
  );
}

/** A process that has ended, or does not answer, cannot be told: then the port stays as long as the process. */
async function evaluateInMain(channel: WebSocketChannel, code: string): Promise<void> {
  const told = channel.post('Runtime.evaluate', { expression: `{ ${code} }`, silent: true }).catch(() => {});
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, CLOSE_AFTER_MS);
  await Promise.race([told, late.promise]);
  clearTimeout(timer);
}
