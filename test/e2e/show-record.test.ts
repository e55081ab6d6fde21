import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { OPENAI_EVALS, SHARED_DATA_NOTE } from '../templates/openai-evals/shared-data.ts';
import { createWorkplace, FIXTURES, type Finished } from './run-evaltui.ts';

const SPEC = `{"spec": ${JSON.stringify({
  completion_fns: ['ref/half'],
  eval_name: 'demo.dev.v0',
  run_config: { eval_spec: { cls: 'evals.elsuite.basic.match:Match', args: {} }, seed: 1 },
  run_id: 'R1',
})}}\n`;
const REPORT = '{"final_report": {"accuracy": 0.5, "boostrap_std": NaN}, "run_id": "R1"}\n';

function eventLine(index: number, correct: boolean, sampled = `answer ${index}`): string {
  const data = { correct, expected: 'yes', picked: null, sampled };
  return `${JSON.stringify({ run_id: 'R1', event_id: index, sample_id: `demo.dev.${index}`, type: 'match', data })}\n`;
}

async function show(record: string, ...args: readonly string[]): Promise<Finished> {
  using place = createWorkplace();
  writeFileSync(join(place.folder, 'r.jsonl'), record);
  return await place.run(['show', '--record', 'r.jsonl', ...args]);
}

describe('evaltui show --record', () => {
  it('shows a record of oaieval: its report with an interval, and its samples, wrong ones first', async () => {
    const { code, stdout, stderr } = await show(SPEC + REPORT + eventLine(0, true) + eventLine(1, false));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^demo\.dev\.v0 {2}2 samples {2}model ref\/half\n/);
    expect(stdout).toContain('  accuracy   0.500   95 % interval 0.095 – 0.905   stderr 0.500   n 2\n');
    expect(stdout).toMatch(
      /SAMPLE +IS +EXPECTED +ANSWER\n {2}demo\.dev\.1 +wrong +yes +answer 1\n {2}demo\.dev\.0 +right/,
    );
  });

  it('gives one JSON document, in which what is NaN is null', async () => {
    const { stdout } = await show(SPEC + eventLine(0, true) + REPORT, '--json');
    const shown = JSON.parse(stdout) as JsonObject;
    expect(shown).toMatchObject({
      spec: { run_id: 'R1' },
      report: { accuracy: 0.5, boostrap_std: null },
      computed: { accuracy: 1, n: 1 },
      samples: 1,
      events: { match: 1 },
      listed: [{ sampleId: 'demo.dev.0', standing: 'right' }],
    });
  });

  it('says when the report does not follow from the events, and when there is none', async () => {
    const other = await show(SPEC + REPORT + eventLine(0, true));
    expect(other.stdout).toContain('  but        the events give accuracy 1.000 of 1\n');
    const none = await show(SPEC + eventLine(0, true));
    expect(none.stdout).toContain('  report     none: the run did not end; these are of its events\n');
    expect(none.stdout).toContain('  accuracy   1.000 ');
  });

  it('shows one sample, or says what samples are named like', async () => {
    const record = SPEC + eventLine(0, true) + eventLine(1, false, 'a\u001b[31mred');
    const { stdout } = await show(record, '--task', 'demo.dev.1');
    expect(stdout).toBe(
      'Sample demo.dev.1\n\nmatch\n  correct  false\n  expected  yes\n  picked  null\n  sampled  ared\n',
    );
    const missing = await show(record, '--task', 'nothing');
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toBe(
      'evaltui: r.jsonl has no sample "nothing". A sample is named like "demo.dev.0".\n',
    );
  });

  it('shows what is there of a record whose last line is cut off', async () => {
    const { code, stdout, stderr } = await show(SPEC + eventLine(0, true) + eventLine(1, true).slice(0, 40));
    expect(code).toBe(0);
    expect(stdout).toContain('1 sample ');
    expect(stderr).toMatch(/^r\.jsonl:3 is cut off in the middle of the line/);
  });

  it.each([
    [
      'broken in the middle',
      `${SPEC}{"type": "match", "data": tru}\n${REPORT}`,
      'r.jsonl:2:27 is no line of a record: it is not JSON: Expecting value.',
    ],
    [
      'of another kind',
      '{"input": "a", "ideal": "b"}\n',
      'r.jsonl:1 is no line of a record: it has no "spec", no "final_report" and no "type".',
    ],
    [
      'no JSON at all',
      'name,score\na,1\n',
      'r.jsonl:1:1 is no line of a record: it is not JSON: Expecting value.',
    ],
    ['empty', '', '--record r.jsonl: the file is empty.'],
  ])('names file, line and column of a file that is %s', async (_, record, message) => {
    expect(await show(record)).toMatchObject({ code: 2, stdout: '', stderr: `evaltui: ${message}\n` });
  });

  it('says what cannot be read', async () => {
    using place = createWorkplace();
    mkdirSync(join(place.folder, 'folder'));
    writeFileSync(join(place.folder, 'latin'), Buffer.from([0x7b, 0xe9, 0x0a]));
    const said = async (path: string): Promise<string> =>
      (await place.run(['show', '--record', path])).stderr;
    expect(await said('nowhere')).toBe('evaltui: --record nowhere: there is no such file.\n');
    expect(await said('folder')).toBe(
      'evaltui: --record folder: it is a folder; give one of the files in it.\n',
    );
    expect(await said('latin')).toBe('evaltui: latin:1 is not UTF-8.\n');
    const { code, stderr } = await place.run(['show', 'R1', '--record', 'x']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'evaltui: Give a run, or --record x, not both.\n' });
  });

  it('takes no more memory for a long record', async () => {
    using place = createWorkplace();
    const long = 'x'.repeat(1000);
    const lines = Array.from({ length: 60_000 }, (_, index) => eventLine(index, true, long));
    writeFileSync(join(place.folder, 'r.jsonl'), SPEC + lines.join(''));
    const { code, stdout } = await place.run(['show', '--record', 'r.jsonl'], {
      NODE_OPTIONS: '--max-old-space-size=32',
    });
    expect(code).toBe(0);
    expect(stdout).toContain('60,000 samples');
  });

  it('shows our own record as the run itself is shown', async () => {
    using place = createWorkplace();
    const counting = join(FIXTURES, 'counting.eval.ts');
    await place.run(['run', counting, '--param', 'count=40', '--display', 'none', '--attempts', '2']);
    const [name = ''] = readdirSync(join(place.folder, '.evaltui/records'));
    const { stdout } = await place.run(['show', '--record', join('.evaltui/records', name)]);
    const { stdout: run } = await place.run(['show']);
    const scores = run
      .split('\n')
      .filter((line) => /^ {2}(accuracy|attempts|pass@k|groups|latency)/.test(line));
    expect(scores.length).toBeGreaterThan(3);
    for (const line of scores) expect(stdout).toContain(`${line}\n`);
  });

  const records = join(OPENAI_EVALS, 'reference/records');
  it.runIf(existsSync(records))(`reads every record that oaieval wrote${SHARED_DATA_NOTE}`, async () => {
    using place = createWorkplace();
    for (const name of readdirSync(records)) {
      const { code, stdout, stderr } = await place.run(['show', '--json', '--record', join(records, name)]);
      expect({ name, code, stderr }).toEqual({ name, code: 0, stderr: '' });
      const { report, computed } = JSON.parse(stdout) as { report: JsonObject; computed: JsonObject };
      const metric = 'accuracy' in report ? 'accuracy' : 'score';
      if (metric in report) expect(computed[metric]).toBeCloseTo(report[metric] as number, 12);
    }
  });
});
