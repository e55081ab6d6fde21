import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RecordEntry, RecordPosition } from '../../src/core/record.ts';
import { createRecordFile, type RecordFile } from '../../src/recorder/record-file.ts';

const RUN = { runId: '261121013538HFYRAQFM', createdBy: 'ann "é"' };
const FIXTURES = join(import.meta.dirname, 'fixtures');

let folder: string;
let path: string;
let record: RecordFile;
let start: RecordPosition;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evaltui-record-'));
  path = join(folder, 'record.jsonl');
  writeFileSync(path, '{"spec": {}}\n', { mode: 0o600 });
  start = { path, bytes: 13, nextEventId: 0 };
  record = createRecordFile(RUN);
});

afterEach(() => {
  record.close();
  rmSync(folder, { recursive: true });
});

const entry = (sampleId: string, more: Partial<RecordEntry> = {}): RecordEntry => ({
  sampleId,
  attempt: 1,
  try: 1,
  type: 'match',
  data: { correct: true },
  createdAt: Date.UTC(2026, 10, 21, 1, 35, 38, 781),
  ...more,
});
const append = (position: RecordPosition, ...events: readonly RecordEntry[]): RecordPosition =>
  record.append(position, { kind: 'events', events });
const lines = (): readonly string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
const sampleIds = (): readonly string[] =>
  lines()
    .slice(1)
    .map((line) => (JSON.parse(line) as { sample_id: string }).sample_id);
const failure = (code: string, message: RegExp): unknown =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string });

test("writes events with OpenAI Evals' keys in its order, attempt and try behind them", () => {
  const data = { correct: false, expected: '15', picked: null, options: ['é'] };
  const end = append(start, entry('test.s1.2', { data, attempt: 3, try: 2 }));
  expect(lines()[1]).toBe(
    '{"run_id": "261121013538HFYRAQFM", "event_id": 0, "sample_id": "test.s1.2", "type": "match", ' +
      '"data": {"correct": false, "expected": "15", "picked": null, "options": ["é"]}, ' +
      '"created_by": "ann \\"é\\"", "created_at": "2026-11-21 01:35:38.781000+00:00", "attempt": 3, "try": 2}',
  );
  expect(end).toEqual({ path, bytes: statSync(path).size, nextEventId: 1 });
});

test('counts events on over batches and writes the final report without a number', () => {
  const first = append(start, entry('a'), entry('b'));
  const second = append(first, entry('c'));
  const end = record.append(second, { kind: 'final-report', report: { accuracy: 0.5, n: 3 } });
  expect(lines().map((line) => (JSON.parse(line) as { event_id?: number }).event_id)).toEqual([
    undefined,
    0,
    1,
    2,
    undefined,
  ]);
  expect(lines()[4]).toBe('{"final_report": {"accuracy": 0.5, "n": 3}, "run_id": "261121013538HFYRAQFM"}');
  expect(end).toEqual({ path, bytes: statSync(path).size, nextEventId: 3 });
});

test('leaves the file as it is for a batch without events', () => {
  expect(append(start)).toEqual(start);
  expect(statSync(path).size).toBe(13);
});

test('cuts off a batch that was written but never committed', () => {
  const committed = append(start, entry('a'));
  append(committed, entry('never'), entry('never'));
  const end = append(committed, entry('b'));
  expect(sampleIds()).toEqual(['a', 'b']);
  expect(end.bytes).toBe(statSync(path).size);
});

test('cuts off half a line that a dying machine left', () => {
  const committed = append(start, entry('a'));
  appendFileSync(path, '{"run_id": "2611210135');
  append(committed, entry('b'));
  expect(sampleIds()).toEqual(['a', 'b']);
});

test('goes on behind the committed batch after the writer was killed before it committed the next', async () => {
  const child = spawn(
    process.execPath,
    [join(FIXTURES, 'append-and-hang.ts'), RUN.runId, JSON.stringify(start)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  child.kill('SIGKILL');
  await once(child, 'exit');
  const committed = JSON.parse(line) as RecordPosition;
  expect(sampleIds()).toEqual(['a', 'b', 'never-1', 'never-2']);
  const end = append(committed, entry('c'));
  expect(sampleIds()).toEqual(['a', 'b', 'c']);
  expect(end).toEqual({ path, bytes: statSync(path).size, nextEventId: 3 });
});

test('lets two writers take turns, each with its own open file', () => {
  using other = createRecordFile(RUN);
  const first = append(start, entry('mine'));
  const second = other.append(first, { kind: 'events', events: [entry('other')] });
  append(second, entry('mine-again'));
  expect(sampleIds()).toEqual(['mine', 'other', 'mine-again']);
});

test('keeps the records of two evals apart', () => {
  const otherPath = join(folder, 'other.jsonl');
  append(start, entry('a'));
  const end = append({ path: otherPath, bytes: 0, nextEventId: 0 }, entry('b'));
  expect(sampleIds()).toEqual(['a']);
  expect(statSync(otherPath)).toMatchObject({ size: end.bytes, mode: 0o100600 });
});

test('writes batches longer than one part completely', () => {
  const text = 'é'.repeat(5_000_000);
  const events = [1, 2, 3, 4, 5].map((number) => entry(`s${number}`, { data: { text } }));
  const end = append(start, ...events);
  expect(end).toEqual({ path, bytes: statSync(path).size, nextEventId: 5 });
  expect(sampleIds()).toEqual(['s1', 's2', 's3', 's4', 's5']);
});

test('refuses to go on with a record that somebody cut, and leaves it alone', () => {
  const end = append(start, entry('a'));
  truncateSync(path, 20);
  expect(() => append(end, entry('b'))).toThrow(failure('io', /has 20 bytes.*--record-path/));
  expect(statSync(path).size).toBe(20);
});

test('notices that its record was removed, whether its file is open or not', () => {
  const end = append(start, entry('a'));
  rmSync(path);
  expect(() => append(end, entry('b'))).toThrow(failure('io', /was removed/));
  record.close();
  expect(() => append(end, entry('b'))).toThrow(failure('io', /was removed/));
});

test('never writes into the record of another run that took its place', () => {
  const end = append(start, entry('a'));
  record.close();
  const other = '{"spec": {"eval_name": "ten.dev.v0", "run_id": "261121013538AAAAAAAA"}}\n';
  writeFileSync(path, `${other}${'x'.repeat(1_000)}`);
  expect(() => append(end, entry('b'))).toThrow(
    failure('io', /replaced by that of ten\.dev\.v0 in run 261121013538AAAAAAAA/),
  );
  expect(readFileSync(path, 'utf8')).toBe(`${other}${'x'.repeat(1_000)}`);
});

test('opens its file again after close', () => {
  const end = append(start, entry('a'));
  record.close();
  append(end, entry('b'));
  expect(sampleIds()).toEqual(['a', 'b']);
});

test('says that the folder is missing', () => {
  renameSync(path, join(folder, 'moved'));
  const position = { path: join(folder, 'no', 'record.jsonl'), bytes: 0, nextEventId: 0 };
  expect(() => append(position, entry('a'))).toThrow(
    failure('record-path', /\/no of the record does not exist/),
  );
});

const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', tmpdir()]).status === 0;

test.skipIf(!canMount)(
  'says disk-full and leaves whole lines only when the disk is full (skipped where tmpfs cannot be mounted)',
  () => {
    const script = 'mount -t tmpfs -o size=64k none "$1" && exec "$2" "$3" "$1"';
    const child = spawnSync(
      'unshare',
      ['-rm', 'sh', '-c', script, 'sh', folder, process.execPath, join(FIXTURES, 'fill-disk.ts')],
      { encoding: 'utf8' },
    );
    expect(child.stderr).toBe('');
    const message = expect.stringMatching(/No space left for the record .*record\.jsonl/) as string;
    expect(JSON.parse(child.stdout)).toEqual({
      tooBig: { code: 'disk-full', message },
      cut: true,
      eventIds: [0, 1],
      isWhole: true,
      noSpec: { code: 'disk-full', message },
    });
  },
);
