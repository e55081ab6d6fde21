import { serializeError } from '../../core/errors.ts';
import { TOKEN_VARIABLE } from '../../process/executor-token.ts';
import { thisProcess } from '../../process/identity.ts';
import { killOwnGroup } from '../../process/signals.ts';
import { createRecordFile } from '../../recorder/record-file.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { ExecutorArguments } from '../executor-arguments.ts';
import type { ExecutorLink } from './executor-link.ts';
import { Executor } from './executor.ts';
import { startGuard } from '../guard/guard-client.ts';
import { openSocket } from '../guard/open-socket.ts';
import type { ToExecutor } from '../messages.ts';

/** The entry of an executor process. Its parent is the supervisor, its output is its log. */
async function main(): Promise<void> {
  const given = JSON.parse(process.argv[2] ?? '{}') as ExecutorArguments;
  const guard = startGuard(given.supervisorPid);
  const link = linkToSupervisor();
  await using store = await openSqliteStore({ path: given.dbPath, random: Math.random });
  const run = await store.findRun(given.runId);
  const { executorId, runId, threads, slots, restarts, logPath } = given;
  const token = process.env[TOKEN_VARIABLE] ?? '';
  await store.registerExecutor({
    executorId,
    runId,
    identity: thisProcess(),
    token,
    threads,
    slots,
    restarts,
    logPath,
    socketPath: await openSocket(guard, given.socketPath, {
      token,
      allowConsole: run.spec.allowConsole ?? false,
    }),
    now: Date.now(),
  });
  using records = createRecordFile({ runId, createdBy: run.spec.createdBy });
  const executor = new Executor({
    store,
    appendRecord: records.append,
    executorId,
    runId,
    spec: run.spec,
    slots,
    threads,
    link,
    now: Date.now,
    random: Math.random,
    usage: () => {
      const { user, system } = process.cpuUsage();
      return { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() };
    },
    stackOf: guard.stackOf,
    onWorkers: guard.knowWorkers,
    isOrphaned: () => process.ppid !== given.supervisorPid,
    onUnstoppable: () => killOwnGroup(process.env[TOKEN_VARIABLE]),
  });
  await executor.closed;
  await guard.endInspections();
}

function linkToSupervisor(): ExecutorLink {
  const waiting: ToExecutor[] = [];
  let listener = (message: ToExecutor): void => void waiting.push(message);
  process.on('message', (message: ToExecutor) => listener(message));
  return {
    send: (message) => {
      // The channel is gone when the supervisor is: the guard ends this process.
      if (process.connected) process.send?.(message);
    },
    onMessage: (newListener) => {
      listener = newListener;
      for (const message of waiting.splice(0)) newListener(message);
    },
  };
}

try {
  await main();
  process.disconnect();
} catch (error) {
  console.error(error);
  if (process.connected) process.send?.({ kind: 'failed', error: serializeError(error) });
  process.exitCode = 1;
  process.disconnect();
}
