import { execSync } from 'node:child_process';
import { parentPort, workerData } from 'node:worker_threads';

/** A worker that does what it is told to, for ever, in functions that a stack must name. */

interface Busy {
  readonly how: string;
}

const { how } = workerData as Busy;

function loopForever(question: { readonly country: string; readonly sizes: readonly number[] }): void {
  const label = 'the loop';
  let count = 0;
  for (;;) {
    count += 1;
    if (count < 0) console.log(label, question);
  }
}

async function gradeAnswer(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  loopForever({ country: 'France', sizes: [1, 2, 3] });
}

async function runSample(): Promise<void> {
  await Promise.all([gradeAnswer(), Promise.resolve()]);
}

function matchForever(): boolean {
  return /^(a+)+$/.test(`${'a'.repeat(60)}!`);
}

async function awaitForever(): Promise<void> {
  await new Promise(() => {});
}

async function callModel(): Promise<void> {
  await awaitForever();
}

async function turnMicrotasks(): Promise<never> {
  for (;;) await Promise.resolve();
}

function descend(depth: number): number {
  if (depth === 0) for (;;);
  return descend(depth - 1) + 1;
}

function holdKeys(): void {
  const key = process.env['OPENAI_API_KEY'];
  const header = { Authorization: `Bearer ${key}` };
  for (;;) if (header.Authorization === key) return;
}

function holdMuch(given: string): void {
  const text = given.repeat(100_000_000);
  const { length } = text;
  const list = [text];
  for (;;) if (length + list.length < 0) break;
  // Not yet there.
  const later = text;
  console.log(later);
}

function evaluateCode(): void {
  const inEval = ['(function inEval(loop) { loop(); })'];
  // oxlint-disable-next-line no-eval -- what such code is called on a stack
  const call = Reflect.apply(eval, undefined, inEval) as (loop: () => void) => void;
  const source = 'return function inFunction() { for (;;); }';
  const make = Reflect.construct(Function, [source]) as () => () => void;
  call(make());
}

const shared = new Int32Array(new SharedArrayBuffer(4));

function waitForever(): void {
  Atomics.wait(shared, 0, 0);
}

const ways: Readonly<Record<string, () => unknown>> = {
  loop: () => void runSample(),
  patched: () => {
    Object.assign(Array.prototype, { toJSON: () => ({ list: true }), filter: () => [7] });
    JSON.stringify = () => 'no JSON';
    void runSample();
  },
  regex: matchForever,
  hang: () => {
    for (let index = 0; index < 30; index += 1) void callModel();
  },
  microtasks: turnMicrotasks,
  wait: waitForever,
  recursion: () => descend(3000),
  keys: holdKeys,
  eval: evaluateCode,
  bundle: () => import(String(process.env['BUNDLE'])),
  much: () => holdMuch('x'),
  native: () => execSync('sleep 60'),
  idle: () => {},
  /** Evaluates what it is sent: it is free for anything. */
  work: async () => {
    for (;;) {
      let sum = 0;
      for (let index = 0; index < 200_000; index += 1) sum += Math.sqrt(index);
      await new Promise((resolve) => setTimeout(resolve, sum > 0 ? 1 : 0));
    }
  },
};

Object.assign(globalThis, { answerOfAll: 42 });
// It stays without doing anything.
parentPort?.on('message', () => {});
parentPort?.postMessage('ready');
// The message must be out before the thread stands still.
setTimeout(() => ways[how]?.(), 20);
