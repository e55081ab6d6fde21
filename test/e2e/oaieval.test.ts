import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evalYaml, makeFolder, MATCH } from '../registry/make-registry.ts';
import { startEventServer } from '../event-server.ts';
import { startOpenAIServer } from '../openai-server.ts';
import { createWorkplace, type Finished, type Workplace } from './run-evaltui.ts';

const ROWS = Array.from({ length: 10 }, (_, n) => `{"input":"${n}","ideal":"This is"}\n`).join('');
const ORDER = [8, 7, 5, 9, 2, 3, 6, 1, 4, 0];

function makeRegistry(): string {
  return makeFolder({
    'evals/e.yaml': `${evalYaml('ten', 'ten.jsonl')}fails.dev.v0: {class: "${MATCH}", args: {samples_jsonl: bad.jsonl}}\n`,
    'eval_sets/s.yaml': 'both: {evals: [ten]}\n',
    'completion_fns/f.yaml': 'ref/echo: {class: "./echo.mjs:echo", args: {text: there}}\n',
    'completion_fns/echo.mjs':
      'export const echo = ({ text }) => (prompt) => ({ text, model: "echo", usage: { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 } });\n',
    'data/ten.jsonl': ROWS,
    // The first has no ideal: an error of its own.
    'data/bad.jsonl': '{"input":"a"}\n{"input":"b","ideal":"This is"}\n',
  });
}

function oaieval(place: Workplace, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return place.run(['oaieval', ...args], { HOME: place.folder, EVALS_SHOW_EVAL_PROGRESS: '', ...env });
}

/** Messages of the log, without the time. */
function messagesOf({ stderr }: Finished): readonly string[] {
  return stderr
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^\[[\d-]{10} [\d:]{8},\d{3}\] \[oaieval\] /, ''));
}

interface Line {
  readonly spec?: Record<string, unknown>;
  readonly final_report?: Record<string, unknown>;
  readonly sample_id?: string;
  readonly created_by?: string;
}

describe('evaltui oaieval', () => {
  it('runs an eval in the order, with the log lines and into the record of OpenAI Evals', async () => {
    using place = createWorkplace();
    const root = makeRegistry();
    const args = ['ref/echo', 'ten', '--registry_path', root, '--user', 'me', '--max_s', '3'];
    const finished = await oaieval(place, args, { EVALS_SEQUENTIAL: '1' });
    expect([finished.code, finished.stdout]).toEqual([0, '']);
    const messages = messagesOf(finished);
    const runId = /^Run started: (\d{12}[A-Z2-7]{8})$/.exec(messages[0] ?? '')?.[1] ?? '';
    const record = `/tmp/evallogs/${runId}_ref/echo_ten.jsonl`;
    const rest = [
      'Evaluating 3 samples',
      'Running in sequential mode!',
      'Token usage:',
      'completion_tokens: 3',
      'prompt_tokens: 6',
      'total_tokens: 9',
      `Final report: {'accuracy': 0.0, 'boostrap_std': 0.0, 'usage_completion_tokens': 3, 'usage_prompt_tokens': 6, 'usage_total_tokens': 9}. Logged to ${record}`,
      'Final report:',
      'accuracy: 0.0',
      'boostrap_std: 0.0',
      'usage_completion_tokens: 3',
      'usage_prompt_tokens: 6',
      'usage_total_tokens: 9',
      `Logged 6 rows of events to ${record}`,
    ];
    expect(messages.slice(1)).toEqual(rest);
    const lines = readFileSync(record, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    rmSync(dirname(record), { recursive: true });
    expect(lines[0]?.spec).toMatchObject({
      completion_fns: ['ref/echo'],
      eval_name: 'ten.dev.v0',
      run_config: { seed: 20220722, max_samples: 3, initial_settings: { visible: false } },
      created_by: 'me',
      run_id: runId,
    });
    const events = lines.filter((line) => line.sample_id !== undefined);
    const order = ORDER.slice(0, 3).flatMap((index) => [`ten.dev.${index}`, `ten.dev.${index}`]);
    expect(events.map((line) => line.sample_id)).toEqual(order);
    expect(new Set(events.map((line) => line.created_by))).toEqual(new Set(['me']));
    expect(lines.filter((line) => line.final_report !== undefined)).toHaveLength(1);
  });

  it('gives its arguments on: to the class, to the functions, to the record', async () => {
    using place = createWorkplace();
    const args = ['ref/echo', 'ten', '--registry_path', makeRegistry(), '--record_path', 'a/b.jsonl'];
    const more = [
      '--completion_args',
      'text=This is=so',
      '--extra_eval_params',
      'max_tokens=7',
      '--seed',
      '5',
    ];
    const finished = await oaieval(place, [...args, ...more, '--visible', '--log_to_file', 'log']);
    expect(finished).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(place.folder, 'log'), 'utf8')).toContain('] accuracy: 1.0\n');
    expect(statSync(join(place.folder, 'log')).mode & 0o777).toBe(0o600);
    const [first] = place.lines('a/b.jsonl') as readonly Line[];
    expect(first?.spec?.['run_config']).toMatchObject({
      eval_spec: { args: { samples_jsonl: 'ten.jsonl', max_tokens: 7 } },
      seed: 5,
      max_samples: null,
      initial_settings: { visible: true },
    });
  });

  it('writes over an older record, and over nothing else', async () => {
    using place = createWorkplace();
    const args = ['dummy', 'ten', '--registry_path', makeRegistry(), '--record_path', 'r.jsonl'];
    expect((await oaieval(place, args)).code).toBe(0);
    const [before] = place.lines('r.jsonl') as readonly Line[];
    expect((await oaieval(place, args)).code).toBe(0);
    const [after, ...rest] = place.lines('r.jsonl') as readonly Line[];
    expect(after?.spec?.['run_id']).not.toBe(before?.spec?.['run_id']);
    expect(rest).toHaveLength(11);
    const other = makeFolder({ 'notes.txt': 'mine\n' });
    const refused = await oaieval(place, [...args.slice(0, -1), join(other, 'notes.txt')]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('exists already and is not empty');
    expect(readFileSync(join(other, 'notes.txt'), 'utf8')).toBe('mine\n');
  });

  it('goes on after the error of a sample, and says in the end what is not in the report', async () => {
    using place = createWorkplace();
    const args = ['dummy', 'fails.dev.v0', '--registry_path', makeRegistry(), '--record_path', 'r.jsonl'];
    const finished = await oaieval(place, args);
    expect(finished.code).toBe(1);
    const messages = messagesOf(finished);
    expect(messages).toContain('1 sample errored: not in the final report');
    expect(messages).toContain('accuracy: 1.0');
    expect(messages.find((line) => line.startsWith('eval-error (1 try, 1 task errored)'))).toContain(
      'such as fails.dev.0.1: ',
    );
  });

  it('leaves nothing of a dry run but each event in the log', async () => {
    using place = createWorkplace();
    const args = ['dummy', 'ten', '--registry_path', makeRegistry(), '--max_samples', '2', '--dry-run'];
    const finished = await oaieval(place, args, { EVALS_SEQUENTIAL: 'yes' });
    expect(finished.code).toBe(0);
    const [, , , first, second, report] = messagesOf(finished);
    expect(first).toMatch(
      /^Not recording event: Event\(run_id='\w{20}', event_id=0, sample_id='ten\.dev\.8', type='match', data=\{'correct': True, 'expected': 'This is', 'picked': 'This is', .*\}, created_by='', created_at='.*\+00:00'\)$/,
    );
    expect(second).toContain('event_id=1');
    expect(report).toBe("Final report: {'accuracy': 1.0, 'boostrap_std': 0.0}. Logged nowhere");
    expect(existsSync(join(place.folder, '.evaltui/evaltui.db'))).toBe(false);
    const quiet = await oaieval(place, [...args, '--no-dry-run-logging']);
    expect(messagesOf(quiet)[3]).toBe(report);
  });

  it('reports NaN of no samples', async () => {
    using place = createWorkplace();
    const args = ['dummy', 'ten', '--registry_path', makeRegistry(), '--record_path', 'r.jsonl'];
    const finished = await oaieval(place, [...args, '--max_samples', '0']);
    expect([finished.code, messagesOf(finished)[1]]).toEqual([0, 'Evaluating 0 samples']);
    expect(messagesOf(finished)).toContain('accuracy: nan');
    expect(readFileSync(join(place.folder, 'r.jsonl'), 'utf8')).toContain('{"accuracy": NaN, ');
  });

  it('sends the sampling arguments that are given', async () => {
    using place = createWorkplace();
    await using server = await startOpenAIServer();
    const args = ['gpt-x', 'ten', '--registry_path', makeRegistry(), '--record_path', 'r.jsonl'];
    const env = { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'k' };
    const sent = [...args, '--max_samples', '1', '--completion_args', 'temperature=0.5,seed=7'];
    expect((await oaieval(place, sent, env)).code).toBe(0);
    expect(server.requests[0]?.body).toMatchObject({ model: 'gpt-x', temperature: 0.5, seed: 7 });
  });

  it('sends its events with --http-run, and none of a dry run', async () => {
    using place = createWorkplace();
    await using server = await startEventServer();
    const args = ['dummy', 'ten', '--registry_path', makeRegistry(), '--record_path', 'r.jsonl'];
    const http = ['--http-run', '--http-run-url', server.url, '--http-batch-size', '4', '--no-local-run'];
    expect(
      (await oaieval(place, [...args, ...http, '--local-run', '--no-http-run', '--no-debug'])).code,
    ).toBe(0);
    expect(server.requests).toEqual([]);
    expect((await oaieval(place, [...args, ...http, '--dry-run'])).code).toBe(0);
    expect(server.requests).toEqual([]);
    expect((await oaieval(place, [...args, ...http])).code).toBe(0);
    expect(server.events.filter(({ type }) => type === 'match')).toHaveLength(10);
    expect(place.lines('r.jsonl')).toHaveLength(12);
  });

  it.each([
    [['dummy', 'tne'], 'No eval "tne" in REGISTRY. Did you mean "ten"?'],
    [['dummy', 'both'], '"both" is an eval set: run it with oaievalset.'],
    [
      ['dummy', 'ten', '--max_samples', 'x'],
      '--max_samples was given "x"; allowed is a whole number from 0.',
    ],
    [['dummy', 'ten', '--no-local-run'], '--no-local-run: records do not go to Snowflake.'],
    [
      ['dummy', 'ten', '--extra_eval_params', 'k'],
      'of which "k" is not key=value. Values cannot hold a comma.',
    ],
    [['dummy', 'ten', '--extra_eval_params', 'k=1'], 'Its arguments are: samples_jsonl, '],
    [['dummy,', 'ten'], 'no model is named'],
    [['dummy', 'ten', '--http-run'], '--http-run needs --http-run-url <url>'],
    [['gpt-x', 'ten', '--completion_args', 'api_key=sk-secret'], 'Set OPENAI_API_KEY instead.'],
    [['dummy,dummy', 'ten'], 'takes one completion function; 2 were given.'],
    [['dummy'], "missing required argument 'eval'"],
  ] as const)('says in one line what is wrong with %j', async (args, why) => {
    using place = createWorkplace();
    const root = makeRegistry();
    const { code, stdout, stderr } = await oaieval(place, [...args, '--registry_path', root]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.replaceAll(root, 'REGISTRY')).toContain(why);
    expect(stderr).not.toContain('sk-secret');
    expect(existsSync(join(place.folder, '.evaltui/records'))).toBe(false);
  });
});
