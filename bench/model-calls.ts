import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median, round, type Figure } from './figure.ts';
import { benchEval, measuredRun } from './measured-run.ts';

const CALLS = 2_000;
const LATENCY_MS = 50;
const SERVER = fileURLToPath(new URL('../test/openai-server.ts', import.meta.url));
const SDK_LOOP = fileURLToPath(new URL('./sdk-loop.ts', import.meta.url));
const HTTP_LOOP = fileURLToPath(new URL('./http-loop.ts', import.meta.url));

/**
 * Model calls over HTTP to a server that answers after 50 ms, beside the openai SDK in a loop with a limiter
 * that keeps no results, and beside node:http alone, which is what the server and the machine allow. All are
 * measured from the start of their first call to the end of their last one.
 */
export async function modelCalls(): Promise<readonly Figure[]> {
  await using server = await startServer();
  const few = await compare(server.baseUrl, { inFlight: 32, rounds: 3 });
  const many = await compare(server.baseUrl, { inFlight: 256, rounds: 5 });
  const ideal = (32 * 1000) / LATENCY_MS;
  return [
    {
      what: '2,000 model calls of 50 ms, 32 in flight',
      value: round(few.evaltui),
      unit: 'calls/s',
      reference: { what: 'ideal', value: ideal },
      ratio: round(few.evaltui / ideal, 3),
      target: { of: 'ratio', atLeast: 0.95 },
    },
    {
      what: 'the same by the SDK and a limiter',
      value: round(few.sdk),
      unit: 'calls/s',
      reference: { what: 'ideal', value: ideal },
      ratio: round(few.sdk / ideal, 3),
    },
    {
      what: 'the same by node:http alone',
      value: round(few.http),
      unit: 'calls/s',
      reference: { what: 'ideal', value: ideal },
      ratio: round(few.http / ideal, 3),
    },
    {
      what: '2,000 model calls of 50 ms, 256 in flight',
      value: round(many.evaltui),
      unit: 'calls/s',
      reference: { what: 'SDK and a limiter', value: round(many.sdk) },
      ratio: round(many.evaltui / many.sdk, 2),
      target: { of: 'ratio', atLeast: 1.3 },
    },
  ];
}

interface Rates {
  readonly evaltui: number;
  readonly sdk: number;
  readonly http: number;
}

/** Calls per second of each, in turns, so that what disturbs the machine disturbs all. */
async function compare(
  baseUrl: string,
  { inFlight, rounds }: { readonly inFlight: number; readonly rounds: number },
): Promise<Rates> {
  const evaltui: number[] = [];
  const sdk: number[] = [];
  const bare: number[] = [];
  const env = { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: 'bench' };
  const args = [benchEval('call'), '-m', 'openai/bench', '--param', `count=${CALLS}`];
  for (let turn = 0; turn < rounds; turn += 1) {
    sdk.push(await loopRate(SDK_LOOP, baseUrl, inFlight));
    bare.push(await loopRate(HTTP_LOOP, baseUrl, inFlight));
    const { tasksMs } = await measuredRun([...args, '--concurrency', String(inFlight)], { env });
    evaltui.push((CALLS * 1000) / tasksMs);
  }
  return { evaltui: median(evaltui), sdk: median(sdk), http: median(bare) };
}

async function loopRate(script: string, baseUrl: string, inFlight: number): Promise<number> {
  const child = spawn(process.execPath, [script, baseUrl, String(CALLS), String(inFlight)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return Number(await firstLine(child));
}

async function startServer(): Promise<{ readonly baseUrl: string } & AsyncDisposable> {
  const args = [SERVER, '--latency', String(LATENCY_MS), '--answer', '1', '--until-stdin-ends'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const baseUrl = (await firstLine(child)).replace('listening ', '');
  return {
    baseUrl,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve());
        child.stdin.end();
      }),
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.split('\n', 1)[0] ?? '');
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`it ended with exit code ${code} and printed "${text}"`)));
  });
}
