import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCompletionFn } from '../../src/completion-fns/create-completion-fn.ts';

interface Served {
  readonly path: string | undefined;
  readonly body: unknown;
}

const served: Served[] = [];
const server = http.createServer((message, response) => {
  const chunks: Buffer[] = [];
  message.on('data', (chunk: Buffer) => chunks.push(chunk));
  message.on('end', () => {
    const isChat = message.url === '/v1/chat/completions';
    served.push({ path: message.url, body: JSON.parse(Buffer.concat(chunks).toString()) });
    const choice = isChat ? { message: { content: ' Paris. ' } } : { text: ' Paris', finish_reason: 'stop' };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ model: 'served', choices: [choice] }));
  });
});
let baseUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterAll(() => void server.close());

const OPTIONS = { seed: 1, requestTimeoutMs: 5000, env: {} };
const CALL = { sampleId: 'fr', attempt: 1, try: 1, call: 1, signal: new AbortController().signal };

it('sends a chat prompt as one text to a model that completes texts', async () => {
  const complete = await createCompletionFn(
    { kind: 'openai', name: 'davinci', endpoint: 'completions', baseUrl, extra: { temperature: 0.5 } },
    OPTIONS,
  );
  const prompt = [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: 'Capital of France?' },
  ] as const;
  expect(await complete(prompt, { ...CALL, maxTokens: 8, temperature: 0 })).toEqual({
    text: ' Paris',
    model: 'served',
    finishReason: 'stop',
    events: [
      {
        type: 'sampling',
        data: {
          prompt: 'Be short.\nUser: Capital of France?\nAssistant:',
          sampled: [' Paris'],
          model: 'served',
        },
      },
    ],
  });
  expect(served.at(-1)).toEqual({
    path: '/v1/completions',
    body: {
      model: 'davinci',
      prompt: 'Be short.\nUser: Capital of France?\nAssistant:',
      max_tokens: 8,
      temperature: 0.5,
    },
  });
});

it('makes a chain of thought of two calls', async () => {
  const chat = { kind: 'openai', name: 'gpt', baseUrl } as const;
  const complete = await createCompletionFn(
    { kind: 'cot', cot: chat, cotTemplate: 'Think.', extractAnswerTemplate: 'So:' },
    OPTIONS,
  );
  const before = served.length;
  expect((await complete([{ role: 'user', content: 'Capital?' }], CALL)).text).toBe('Paris.');
  expect(served.slice(before).map(({ body }) => (body as { readonly messages: unknown }).messages)).toEqual([
    [
      { role: 'user', content: 'Capital?' },
      { role: 'assistant', content: 'Think.' },
    ],
    [
      { role: 'user', content: 'Capital?' },
      { role: 'assistant', content: 'Think.' },
      { role: 'assistant', content: ' Paris. ' },
      { role: 'assistant', content: 'So:' },
    ],
  ]);
});

it('names the argument when an endpoint is no URL', async () => {
  await expect(
    createCompletionFn({ kind: 'openai', name: 'm', baseUrl: 'nonsense' }, OPTIONS),
  ).rejects.toThrow('api_base is not an http or https URL');
});
