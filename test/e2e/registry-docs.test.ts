import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { makeFolder, MATCH } from '../registry/make-registry.ts';
import { createWorkplace } from './run-evaltui.ts';

const DOCS = readFileSync(new URL('../../docs/registry.md', import.meta.url), 'utf8');

/** The block of code in the docs that has this text. */
function codeOf(text: string): string {
  const code = [...DOCS.matchAll(/^```js\n(.*?)^```$/gms)].find(([block]) => block.includes(text))?.[1];
  if (code === undefined) throw new Error(`docs/registry.md has no code with ${text}`);
  return code;
}

it('runs the plug-in and the class that the docs of registries show', async () => {
  let answers = 0;
  // The first call fails in a way that is tried again.
  const server = createServer((_request, response) => {
    answers += 1;
    response.writeHead(answers === 1 ? 503 : 200).end('yes');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`;
  const root = makeFolder({
    'completion_fns/f.yaml': `my/fn: {class: "./my-fn.mjs:MyFn", args: {url: "${url}"}}\n`,
    'completion_fns/my-fn.mjs': codeOf('MyFn'),
    'evals/e.yaml': `plain.dev.v0: {class: "${MATCH}", args: {samples_jsonl: s.jsonl}}\nmapped.dev.v0: {class: "evals.elsuite.ballots.eval:BallotsEval", args: {samples_jsonl: s.jsonl}}\n`,
    'eval_classes/c.yaml': 'evals.elsuite.ballots.eval:BallotsEval: {class: "./ballots.mjs:Ballots"}\n',
    'eval_classes/ballots.mjs': codeOf('Ballots'),
    'data/s.jsonl': '{"input":"q","question":"q","ideal":"yes"}\n'.repeat(2),
  });
  using place = createWorkplace();
  try {
    for (const name of ['plain.dev.v0', 'mapped.dev.v0']) {
      const args = ['oaieval', 'my/fn', name, '--registry_path', root, '--record_path', `${name}.jsonl`];
      expect((await place.run(args, { HOME: place.folder })).code).toBe(0);
      const lines = place.lines(`${name}.jsonl`) as readonly { type?: string; final_report?: unknown }[];
      expect(lines.at(-1)?.final_report).toMatchObject({ accuracy: 1 });
      expect(lines.filter(({ type }) => type === 'error')).toHaveLength(name === 'plain.dev.v0' ? 1 : 0);
    }
  } finally {
    server.close();
  }
});
