import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOKEN_VARIABLE } from '../../src/process/executor-token.ts';
import { identityOf } from '../../src/process/identity.ts';
import type { ExecutorRow } from '../../src/store/task-store.ts';
import { executorRow } from '../cli/render/rows.ts';
import { until } from '../e2e/run-evaltui.ts';

/** A Node that was started as executors are, and has no guard. */
export interface PreparedNode extends Disposable {
  readonly executor: ExecutorRow;
  readonly token: string;
  readonly pid: number;
  readonly hasEnded: () => boolean;
  log(): string;
}

const PREPARED: readonly string[] = ['--inspect-port=127.0.0.1:0', '--inspect-publish-uid=stderr'];

/** Runs a script that prints `ready` when it is. */
export async function startPreparedNode(
  script: string,
  flags: readonly string[] = PREPARED,
): Promise<PreparedNode> {
  const folder = mkdtempSync(join(tmpdir(), 'evaltui-node-'));
  const logPath = join(folder, 'executor.log');
  const log = openSync(logPath, 'a', 0o600);
  const token = 'token-of-the-executor';
  const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', script], {
    detached: true,
    env: { ...process.env, [TOKEN_VARIABLE]: token },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const pid = child.pid!;
  const readLog = (): string => readFileSync(logPath, 'utf8');
  await until('the process is ready', () => readLog().includes('ready'));
  return {
    executor: executorRow({ ...identityOf(pid)!, socketPath: join(folder, 'gone.sock'), logPath }),
    token,
    pid,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    log: readLog,
    [Symbol.dispose]: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
