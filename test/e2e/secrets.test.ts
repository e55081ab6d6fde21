import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startOpenAIServer } from '../openai-server.ts';
import { createWorkplace } from './run-evaltui.ts';

test('the key of the endpoint is in no file and no output, also when the endpoint repeats it', async () => {
  const key = 'sk-recognisable-0123456789abcdef';
  await using server = await startOpenAIServer({
    fault: ({ number }) => (number % 3 === 0 ? '401-echo' : number % 3 === 1 ? '500' : undefined),
  });
  using secret = createWorkplace();
  const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: server.baseUrl };
  const run = await secret.run(
    ['run', 'capitals', '-m', 'openai/x', '--limit', '9', '--max-retries', '1', '--user', 'me'],
    env,
  );
  expect(run.code).toBe(1);
  expect(server.requests.some((request) => request.headers.authorization === `Bearer ${key}`)).toBe(true);
  const show = await secret.run(['show'], env);
  expect(show.stdout).toContain('401');
  const shown = [run, show, await secret.run(['show', '--json'], env), await secret.run(['doctor'], env)];
  for (const { stdout, stderr } of shown) expect(stdout + stderr).not.toContain(key);
  expectInNoFile(secret.folder, key);
});

test('a key in what an eval throws is in no file and no output', async () => {
  const key = 'hf_recognisable+0123456789';
  using workplace = createWorkplace();
  const path = join(workplace.folder, 'telling.eval.ts');
  writeFileSync(path, TELLING);
  const env = { HF_TOKEN: key };
  const run = await workplace.run(['run', path], env);
  expect(run.code).toBe(1);
  const task = await workplace.run(['show', '--task', 'thrown.1'], env);
  expect(task.stdout).toContain('403 for [HF_TOKEN]');
  const report = await workplace.run(['report', '--output', '-'], env);
  for (const { stdout, stderr } of [run, task, report]) expect(stdout + stderr).not.toContain(key);
  expectInNoFile(workplace.folder, key);
});

const TELLING = `import { defineEval } from 'evaltui';
export default defineEval({
  name: 'telling',
  *tasks() {
    yield { id: 'thrown', input: 0 };
    yield { id: 'stray', input: 1 };
  },
  async evaluate(task) {
    const key = process.env['HF_TOKEN'];
    const error = new Error('403 for ' + key, { cause: new Error('GET /?key=' + key) });
    if (task.input === 0) throw error;
    setImmediate(() => { throw error; });
    await new Promise(() => {});
    return {};
  },
});
`;

function expectInNoFile(folder: string, key: string): void {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = all.filter((file) => file.isFile());
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    const bytes = readFileSync(join(file.parentPath, file.name));
    expect(bytes.includes(key), file.name).toBe(false);
  }
}
