import { setTimeout } from 'node:timers/promises';
import { EvaltuiError, serializeError } from '../../core/errors.ts';
import type { RunSpec } from '../../core/run-spec.ts';
import type { ProcessIdentity } from '../../core/process-identity.ts';
import { killStrays } from '../../process/signals.ts';
import { NO_GROUP } from '../../process/strays.ts';
import type { RecordAppender, TaskStore } from '../../store/task-store.ts';
import type { ExecutorExit, ExecutorHandle, ExecutorPlace } from './executor-handle.ts';
import { Executor } from '../executor/executor.ts';
import { startGuard } from '../guard/guard-client.ts';
import { openSocket } from '../guard/open-socket.ts';
import { guardSocketPath } from '../guard/socket-place.ts';
import type { ToExecutor, ToSupervisor } from '../messages.ts';

const KILL_WITHIN_MS = 2000;
/** A thread that has not ended by then may wait for what it started. */
const THREADS_WITHIN_MS = 300;
const UNSTOPPABLE =
  'A task did not stop when it was told to: its thread is in native code, which only the end of the process can ' +
  'stop, and its executor is inside this process. Resume the run without --in-process; end this process with ' +
  'Ctrl-C if it waits for that code.';

export interface InProcessOptions {
  readonly store: TaskStore;
  readonly appendRecord: RecordAppender;
  readonly spec: RunSpec;
  readonly identity: ProcessIdentity;
  readonly createId: () => string;
  /** Lets others ask its guard. Absent: nobody is there who would. */
  readonly createToken?: () => string;
  readonly now: () => number;
  readonly random: () => number;
}

/**
 * Starts an executor inside this process (`--in-process`): for tests and debugging. Its threads are real; there
 * is no process to kill, so a thread in native code stays until the process ends; what it started is ended.
 */
export async function startInProcessExecutor(
  options: InProcessOptions,
  place: ExecutorPlace,
): Promise<ExecutorHandle> {
  const { store, identity, spec, createId, createToken, now } = options;
  const { runId, slots, threads, restarts } = place;
  const executorId = createId();
  const guard = startGuard(null);
  const token = createToken?.() ?? '';
  const access = { token, allowConsole: spec.allowConsole ?? false };
  const socketPath = token === '' ? null : await openSocket(guard, guardSocketPath(executorId), access);
  await store.registerExecutor({
    executorId,
    runId,
    identity,
    token,
    threads,
    slots,
    restarts,
    socketPath,
    logPath: null,
    now: now(),
  });
  const toSupervisor = channel<ToSupervisor>();
  const toExecutor = channel<ToExecutor>();
  const exited = Promise.withResolvers<ExecutorExit>();
  const executor = new Executor({
    ...options,
    ...place,
    executorId,
    link: { send: toSupervisor.send, onMessage: toExecutor.onMessage },
    usage: () => {
      const { user, system } = process.cpuUsage();
      return { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() };
    },
    isInSupervisor: true,
    onUnstoppable: () => {
      const error = serializeError(new EvaltuiError('executors-failed', UNSTOPPABLE));
      toSupervisor.send({ kind: 'failed', error });
    },
    stackOf: guard.stackOf,
    onWorkers: guard.knowWorkers,
  });
  const exit = async (how: ExecutorExit): Promise<void> => {
    await guard.endInspections();
    await guard.close();
    exited.resolve(how);
  };
  void executor.closed.then(() => exit({ code: 0, signal: null }));
  return {
    executorId,
    pid: identity.pid,
    logPath: null,
    send: toExecutor.send,
    onMessage: toSupervisor.onMessage,
    exited: exited.promise,
    kill: () => {
      void destroy(executor).then(() => exit({ code: null, signal: 'SIGKILL' }));
    },
  };
}

/** Ends its threads, and what they started. A thread in native code would keep it waiting. */
async function destroy(executor: Executor): Promise<void> {
  const destroyed = executor.destroy();
  const late = (ms: number): Promise<void> => setTimeout(ms, undefined, { ref: false });
  await Promise.race([destroyed, late(THREADS_WITHIN_MS)]);
  // It has no group of its own: nothing but what descends from this process is known to be the eval's.
  try {
    for (let round = 0; round < 2; round += 1) killStrays({ group: NO_GROUP, leader: process.pid });
  } catch {
    // The system does not tell which processes there are: those stay.
  }
  await Promise.race([destroyed, late(KILL_WITHIN_MS)]);
}

/** Messages in order, each in a turn of its own, as over a process border; those sent early are kept. */
function channel<Message>(): {
  readonly send: (message: Message) => void;
  readonly onMessage: (listener: (message: Message) => void) => void;
} {
  const waiting: Message[] = [];
  let listener = (message: Message): void => void waiting.push(message);
  return {
    send: (message) => void setImmediate(() => listener(message)),
    onMessage: (newListener) => {
      listener = newListener;
      for (const message of waiting.splice(0)) newListener(message);
    },
  };
}
