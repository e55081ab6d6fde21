import { expect, it } from 'vitest';
import { ActAnswers } from '../../../src/engine/supervisor/act-answers.ts';
import type { ExecutorExit } from '../../../src/engine/supervisor/executor-handle.ts';
import type { ToExecutor } from '../../../src/engine/messages.ts';

function createExecutor() {
  const requests: number[] = [];
  const { promise: exited, resolve: end } = Promise.withResolvers<ExecutorExit>();
  const send = (message: ToExecutor): void => {
    if ('request' in message) requests.push(message.request);
  };
  return { requests, send, exited, end };
}

const END = { kind: 'end-worker', thread: 2, fate: 'retry' } as const;

it('gives each who asks the answer to their own request', async () => {
  const [answers, executor] = [new ActAnswers(), createExecutor()];
  const asked = [answers.ask(executor, END, 5000), answers.ask(executor, END, 5000)];
  const [first = 0, second = 0] = executor.requests;
  expect(answers.receive({ kind: 'worker-ended', request: second, isEnded: false })).toBe(true);
  expect(answers.receive({ kind: 'worker-ended', request: first, isEnded: true })).toBe(true);
  expect(await Promise.all(asked)).toMatchObject([{ isEnded: true }, { isEnded: false }]);
});

it('gives nobody an answer that came too late for the one who asked', async () => {
  const [answers, executor] = [new ActAnswers(), createExecutor()];
  expect(await answers.ask(executor, END, 1)).toBeUndefined();
  const next = answers.ask(executor, END, 5000);
  const [late = 0, request = 0] = executor.requests;
  answers.receive({ kind: 'worker-ended', request: late, isEnded: true });
  answers.receive({ kind: 'worker-ended', request, isEnded: false });
  expect(await next).toMatchObject({ isEnded: false });
});

it('waits for no answer of an executor that has ended', async () => {
  const [answers, executor] = [new ActAnswers(), createExecutor()];
  const asked = answers.ask(executor, END, 60_000);
  executor.end({ code: 0, signal: null });
  expect(await asked).toBeUndefined();
  expect(answers.receive({ kind: 'alive' })).toBe(false);
});
