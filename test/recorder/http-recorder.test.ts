import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { EvalRecordPosition, RecordEntry } from '../../src/core/record.ts';
import type { Delivery } from '../../src/recorder/delivery.ts';
import { HttpRecorder } from '../../src/recorder/http-recorder.ts';
import { createRecordFile, type RecordFile } from '../../src/recorder/record-file.ts';
import { sentPositionPath } from '../../src/recorder/sent-position.ts';
import { startRecord } from '../../src/recorder/spec-line.ts';
import { startEventServer } from '../event-server.ts';

const WITHIN = { timeout: 10_000 };
const RUN = { runId: 'R1', createdBy: 'me' };
let folder: string;
let records: RecordFile;
let positions: EvalRecordPosition[];
let told: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evaltui-http-'));
  records = createRecordFile(RUN);
  positions = [];
  told = [];
});

afterEach(() => {
  records.close();
  rmSync(folder, { recursive: true });
});

function addRecord(): void {
  const evalIndex = positions.length;
  const path = join(folder, `${evalIndex}.jsonl`);
  const spec = {
    ...RUN,
    createdAt: 0,
    completionFns: ['dummy'],
    evalName: `e${evalIndex}`,
    baseEval: 'e',
    split: 'dev',
    evalSpec: { cls: 'a:B', registryPath: null, args: {}, key: 'e', group: null },
    seed: 1,
    maxSamples: null,
    command: 'evaltui',
    visible: true,
  };
  positions.push({ evalIndex, ...startRecord({ path, spec, createFolder: false }) });
}

function addEvents(count: number, evalIndex = 0): void {
  const position = positions[evalIndex]!;
  const events = Array.from({ length: count }, (_, index): RecordEntry => {
    const data = { correct: true, text: `é ${index} \u2028` };
    return { sampleId: `s.${index}`, type: 'match', data, createdAt: 0, attempt: 1, try: 1 };
  });
  positions[evalIndex] = { evalIndex, ...records.append(position, { kind: 'events', events }) };
}

function addReport(report: JsonObject = { accuracy: 1 }, evalIndex = 0): void {
  const appended = records.append(positions[evalIndex]!, { kind: 'final-report', report });
  positions[evalIndex] = { evalIndex, ...appended };
}

function recorderTo(url: string, { batchSize = 100 }: { readonly batchSize?: number } = {}): HttpRecorder {
  return new HttpRecorder({
    ...RUN,
    evals: positions.length,
    recording: { url, batchSize, failPercent: 5 },
    positions: () => Promise.resolve(positions),
    tell: (line) => told.push(line),
    now: Date.now,
    random: () => 0.1,
    limits: { giveUpMs: 300, requestMs: 5_000 },
  });
}

/** Sends all that there is, as a process does that finds a finished run. */
async function sendAll(url: string, options: { readonly batchSize?: number } = {}): Promise<Delivery> {
  await using recorder = recorderTo(url, options);
  recorder.start();
  return await recorder.finish();
}

const idsOf = (events: readonly JsonObject[]): readonly unknown[] => events.map((event) => event['event_id']);
const upTo = (count: number, from = 0): readonly number[] =>
  Array.from({ length: count }, (_, index) => from + index);

describe('HttpRecorder', () => {
  it('sends the spec, then the events in batches as they are in the record, then the final report', async () => {
    await using server = await startEventServer();
    addRecord();
    addEvents(250);
    addReport({ accuracy: null, n: 0, evaltui: {} });
    expect(await sendAll(server.url)).toEqual({ events: 250, undelivered: 0, isThrough: true });
    expect(server.requests.map(({ events }) => events.length)).toEqual([1, 100, 100, 50, 1]);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      events: [{ run_id: 'R1', event_id: -1, sample_id: null, type: 'spec', data: { eval_name: 'e0' } }],
    });
    expect(server.events[1]).toEqual({
      run_id: 'R1',
      event_id: 0,
      sample_id: 's.0',
      type: 'match',
      data: { correct: true, text: 'é 0 \u2028' },
      created_by: 'me',
      created_at: '1970-01-01 00:00:00.000000+00:00',
      attempt: 1,
      try: 1,
    });
    expect(idsOf(server.events)).toEqual(upTo(252, -1));
    expect(server.events.at(-1)).toMatchObject({
      event_id: 250,
      sample_id: null,
      type: 'final_report',
      data: { accuracy: null, n: 0 },
      created_by: 'me',
    });
    expect(told).toEqual([]);
  });

  it('sends while the record grows, and nothing that is not committed', async () => {
    await using server = await startEventServer();
    addRecord();
    await using recorder = recorderTo(server.url, { batchSize: 10 });
    recorder.start();
    addEvents(25);
    const committed = positions[0]!;
    addEvents(5);
    const [grown] = positions;
    positions[0] = committed;
    await expect.poll(() => server.events.length, WITHIN).toBe(21);
    positions[0] = grown!;
    addReport();
    expect(await recorder.finish()).toMatchObject({ events: 30, undelivered: 0 });
    expect(idsOf(server.events)).toEqual(upTo(32, -1));
  });

  it('loses and doubles nothing when the server answers 500, 429 or cuts connections', async () => {
    const faults = [500, 429, 503, 408].map((status) => ({ status, headers: { 'retry-after': '0' } }));
    await using server = await startEventServer({
      fault: (number) => (number % 2 === 1 ? faults[(number >> 1) % 4] : undefined),
    });
    addRecord();
    addEvents(45);
    addReport();
    expect(await sendAll(server.url, { batchSize: 10 })).toMatchObject({ undelivered: 0, isThrough: true });
    expect(idsOf(server.events)).toEqual(upTo(47, -1));
    // What the next try mends is not worth a line.
    expect(told).toEqual([]);
  });

  it('sends a batch again, with the same ids, when its answer was lost', async () => {
    await using server = await startEventServer({ fault: (number) => (number === 2 ? 'cut' : undefined) });
    addRecord();
    addEvents(10);
    expect(await sendAll(server.url, { batchSize: 5 })).toMatchObject({ undelivered: 0 });
    expect(idsOf(server.events)).toEqual([-1, ...upTo(5), ...upTo(10)]);
  });

  it('gives up when nothing is taken, and goes on there in another process', async () => {
    addRecord();
    addEvents(30);
    let port: number;
    {
      await using server = await startEventServer({
        fault: (number) => (number > 2 ? { status: 500 } : undefined),
      });
      port = Number(new URL(server.url).port);
      const delivery = await sendAll(server.url, { batchSize: 10 });
      expect(delivery).toEqual({ events: 30, undelivered: 20, isThrough: false });
      expect(told.at(-1)).toBe(`${server.url} took nothing for 300 ms: 500: not now.`);
    }
    const url = `http://127.0.0.1:${port}/events`;
    const path = sentPositionPath(positions[0]!.path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(told[0]).toBe(
      `${url} does not take events: 500: not now. Trying for 300 ms; Ctrl-C leaves them for resume.`,
    );
    // Nobody listens now.
    expect(await sendAll(url)).toMatchObject({ undelivered: 20, isThrough: false });
    expect(told.at(-1)).toBe(`${url} took nothing for 300 ms: ECONNREFUSED.`);
    addReport();
    await using server = await startEventServer({ port });
    expect(await sendAll(server.url)).toEqual({ events: 30, undelivered: 0, isThrough: true });
    expect(idsOf(server.events)).toEqual(upTo(21, 10));
  });

  it('goes on past what the server refuses, and offers it once more in another process', async () => {
    await using server = await startEventServer({
      fault: (number) => (number === 3 || number === 4 ? { status: 400 } : undefined),
    });
    addRecord();
    addEvents(50);
    addReport();
    const first = await sendAll(server.url, { batchSize: 10 });
    expect(first).toEqual({ events: 50, undelivered: 20, isThrough: true });
    expect(told).toEqual([`${server.url} refused 10 events: 400: not now`]);
    expect(idsOf(server.events)).toEqual([-1, ...upTo(10), ...upTo(20, 30), 50]);
    const before = server.events.length;
    expect(await sendAll(server.url, { batchSize: 8 })).toMatchObject({ undelivered: 0, isThrough: true });
    expect(idsOf(server.events.slice(before))).toEqual(upTo(20, 10));
    const { refused } = JSON.parse(readFileSync(sentPositionPath(positions[0]!.path), 'utf8')) as JsonObject;
    expect(refused).toEqual([]);
  });

  it('is not through when the final report was refused', async () => {
    await using server = await startEventServer({
      fault: (_, [event]) => (event?.['type'] === 'final_report' ? { status: 404 } : undefined),
    });
    addRecord();
    addEvents(3);
    addReport();
    expect(await sendAll(server.url)).toEqual({ events: 3, undelivered: 0, isThrough: false });
  });

  it('numbers the events of several evals so that no two of the run have the same number', async () => {
    await using server = await startEventServer();
    addRecord();
    addRecord();
    addEvents(4, 0);
    addEvents(7, 1);
    addReport({}, 0);
    addReport({}, 1);
    expect(await sendAll(server.url, { batchSize: 3 })).toEqual({
      events: 11,
      undelivered: 0,
      isThrough: true,
    });
    const ids = idsOf(server.events);
    expect(new Set(ids).size).toBe(ids.length);
    const reports = server.events.filter(({ type }) => type === 'final_report');
    expect(idsOf(reports)).toEqual([8, 15]);
  });

  it('keeps numbers apart when a run went on after its final report', async () => {
    await using server = await startEventServer();
    addRecord();
    addEvents(2);
    addReport();
    addEvents(2);
    addReport();
    await sendAll(server.url);
    expect(idsOf(server.events)).toEqual(upTo(7, -1));
  });

  it('says once that the server fails, and that it works again', async () => {
    await using server = await startEventServer({
      fault: (number) => (number <= 3 ? { status: 500 } : undefined),
    });
    addRecord();
    await using recorder = recorderTo(server.url);
    recorder.start();
    await expect
      .poll(() => told, WITHIN)
      .toEqual([
        `${server.url} does not take events: 500: not now. Trying again.`,
        `${server.url} takes events again.`,
      ]);
  });

  it('stops at once when it is interrupted', async () => {
    await using server = await startEventServer({
      fault: () => ({ status: 503, headers: { 'retry-after': '50' } }),
    });
    addRecord();
    await using recorder = recorderTo(server.url);
    recorder.start();
    await expect.poll(() => server.requests.length, WITHIN).toBe(1);
    recorder.interrupt();
    expect(await recorder.finish()).toMatchObject({ isThrough: false });
  });

  it('sends all of a record that was begun anew', async () => {
    await using server = await startEventServer();
    addRecord();
    addEvents(2);
    await sendAll(server.url);
    records.close();
    rmSync(positions[0]!.path);
    positions = [];
    addRecord();
    addEvents(3);
    const before = server.events.length;
    await sendAll(server.url);
    expect(idsOf(server.events.slice(before))).toEqual(upTo(4, -1));
  });

  it('says so when the record was removed', async () => {
    await using server = await startEventServer();
    addRecord();
    rmSync(positions[0]!.path);
    await expect(sendAll(server.url)).rejects.toThrow(/0\.jsonl cannot be read to be sent: ENOENT/);
    expect(existsSync(sentPositionPath(positions[0]!.path))).toBe(false);
  });
});
