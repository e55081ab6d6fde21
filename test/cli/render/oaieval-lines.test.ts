import { expect, it } from 'vitest';
import {
  INITIAL_OAIEVAL_STATE,
  nextOaievalLines,
  type OaievalLogInput,
} from '../../../src/cli/render/oaieval-lines.ts';
import { counts, errorGroup, evalRow, finishedRun, runRow, snapshot, START } from './rows.ts';

const HALF = snapshot({
  run: runRow({ evals: [evalRow({ counts: counts({ queued: 90, running: 10, done: 98, errored: 2 }) })] }),
});

function input(given: Partial<OaievalLogInput> = {}): OaievalLogInput {
  return { snapshot: HALF, errorGroups: [], positions: [], showsProgress: true, ...given };
}

it('tells the progress every 5 s, and each kind of error once', () => {
  const message = `no\u001B[2J answer${'é'.repeat(400)}`;
  const groups = [errorGroup({ example: { task: 'fr.1', message, stack: null } })];
  let { state, lines } = nextOaievalLines(INITIAL_OAIEVAL_STATE, input(), START);
  expect(lines).toEqual([]);
  ({ state, lines } = nextOaievalLines(state, input({ errorGroups: groups }), START + 4_999));
  expect(lines).toEqual([expect.stringMatching(/^timeout: no answeré{280,290}…$/)]);
  ({ state, lines } = nextOaievalLines(state, input({ errorGroups: groups }), START + 65_000));
  expect(lines).toEqual(['50% 100/200 [1:05], 2 errored']);
  ({ state, lines } = nextOaievalLines(state, input({ errorGroups: groups }), START + 69_000));
  expect(lines).toEqual([]);
});

it('tells no progress when none is wanted', () => {
  const { state } = nextOaievalLines(INITIAL_OAIEVAL_STATE, input(), START);
  const quiet = input({ showsProgress: false });
  expect(nextOaievalLines(state, quiet, START + 60_000).lines).toEqual([]);
});

it('prints the report as Python does, without what is evaltui’s own, and how to go on', () => {
  const report = {
    accuracy: 1,
    'counts/A': 2,
    n: 2,
    score: null,
    usage_total_tokens: 12_345,
    evaltui: { n: 2 },
  };
  const run = finishedRun({
    status: 'errored',
    evals: [evalRow({ counts: counts({ done: 2, errored: 1 }), report, recordPath: '/r.jsonl' })],
  });
  const resumeCommand = 'evaltui resume 1';
  const positions = [{ evalIndex: 0, path: '/r.jsonl', bytes: 900, nextEventId: 1_006 }];
  const errorGroups = [errorGroup({ tasks: 1 })];
  const end = input({ snapshot: snapshot({ run }), errorGroups, positions, resumeCommand });
  const { state, lines } = nextOaievalLines(INITIAL_OAIEVAL_STATE, end, START);
  expect(lines).toEqual([
    'timeout: no answer in 60 s',
    'Token usage:',
    'total_tokens: 12,345',
    '1 sample errored: not in the final report',
    "Final report: {'accuracy': 1.0, 'counts/A': 2, 'n': 2, 'score': nan, 'usage_total_tokens': 12345}. Logged to /r.jsonl",
    'Final report:',
    'accuracy: 1.0',
    'counts/A: 2',
    'n: 2',
    'score: nan',
    'usage_total_tokens: 12345',
    'timeout (1 try, 1 task errored), such as fr.1: no answer in 60 s',
    'Logged 1,006 rows of events to /r.jsonl',
    'Try them again: evaltui resume 1 --errored',
  ]);
  expect(nextOaievalLines(state, end, START).lines).toEqual([]);
});

it('calls the report of an interrupted run what it is', () => {
  const row = evalRow({
    counts: counts({ done: 40, queued: 160 }),
    report: { accuracy: 0.5 },
    recordPath: '/r',
  });
  const run = finishedRun({ status: 'cancelled', evals: [row] });
  const { lines } = nextOaievalLines(INITIAL_OAIEVAL_STATE, input({ snapshot: snapshot({ run }) }), START);
  expect(lines).toEqual([
    "Report so far, 40 of 200 samples: {'accuracy': 0.5}. Logged nowhere",
    'Report so far, 40 of 200 samples:',
    'accuracy: 0.5',
  ]);
});
