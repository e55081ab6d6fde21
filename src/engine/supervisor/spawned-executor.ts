import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../core/process-identity.ts';
import { TOKEN_VARIABLE } from '../../process/executor-token.ts';
import { identityOf } from '../../process/identity.ts';
import { killProcessGroup } from '../../process/signals.ts';
import { spawnDetached } from '../../process/spawn-detached.ts';
import { entryFile } from '../../process/entry-file.ts';
import type { ExecutorArguments } from '../executor-arguments.ts';
import type { ExecutorExit, ExecutorHandle, ExecutorPlace } from './executor-handle.ts';
import { guardSocketPath } from '../guard/socket-place.ts';
import type { ToExecutor, ToSupervisor } from '../messages.ts';

export interface SpawnOptions {
  readonly dbPath: string;
  /** The folder of the executors' logs. */
  readonly logFolder: string;
  readonly createId: () => string;
  readonly createToken: () => string;
}

/**
 * Nothing listens until the process gets SIGUSR1: for the case that its guard does not answer. The address that it
 * listens at then is in its log, and nowhere else: by default anybody on the machine may ask for it.
 */
const INSPECTABLE = ['--inspect-port=127.0.0.1:0', '--inspect-publish-uid=stderr'];

/** Starts an executor as a process of its own, in its own process group, its output going to a log. */
export async function spawnExecutor(options: SpawnOptions, place: ExecutorPlace): Promise<ExecutorHandle> {
  const executorId = options.createId();
  const logPath = join(options.logFolder, `${place.runId}-${executorId}.log`);
  const socketPath = guardSocketPath(executorId);
  const { dbPath } = options;
  const supervisorPid = process.pid;
  const given: ExecutorArguments = { ...place, dbPath, executorId, logPath, socketPath, supervisorPid };
  const token = options.createToken();
  const child = await spawnDetached({
    entry: entryFile('../executor/executor-main', import.meta.url),
    nodeOptions: INSPECTABLE,
    args: [JSON.stringify(given)],
    env: { ...process.env, [TOKEN_VARIABLE]: token },
    logPath,
  });
  const pid = child.pid ?? 0;
  const identity: ProcessIdentity | undefined = identityOf(pid);
  const kill = (): void => {
    if (identity !== undefined) killProcessGroup(identity, token);
  };
  const exited = new Promise<ExecutorExit>((resolve) => {
    child.once('exit', (code, signal) => {
      // What the eval's code had started may have outlived a kill of the executor alone.
      kill();
      if (socketPath !== null) rmSync(socketPath, { force: true });
      resolve({ code, signal });
    });
  });
  return {
    executorId,
    pid,
    logPath,
    send: (message: ToExecutor) => {
      // A send to one that has just died fails; its exit tells the same.
      if (child.connected) child.send(message, () => {});
    },
    onMessage: (listener) => child.on('message', (message) => listener(message as ToSupervisor)),
    exited,
    kill,
  };
}
