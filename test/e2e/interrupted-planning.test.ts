import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder } from '../registry/make-registry.ts';
import { createWorkplace, until, type Workplace } from './run-evaltui.ts';

/** Its samples come when there is a file `open` in the folder where evaltui is run. */
const GATED_CLASS = `
import { existsSync } from 'node:fs';
export const Gated = ({ evalName }) => ({
  name: evalName,
  async *tasks() {
    while (!existsSync('open')) await new Promise((resolve) => setTimeout(resolve, 20));
    yield { id: 'a', input: 1 };
  },
  evaluate: () => ({ correct: true }),
});`;
const GATED_EVAL = `${GATED_CLASS}
export default Gated({ evalName: 'gated' });`;

/** Kills evaltui while it plans, and resumes the run: what it was told is in the db. */
async function killAndResume(place: Workplace, args: readonly string[]): Promise<void> {
  const env = { HOME: place.folder };
  const running = place.start([...args], env);
  await until('an executor plans', async () => {
    const { stdout } = await place.run(['ps', '--json'], env);
    return /"pid": \d+/.test(stdout);
  });
  running.child.kill('SIGKILL');
  await running.finished;
  writeFileSync(join(place.folder, 'open'), '');
  const resumed = await place.run(['resume', 'latest', '--display', 'plain'], env);
  expect([resumed.code, resumed.stderr]).toEqual([0, '']);
}

it('writes the record of oaieval where it was to be, when its planning is interrupted', async () => {
  using place = createWorkplace();
  const root = makeFolder({
    'evals/e.yaml': 'g.dev.v0: {class: "./gated.mjs:Gated"}\n',
    'evals/gated.mjs': GATED_CLASS,
  });
  const options = ['--registry_path', root, '--record_path', 'new/out.jsonl', '--visible'];
  await killAndResume(place, ['oaieval', 'dummy', 'g.dev.v0', ...options]);
  const [spec, ...events] = place.lines('new/out.jsonl');
  expect(spec).toMatchObject({
    spec: { eval_name: 'g.dev.v0', run_config: { initial_settings: { visible: true } } },
  });
  expect(events.at(-1)).toHaveProperty('final_report');
});

it('writes the record of run where it was to be, when its planning is interrupted', async () => {
  using place = createWorkplace();
  writeFileSync(join(place.folder, 'gated.eval.mjs'), GATED_EVAL);
  await killAndResume(place, ['run', 'gated.eval.mjs', '-m', 'dummy', '--record-path', 'out.jsonl']);
  expect(place.lines('out.jsonl').at(-1)).toHaveProperty('final_report');
});
