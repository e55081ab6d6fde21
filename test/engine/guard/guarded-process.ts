import { execSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { startGuard } from '../../../src/engine/guard/guard-client.ts';

/**
 * A process with a guard that listens, and a busy worker for each way that it is told. Thread ids are in the order
 * of the ways, from 2 on: the guard is thread 1. It prints a line when all are at it.
 */
const [socketPath = '', ways = '', token = '', main = ''] = process.argv.slice(2);

const guard = startGuard(null);
await guard.listen({ socketPath, token, allowConsole: !process.env['NO_CONSOLE'] });
const suspended = new URL('./suspended-thread.ts', import.meta.url);
const busy = new URL('./busy-thread.ts', import.meta.url);
for (const how of ways.split(',').filter((way) => way !== '')) {
  const worker = new Worker(how === 'suspended' ? suspended : busy, { workerData: { how }, name: how });
  await once(worker, 'message');
}

function spinOnMain(): never {
  for (;;);
}

setTimeout(() => {
  console.log('ready');
  if (main === 'loop') spinOnMain();
  if (main === 'native') execSync('sleep 60');
  if (main === 'end') setTimeout(() => void guard.endInspections(), 500);
}, 200);
