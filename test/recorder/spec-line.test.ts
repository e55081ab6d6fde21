import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { renderSpecLine, startRecord, type RecordSpec } from '../../src/recorder/spec-line.ts';

const SPEC: RecordSpec = {
  runId: '261121013538HFYRAQFM',
  createdBy: '',
  createdAt: Date.UTC(2026, 10, 21, 1, 35, 38, 712),
  completionFns: ['ref/fixed'],
  evalName: 'test-match.s1.simple-v0',
  baseEval: 'test-match',
  split: 's1',
  evalSpec: {
    cls: 'evals.elsuite.test.match:TestMatch',
    registryPath: 'evals/registry',
    args: {},
    key: 'test-match.s1.simple-v0',
    group: 'test-basic',
  },
  seed: 20220722,
  maxSamples: null,
  command: "oaieval ref/fixed test-match --completion_args 'reply=time flies'",
  visible: true,
};
const LINE =
  '{"spec": {"completion_fns": ["ref/fixed"], "eval_name": "test-match.s1.simple-v0", ' +
  '"base_eval": "test-match", "split": "s1", "run_config": {"completion_fns": ["ref/fixed"], ' +
  '"eval_spec": {"cls": "evals.elsuite.test.match:TestMatch", "registry_path": "evals/registry", ' +
  '"args": {}, "key": "test-match.s1.simple-v0", "group": "test-basic"}, "seed": 20220722, ' +
  '"max_samples": null, "command": "oaieval ref/fixed test-match --completion_args ' +
  '\'reply=time flies\'", "initial_settings": {"visible": true}}, "created_by": "", ' +
  '"run_id": "261121013538HFYRAQFM", "created_at": "2026-11-21 01:35:38.712000"}}\n';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evaltui-spec-'));
  path = join(folder, 'record.jsonl');
});

afterEach(() => rmSync(folder, { recursive: true }));

const failure = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string });
const start = (spec: RecordSpec = SPEC) => startRecord({ path, spec, createFolder: false });

test("renders OpenAI Evals' fields in its order, the time in UTC without a zone", () => {
  expect(renderSpecLine(SPEC)).toBe(LINE);
});

test('creates a file that only its owner reads, and returns where it goes on', () => {
  expect(start()).toEqual({ path, bytes: Buffer.byteLength(LINE), nextEventId: 0 });
  expect(readFileSync(path, 'utf8')).toBe(LINE);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('never overwrites the record of another run, or of another eval in the same run', () => {
  start();
  expect(() => start({ ...SPEC, runId: 'OTHER' })).toThrow(
    failure('file-exists', /holds the record of test-match\.s1\.simple-v0 in run 261121013538HFYRAQFM/),
  );
  expect(() => start({ ...SPEC, evalName: 'coqa.dev.v0' })).toThrow(
    failure('file-exists', /delete the file/),
  );
  expect(readFileSync(path, 'utf8')).toBe(LINE);
});

test.each(['somebody wrote this\n', 'null', '{"spec": 3}\n', '{"spec": null}'])(
  'never overwrites a file that is no record: %j',
  (text) => {
    writeFileSync(path, text);
    expect(() => start()).toThrow(failure('file-exists', /exists already and is not empty/));
    expect(readFileSync(path, 'utf8')).toBe(text);
  },
);

test('begins the record of the same run and eval anew', () => {
  start();
  writeFileSync(path, `${LINE}{"run_id": "left over"}\n`);
  expect(start().bytes).toBe(Buffer.byteLength(LINE));
  expect(readFileSync(path, 'utf8')).toBe(LINE);
});

test('takes an empty file', () => {
  writeFileSync(path, '');
  start();
  expect(readFileSync(path, 'utf8')).toBe(LINE);
});

test('names a missing folder, and creates only one that it was told to', () => {
  path = join(folder, 'deep', 'er', 'record.jsonl');
  expect(() => start()).toThrow(
    failure('record-path', /The folder .*\/deep\/er of the record does not exist\. Create it/),
  );
  startRecord({ path, spec: SPEC, createFolder: true });
  expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'deep', 'er')).mode & 0o777).toBe(0o700);
});

test.skipIf(!existsSync('/proc/self'))(
  'says at once that a folder cannot be made (skipped without /proc)',
  () => {
    const place = '/proc/none/such/record.jsonl';
    expect(() => startRecord({ path: place, spec: SPEC, createFolder: true })).toThrow(
      failure('record-path', /The folder \/proc\/none\/such of the record/),
    );
  },
);

test('refuses a folder, a path through a file, and what is not a regular file', () => {
  mkdirSync(path);
  expect(() => start()).toThrow(failure('record-path', /is a folder/));
  writeFileSync(join(folder, 'file'), 'x');
  path = join(folder, 'file', 'record.jsonl');
  expect(() => start()).toThrow(failure('record-path', /file is not a folder/));
  path = '/dev/null';
  expect(() => start()).toThrow(failure('record-path', /not a regular file/));
});

const isRoot = process.getuid?.() === 0;
const canDropRights = isRoot && spawnSync('setpriv', ['--reuid=65534', 'true']).status === 0;

test.skipIf(isRoot && !canDropRights)(
  'says that the permission is missing (skipped for root without setpriv)',
  () => {
    chmodSync(folder, 0o555);
    const code = `
      import { startRecord } from ${JSON.stringify(join(import.meta.dirname, '../../src/recorder/spec-line.ts'))};
      try { startRecord(${JSON.stringify({ path, spec: SPEC, createFolder: false })}); }
      catch (error) { console.log(error.code + ' ' + error.message); }`;
    const node = [process.execPath, '--input-type=module', '-e', code];
    const [program = '', ...args] = isRoot ? ['setpriv', '--reuid=65534', '--clear-groups', ...node] : node;
    const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    chmodSync(folder, 0o755);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^record-path The record .* cannot be written \(EACCES\)/);
  },
);
