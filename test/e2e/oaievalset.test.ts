import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evalYaml, makeFolder } from '../registry/make-registry.ts';
import { createWorkplace, until, type Finished, type Workplace } from './run-evaltui.ts';

const ROWS = '{"input":"a","ideal":"This"}\n'.repeat(4);

/** Three evals, of which a set names two by a pattern; another set has what cannot run beside them. */
function makeRegistry(): string {
  const evals = ['one', 'two', 'three'].map((name) => evalYaml(name, `${name}.jsonl`));
  return makeFolder({
    'evals/e.yaml': `${evals.join('')}${evalYaml('broken', 'broken.jsonl')}${evalYaml('gone', 'gone.jsonl')}python.dev.v0: {class: evals.elsuite.ballots.eval:BallotsEval}\n`,
    'eval_sets/s.yaml':
      'some: {evals: ["t*", "nothing-*"]}\nunfit: {evals: [two, broken, gone, python.dev.v0]}\npython: {evals: [python.dev.v0]}\n',
    'completion_fns/f.yaml': 'gated: {class: "./gated.mjs:gated"}\n',
    // Answers only while the file is there, or when the row is of the first eval that is asked.
    'completion_fns/gated.mjs':
      "import { existsSync } from 'node:fs';\nexport const gated = () => async (prompt, { sampleId, signal }) => {\n  while (!sampleId.startsWith('two') && !existsSync('open')) {\n    signal.throwIfAborted();\n    await new Promise((resolve) => setTimeout(resolve, 20));\n  }\n  return { text: 'This is it.' };\n};\n",
    'data/one.jsonl': ROWS,
    'data/two.jsonl': ROWS,
    'data/three.jsonl': ROWS,
    'data/broken.jsonl': '{"input":"a","ideal":"b"}\n{"input":\n',
  });
}

function start(place: Workplace, args: readonly string[]): ReturnType<Workplace['start']> {
  return place.start(['oaievalset', ...args], { HOME: place.folder });
}

function oaievalset(place: Workplace, args: readonly string[]): Promise<Finished> {
  return start(place, args).finished;
}

function removeRecords({ stderr }: Finished): readonly string[] {
  const paths = [...stderr.matchAll(/Logged to (\S+)/g)].map((match) => match[1] ?? '');
  for (const path of paths) rmSync(path);
  return paths;
}

async function runsOf(
  place: Workplace,
): Promise<readonly { readonly runId: string; readonly status: string }[]> {
  const { stdout } = await place.run(['runs', '--json']);
  return JSON.parse(stdout) as { runId: string; status: string }[];
}

describe('evaltui oaievalset', () => {
  it('runs all evals of a set as one run, each with a record of its own, and does not repeat it', async () => {
    using place = createWorkplace();
    const root = makeRegistry();
    const args = ['dummy', 'some', '--registry_path', root];
    const first = await oaievalset(place, args);
    expect([first.code, first.stdout]).toEqual([0, '']);
    expect(first.stderr).toContain('The eval set "some" names "nothing-*", which no eval matches.');
    const [run, ...others] = await runsOf(place);
    expect(others).toEqual([]);
    // In the registry's order, named by the specs.
    expect(removeRecords(first)).toEqual(
      ['two.dev.v0', 'three.dev.v0'].map((name) => `/tmp/evallogs/${run?.runId}_dummy_${name}.jsonl`),
    );
    const second = await oaievalset(place, args);
    expect([second.code, second.stderr.split('\n')[1]]).toEqual([
      0,
      `2/2 evals already completed in run ${run?.runId}: evaltui show ${run?.runId}. --no-resume runs them again.`,
    ]);
    // Another argument, or the wish, makes it another run.
    removeRecords(await oaievalset(place, [...args, '--max_samples', '2']));
    removeRecords(await oaievalset(place, [...args, '--no-resume']));
    expect(await runsOf(place)).toHaveLength(3);
  });

  it('goes on where it was killed, with nothing lost or done twice', async () => {
    using place = createWorkplace();
    const args = ['gated', 'some', '--registry_path', makeRegistry()];
    const killed = start(place, args);
    await until('the four samples of the first eval are done', async () => {
      const { stdout } = await place.run(['runs', '--json']);
      return /"done": 4/.test(stdout);
    });
    killed.child.kill('SIGKILL');
    await killed.finished;
    writeFileSync(join(place.folder, 'open'), '');
    const resumed = await oaievalset(place, args);
    expect(resumed.code).toBe(0);
    const [run, ...others] = await runsOf(place);
    expect([run?.status, others]).toEqual(['completed', []]);
    expect(resumed.stderr).toContain(`Going on with run: ${run?.runId}`);
    for (const name of ['two.dev.v0', 'three.dev.v0']) {
      const path = `/tmp/evallogs/${run?.runId}_gated_${name}.jsonl`;
      const lines = place.lines(path) as readonly { type?: string; sample_id?: string }[];
      rmSync(path);
      const matches = lines.filter(({ type }) => type === 'match').map((line) => line.sample_id);
      const base = name.slice(0, -'.v0'.length);
      expect(matches).toHaveLength(4);
      expect(new Set(matches)).toEqual(new Set([0, 1, 2, 3].map((index) => `${base}.${index}`)));
    }
  });

  it('begins nothing when an eval cannot run, and says which', async () => {
    using place = createWorkplace();
    const { code, stderr } = await oaievalset(place, ['dummy', 'unfit', '--registry_path', makeRegistry()]);
    expect([code, stderr.split('\n')]).toEqual([
      2,
      [
        'evaltui: 2 of 4 evals cannot run; --no-exit-on-error leaves them out:',
        '  gone.dev.v0: data missing: no such file',
        '  python.dev.v0: needs Python: class evals.elsuite.ballots.eval:BallotsEval',
        '',
      ],
    ]);
    expect(existsSync(join(place.folder, '.evaltui/evaltui.db'))).toBe(false);
  });

  it('leaves out what cannot run when it is told to, and exits with 1 then', async () => {
    using place = createWorkplace();
    const root = makeRegistry();
    const args = ['--registry_path', root, '--no-exit-on-error'];
    const finished = await oaievalset(place, ['dummy', 'unfit', ...args]);
    expect(finished.code).toBe(1);
    expect(removeRecords(finished)).toHaveLength(1);
    const left = finished.stderr.split('\n').filter((line) => line.startsWith('Left out: '));
    expect(left.map((line) => line.split(': ')[1])).toEqual([
      'gone.dev.v0',
      'python.dev.v0',
      'broken.dev.v0',
    ]);
    expect(left[2]).toContain('broken.jsonl:2:');
    const none = await oaievalset(place, ['dummy', 'python', ...args]);
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('No eval of the set can run.');
  });

  it.each([
    [['dummy', 'smoe'], 'No eval set "smoe" in REGISTRY. Did you mean "some"?'],
    [['dummy', 'one'], '"one" is an eval: run it with oaieval.'],
    [['dummy', 'some', '--record_path', 'x'], '--record_path names one file, and the set has 2 evals'],
  ] as const)('says in one line what is wrong with %j', async (args, why) => {
    using place = createWorkplace();
    const root = makeRegistry();
    const { code, stderr } = await oaievalset(place, [...args, '--registry_path', root]);
    expect(code).toBe(2);
    expect(stderr.replaceAll(root, 'REGISTRY')).toContain(why);
  });
});
