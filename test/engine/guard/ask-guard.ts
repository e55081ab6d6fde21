import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GuardAnswers, GuardQuestion, GuardReply, GuardRequest } from '../../../src/core/inspection.ts';
import { startChild } from '../../process/start-child.ts';

export const TOKEN = 'the-token-of-this-test';

/** A process with a guard, and with a busy thread for each of some ways: thread 2 goes the first, and so on. */
export interface GuardedProcess extends Disposable {
  readonly child: ChildProcess;
  readonly socketPath: string;
  readonly ask: <Op extends GuardQuestion['op']>(
    question: GuardQuestion & { readonly op: Op },
  ) => Promise<GuardAnswers[Op]>;
  /** Resolves to why it was refused. */
  readonly askInVain: (question: object) => Promise<string>;
}

const PROCESS = fileURLToPath(new URL('./guarded-process.ts', import.meta.url));

export async function startGuarded(
  ways: readonly string[],
  options: { readonly main?: 'loop' | 'native' | 'end'; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<GuardedProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'evaltui-guard-'));
  const socketPath = join(folder, 'guard.sock');
  const args = [PROCESS, socketPath, ways.join(','), TOKEN, options.main ?? ''];
  const child = await startChild(process.execPath, args, { env: { ...process.env, ...options.env } });
  const reply = async (request: object): Promise<GuardReply<GuardQuestion['op']>> =>
    JSON.parse(await sendLine(socketPath, JSON.stringify(request)));
  return {
    child: child.child,
    socketPath,
    ask: async (question) => {
      const request: GuardRequest = { token: TOKEN, ...question };
      const got = await reply(request);
      if (got.kind === 'refused') throw new Error(got.message);
      return got.answer as GuardAnswers[(typeof question)['op']];
    },
    askInVain: async (question) => {
      const got = await reply({ token: TOKEN, ...question });
      if (got.kind === 'refused') return got.message;
      throw new Error(`answered: ${JSON.stringify(got.answer)}`);
    },
    [Symbol.dispose]: () => {
      child[Symbol.dispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Everything that comes back for a line. */
export async function sendLine(socketPath: string, line: string): Promise<string> {
  const socket = connect(socketPath);
  socket.setEncoding('utf8');
  let text = '';
  socket.on('data', (part: string) => (text += part));
  socket.write(`${line}\n`);
  await once(socket, 'end');
  return text;
}
