import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasToken } from '../process/executor-token.ts';
import { isAlive } from '../process/identity.ts';
import { listeningPorts } from '../process/listening-ports.ts';
import { readLogTail } from '../process/log-tail.ts';
import { readProcessFacts } from '../process/process-facts.ts';
import { readProcFile } from '../process/process-table.ts';
import type { ExecutorRow } from '../store/task-store.ts';

export type OpenedInspector =
  | {
      readonly kind: 'open';
      readonly url: string;
      /** It was asked for here; otherwise somebody else may be using it. */
      readonly isOurs: boolean;
    }
  | { readonly kind: 'silent'; readonly why: string };

const LOOK_EVERY_MS = 10;
const LOG_TAIL_BYTES = 256 * 1024;
const ADDRESS = /^Debugger listening on (ws:\/\/127\.0\.0\.1:(\d+)\/[0-9a-f-]{36})$/;

/**
 * Makes Node in an executor listen for a debugger, on the loopback, at a port and a path that only its log tells.
 * It takes SIGUSR1, which would end a process that is no Node, and would open a well-known port in one that was
 * not started for this: so the identity, the token and the arguments of the process are looked at first. A process
 * that is stopped is left alone: it would open the port whenever it goes on.
 */
export async function openInspector(
  { executor, token }: { readonly executor: ExecutorRow; readonly token: string },
  withinMs: number,
): Promise<OpenedInspector> {
  const { pid, logPath } = executor;
  if (logPath === null) return silent('it runs inside its supervisor, and has no log that tells the address');
  const why = whyNotSignalled(executor, token);
  if (why !== undefined) return silent(why);
  const known = findAddress(readLogTail(logPath, LOG_TAIL_BYTES), pid);
  if (known !== undefined) return { kind: 'open', url: known, isOurs: false };
  const from = statSync(logPath).size;
  process.kill(pid, 'SIGUSR1');
  const end = performance.now() + withinMs;
  while (performance.now() < end && isAlive(executor)) {
    await sleep(LOOK_EVERY_MS);
    const url = findAddress(readFrom(logPath, from), pid);
    if (url !== undefined) return { kind: 'open', url, isOurs: true };
  }
  return silent(
    isAlive(executor) ? `its Node does not open the inspector within ${withinMs / 1000} s` : 'it has ended',
  );
}

function silent(why: string): OpenedInspector {
  return { kind: 'silent', why };
}

function whyNotSignalled(executor: ExecutorRow, token: string): string | undefined {
  const { pid } = executor;
  const state = readProcessFacts(pid)?.state;
  if (state === 'T' || state === 't') return 'it is stopped (SIGSTOP, or a debugger)';
  if (!isAlive(executor)) return 'it has ended';
  if (hasToken(pid, token) === false) return 'it does not carry the token of its executor';
  const words = readProcFile(`/proc/${pid}/cmdline`)?.split('\0');
  // Only Linux shows the arguments without a program; elsewhere the identity has to do.
  const isPrepared = words === undefined || words.includes('--inspect-publish-uid=stderr');
  return isPrepared ? undefined : 'it was not started with an inspector that keeps its address to itself';
}

/**
 * The last address in the log at which this very process listens: the eval's code writes to the log, too, and may
 * print what looks like one.
 */
function findAddress(lines: readonly string[], pid: number): string | undefined {
  const found = lines.map((line) => ADDRESS.exec(line)).findLast((match) => match !== null);
  const [, url, port] = found ?? [];
  if (url === undefined) return undefined;
  const ports = listeningPorts(pid);
  return ports === undefined || ports.includes(Number(port)) ? url : undefined;
}

/** Whole lines from a byte on. */
function readFrom(path: string, from: number): readonly string[] {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(LOG_TAIL_BYTES);
    const length = readSync(descriptor, buffer, 0, buffer.length, from);
    return buffer.toString('utf8', 0, length).split('\n').slice(0, -1);
  } finally {
    closeSync(descriptor);
  }
}
