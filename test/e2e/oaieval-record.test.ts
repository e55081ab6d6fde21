import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evalYaml, makeFolder } from '../registry/make-registry.ts';
import { createWorkplace, until, type Running, type Workplace } from './run-evaltui.ts';

const ROWS = Array.from({ length: 10 }, (_, n) => `{"input":"${n}","ideal":"yes"}\n`).join('');

/** Runs ten samples one after the other; slowly for as long as `hold` is there. */
function makeRegistry(): { readonly root: string; readonly hold: string } {
  const root = makeFolder({
    'evals/e.yaml': evalYaml('ten', 'ten.jsonl'),
    'completion_fns/f.yaml': 'ref/held: {class: "./held.mjs:held"}\n',
    'completion_fns/held.mjs': `import { existsSync } from 'node:fs';
export const held = () => async (prompt, { signal }) => {
  while (prompt[0].content !== '8' && existsSync(new URL('../hold', import.meta.url)) && !signal.aborted)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return { text: 'yes' };
};
`,
    'data/ten.jsonl': ROWS,
    hold: '',
  });
  return { root, hold: join(root, 'hold') };
}

function start(place: Workplace, root: string, fn: string, record: string): Running {
  const args = ['oaieval', fn, 'ten', '--registry_path', root, '--record_path', record];
  return place.start(args, { HOME: place.folder, EVALS_SEQUENTIAL: '1' });
}

/** A run whose record has the first of its results, the sample 8; the others wait. */
async function startHeld(place: Workplace, root: string, record: string): Promise<Running> {
  const run = start(place, root, 'ref/held', record);
  await until(
    'the first result is in the record',
    () => existsSync(record) && place.lines(record).length >= 2,
  );
  return run;
}

describe('the record of a run that goes on', () => {
  it('is not written over by another run', async () => {
    using place = createWorkplace();
    const { root, hold } = makeRegistry();
    const record = join(place.folder, 'r.jsonl');
    const run = await startHeld(place, root, record);
    const other = await start(place, root, 'dummy', record).finished;
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringMatching(/r\.jsonl is the record of ten\.dev\.v0 in run \w{20}, which goes on\./),
    ]);
    rmSync(hold);
    expect((await run.finished).code).toBe(0);
    // Two events of each sample, the spec and the report.
    expect(place.lines(record)).toHaveLength(22);
  });

  it('is mixed with no other when a run of another task db takes its place', async () => {
    using place = createWorkplace();
    using elsewhere = createWorkplace();
    const { root, hold } = makeRegistry();
    const record = join(place.folder, 'r.jsonl');
    const run = await startHeld(place, root, record);
    expect((await start(elsewhere, root, 'dummy', record).finished).code).toBe(0);
    rmSync(hold);
    const ended = await run.finished;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('was removed while its run went on');
    const lines = place.lines(record);
    expect(lines).toHaveLength(12);
    // All but the spec line name their run.
    expect(new Set(lines.slice(1).map((line) => line['run_id'])).size).toBe(1);
  });
});

describe('a record path', () => {
  it('where no folder can be made is told at once', async () => {
    using place = createWorkplace();
    const { root } = makeRegistry();
    const { code, stderr } = await start(place, root, 'dummy', '/proc/none/r.jsonl').finished;
    expect(code).toBe(2);
    expect(stderr).toContain('The folder /proc/none of the record does not exist.');
  });
});
