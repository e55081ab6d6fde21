import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EvaltuiError } from '../core/errors.ts';

/**
 * Starts this Node on an entry file as a process of its own: it leads a new process group (Ctrl-C in the
 * terminal does not reach it, one signal ends it with its children), reads nothing, and appends stdout and
 * stderr to a log file (0600, its folder 0700). Messages go over an IPC channel as structured clones.
 *
 * The process is not unref'ed: this one stays until the child ends or the caller unrefs it. The environment
 * is passed as given, keys included: an executor needs them.
 *
 * @returns once it runs. Throws `executors-failed` when it cannot be started; `disk-full` or `io` when the log
 * cannot be written. An entry that fails says so in the log and by its exit code, not here.
 */
export async function spawnDetached(options: {
  readonly entry: URL | string;
  readonly args: readonly string[];
  /** Options of Node itself, before the entry. Default: none. */
  readonly nodeOptions?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logPath: string;
}): Promise<ChildProcess> {
  const { entry, args, nodeOptions = [], env, logPath } = options;
  const log = openLog(logPath);
  try {
    const entryPath = typeof entry === 'string' ? entry : fileURLToPath(entry);
    const child = spawn(process.execPath, [...nodeOptions, entryPath, ...args], {
      detached: true,
      env,
      serialization: 'advanced',
      stdio: ['ignore', log, log, 'ipc'],
    });
    await once(child, 'spawn');
    return child;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new EvaltuiError(
      'executors-failed',
      `A process could not be started (${code ?? String(cause)}). ` +
        `Fewer --executors may help, or a higher limit of processes and open files (ulimit -u, ulimit -n).`,
      { cause },
    );
  } finally {
    closeSync(log);
  }
}

function openLog(logPath: string): number {
  try {
    mkdirSync(dirname(logPath), { recursive: true, mode: 0o700 });
    return openSync(logPath, 'a', 0o600);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new EvaltuiError('disk-full', `No space left for the log ${logPath}. Free some and try again.`, {
        cause,
      });
    }
    throw new EvaltuiError(
      'io',
      `The log ${logPath} cannot be written (${code}). Run evaltui in a folder that you may write.`,
      { cause },
    );
  }
}
