import { parentPort } from 'node:worker_threads';

/** A worker full of async functions that stand in an await for ever, each in a way of its own. */

const resolvers: (() => void)[] = [];

async function callModel(): Promise<void> {
  // Something must be able to resolve it: else it is garbage.
  await new Promise<void>((resolve) => resolvers.push(resolve));
}

async function throughAll(): Promise<void> {
  await Promise.all([callModel(), Promise.resolve()]);
}

async function throughRace(): Promise<void> {
  await Promise.race([callModel(), new Promise(() => {})]);
}

async function throughThen(): Promise<void> {
  await callModel().then((value) => value);
}

async function throughReturn(): Promise<void> {
  // oxlint-disable-next-line typescript/return-await -- what comes of it is the point
  return callModel();
}

async function readReturned(): Promise<void> {
  await throughReturn();
}

async function* makeRows(): AsyncGenerator<number> {
  yield 1;
  await callModel();
  yield 2;
}

async function readRows(): Promise<void> {
  for await (const row of makeRows()) resolvers.push(() => row);
}

async function step(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    resolvers.length = 0;
  }
}

async function runSample(work: () => Promise<void>): Promise<void> {
  await step(work);
}

for (let index = 0; index < 40; index += 1) void runSample(callModel);
for (const work of [throughAll, throughRace, throughThen, readReturned, readRows]) void runSample(work);
parentPort?.on('message', () => {});
setTimeout(() => parentPort?.postMessage('ready'), 20);
