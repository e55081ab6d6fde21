import { spawn } from 'node:child_process';
import { entryFile } from './entry-file.ts';

/** Tells the sweeper the token in its environment, which others cannot read. What carries `TOKEN_VARIABLE` is swept. */
export const SWEPT_TOKEN_VARIABLE = 'EVALTUI_SWEPT_TOKEN';

/**
 * Starts a process that waits for the end of this one and then sends SIGKILL to whatever carries the token: what
 * is started while this process looks for the last time, it cannot end itself. The sweeper ends when it has found
 * nothing more for some 0.1 s, and after 10 s in any case.
 *
 * Only on Linux: elsewhere the system does not show who carries a token, and nothing is started. Throws when a
 * process cannot be started.
 */
export function startSweeper(token: string): void {
  if (process.platform !== 'linux') return;
  const child = spawn(process.execPath, [entryFile('./sweeper-main', import.meta.url), String(process.pid)], {
    // Not in this group, which is about to be killed.
    detached: true,
    env: { [SWEPT_TOKEN_VARIABLE]: token },
    stdio: 'ignore',
  });
  child.unref();
}
