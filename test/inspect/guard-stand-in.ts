import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutorRow } from '../../src/store/task-store.ts';
import { thisProcess } from '../../src/process/identity.ts';
import { executorRow } from '../cli/render/rows.ts';

/** A server that speaks as a guard does, in this process, saying whatever a test has it say. */
export interface GuardStandIn extends Disposable {
  /** This process as an executor that has the stand-in for a guard. */
  readonly executor: ExecutorRow;
  readonly folder: string;
  readonly socketPath: string;
  /** Lines that were sent to it. */
  readonly requests: readonly string[];
  /** How many connections are open. */
  connections(): number;
}

export async function startGuardStandIn(
  converse: (socket: Socket, request: string) => void,
): Promise<GuardStandIn> {
  const folder = mkdtempSync(join(tmpdir(), 'evaltui-guard-'));
  const socketPath = join(folder, 'guard.sock');
  const requests: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (!text.endsWith('\n')) return;
      requests.push(text.trimEnd());
      converse(socket, text.trimEnd());
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  chmodSync(socketPath, 0o600);
  return {
    executor: executorRow({ ...thisProcess(), socketPath }),
    folder,
    socketPath,
    requests,
    connections: () => open.size,
    [Symbol.dispose]: () => {
      for (const socket of open) socket.destroy();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function reply(value: unknown): (socket: Socket) => void {
  return (socket) => socket.end(`${JSON.stringify(value)}\n`);
}
