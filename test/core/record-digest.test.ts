import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { RecordFold, type RecordDigest } from '../../src/core/record-digest.ts';
import type { RecordedEvent } from '../../src/core/record-line.ts';

type Given = readonly [sampleId: string, type: string, data: JsonObject, more?: Partial<RecordedEvent>];

function event([sampleId, type, data, more]: Given): RecordedEvent {
  return { kind: 'event', sampleId, type, data, createdAt: null, attempt: 1, try: 1, ...more };
}

function digestOf(events: Iterable<Given>, listed = 10): RecordDigest {
  const fold = new RecordFold({ listed, slowest: 2 });
  for (const each of events) fold.add(event(each));
  return fold.finish();
}

const match = (correct: boolean): JsonObject => ({ correct, expected: 'a', picked: null, sampled: 'b' });

describe('RecordFold', () => {
  it('computes accuracy with its interval, usage and counts from the events', () => {
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
    const digest = digestOf([
      ['s.1', 'sampling', { sampled: ['b'], usage }],
      ['s.2', 'sampling', { sampled: ['b'] }],
      ['s.1', 'match', match(true)],
      ['s.2', 'match', match(false)],
    ]);
    expect(digest).toMatchObject({ samples: 2, events: { sampling: 2, match: 2 }, spec: null, report: null });
    expect(digest.computed).toMatchObject({
      accuracy: 0.5,
      n: 2,
      errored: { total: 0 },
      tokens: { prompt: 5, completion: 2, total: 7 },
    });
    expect(digest.computed['ci95']).toHaveLength(2);
  });

  it('computes the mean score of what is graded, and counts choices in the order in which they came', () => {
    const digest = digestOf([
      ['s.1', 'metrics', { choice: 'Yes', score: 1 }],
      ['s.2', 'metrics', { choice: '__invalid__', score: null }],
      ['s.3', 'metrics', { choice: 'Yes', score: 0.5 }],
    ]);
    expect(digest.computed).toMatchObject({ score: 0.75, n: 2 });
    expect(Object.entries(digest.choices)).toEqual([
      ['Yes', 2],
      ['__invalid__', 1],
    ]);
  });

  it('gives no interval over several attempts at a sample', () => {
    const { computed } = digestOf([
      ['s.1', 'match', match(true)],
      ['s.1', 'match', match(true), { attempt: 2 }],
    ]);
    expect(computed).toEqual({ accuracy: 1, n: 2, errored: { total: 0 } });
  });

  it('groups errors, and holds a sample for errored when it came to nothing after them', () => {
    const digest = digestOf([
      ['s.1', 'error', { type: 'SystemError', message: 'answer 503 after 20 ms', will_retry: true }],
      ['s.1', 'match', match(true), { try: 2 }],
      ['s.2', 'error', { type: 'SystemError', message: 'answer 502 after 31 ms' }],
      ['s.3', 'error', { type: 'TypeError', message: 'no ideal' }],
    ]);
    expect(digest.errors).toMatchObject([
      { type: 'SystemError', events: 2, example: { sampleId: 's.1' } },
      { type: 'TypeError', events: 1, example: { sampleId: 's.3', message: 'no ideal' } },
    ]);
    expect(digest.computed['errored']).toEqual({ total: 2 });
    expect(digest.listed.map(({ sampleId, standing }) => [sampleId, standing])).toEqual([
      ['s.2', 'errored'],
      ['s.3', 'errored'],
      ['s.1', 'right'],
    ]);
  });

  it('lists what is not right first, and no more than asked for', () => {
    const events = Array.from({ length: 10 }, (_, index): Given => {
      return [`s.${index}`, 'match', match(index % 4 !== 3)];
    });
    expect(digestOf(events, 3).listed.map(({ sampleId }) => sampleId)).toEqual(['s.3', 's.7', 's.0']);
  });

  it('finds the longest from the first event of a sample to its last, when others run beside it', () => {
    const at = (createdAt: number): Partial<RecordedEvent> => ({ createdAt });
    const digest = digestOf([
      ['s.1', 'sampling', { sampled: ['x'] }, at(1000)],
      ['s.2', 'sampling', { sampled: ['y'] }, at(1100)],
      ['s.3', 'match', match(true), at(1150)],
      ['s.2', 'match', match(true), at(1200)],
      ['s.1', 'match', match(true), at(2500)],
    ]);
    expect(digest.slowest.map(({ sampleId, spanMs }) => [sampleId, spanMs])).toEqual([
      ['s.1', 1500],
      ['s.2', 100],
    ]);
    expect([digest.startedAt, digest.endedAt]).toEqual([1000, 2500]);
  });

  it('shows what was picked, or else the last answer, cut where it is long', () => {
    const long = 'x'.repeat(5000);
    const { listed } = digestOf([
      ['s.1', 'match', { correct: true, expected: ['a'], picked: ['a'], sampled: 'a b' }],
      ['s.2', 'sampling', { sampled: [long] }],
      ['s.3', 'match', { correct: false, expected: ['a', 'b'], picked: [], sampled: 'c' }],
    ]);
    expect(listed.map(({ expected, answer }) => [expected, answer])).toEqual([
      ['["a","b"]', 'c'],
      ['a', 'a'],
      [null, `${'x'.repeat(199)}…`],
    ]);
  });

  it('counts everything in the end when there are more samples than are put together at once', () => {
    const events = Array.from({ length: 9000 }, (_, index): Given => [
      `s.${index % 4500}`,
      'match',
      match(true),
    ]);
    const digest = digestOf(events);
    expect(digest.samples).toBe(4500);
    expect(digest.computed).toMatchObject({ n: 9000 });
  });
});
