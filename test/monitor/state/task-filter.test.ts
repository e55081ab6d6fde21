import { expect, test } from 'vitest';
import {
  filterCandidates,
  parseTaskFilter,
  passesTextFilter,
} from '../../../src/monitor/state/task-filter.ts';

const NAMES = { evals: ['capitals', 'elements'], groups: ['asia', 'europe'] };

function parse(text: string): ReturnType<typeof parseTaskFilter> {
  return parseTaskFilter(text, NAMES);
}

test('reads every term, values cut short or several with commas', () => {
  expect(parse('state:err,stu eval:cap group:asia err:rate verdict:cpu pid:4711 Paris !draft')).toEqual({
    filter: {
      standings: ['stuck', 'errored'],
      evals: ['capitals'],
      groups: ['asia'],
      errorKinds: ['rate-limit'],
      verdicts: ['cpu-bound'],
      pid: 4711,
      text: 'Paris',
      without: ['draft'],
    },
    problem: null,
  });
});

test('nothing, or a term without its value yet, narrows nothing', () => {
  for (const text of ['', '  ', 'state:', 'pid: !'])
    expect(parse(text)).toEqual({ filter: {}, problem: null });
});

test('a value that means nothing lets nothing through, and is told', () => {
  expect(parse('state:bored')).toMatchObject({
    filter: { standings: [] },
    problem: expect.stringContaining('no state "bored": stuck, running'),
  });
  expect(parse('eval:zzz').filter.evals).toEqual([]);
  expect(parse('pid:abc').problem).toBe('a pid is a number, not "abc"');
});

test('what looks like a term but is none is text', () => {
  expect(parse('http://a a:b').filter).toEqual({ text: 'http://a a:b' });
});

test('completes terms and their values, behind what is there already', () => {
  expect(filterCandidates('st', NAMES)).toEqual(['state:']);
  expect(filterCandidates('paris state:r', NAMES)).toEqual([
    'state:running',
    'state:retrying',
    'state:right',
  ]);
  expect(filterCandidates('state:stuck,err', NAMES)).toEqual(['state:stuck,errored']);
  expect(filterCandidates('group:', NAMES)).toEqual(['group:asia', 'group:europe']);
  expect(filterCandidates('', NAMES)).toEqual([]);
});

test('a list that is known as a whole is filtered by words and !words', () => {
  expect(passesTextFilter('time OUT', 'timeout 3 mock')).toBe(true);
  expect(passesTextFilter('time !mock', 'timeout 3 mock')).toBe(false);
  expect(passesTextFilter('!', 'anything')).toBe(false);
  expect(passesTextFilter('', 'anything')).toBe(true);
});
