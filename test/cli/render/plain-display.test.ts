import { describe, expect, it } from 'vitest';
import {
  INITIAL_PLAIN_STATE,
  nextPlainLines,
  type PlainDisplayState,
  type PlainInput,
} from '../../../src/cli/render/plain-display.ts';
import type { RunRow } from '../../../src/store/task-store.ts';
import {
  counts,
  errorGroup,
  evalRow,
  executorRow,
  finishedRun,
  runRow,
  snapshot,
  START,
  STUCK,
} from './rows.ts';

describe('the plain display', () => {
  /** Feeds snapshots one after the other; returns the lines of each. */
  function play(steps: readonly (readonly [number, Partial<PlainInput>])[]): readonly (readonly string[])[] {
    let state: PlainDisplayState = INITIAL_PLAIN_STATE;
    return steps.map(([ms, given]) => {
      const input: PlainInput = {
        snapshot: snapshot(),
        errorGroups: [],
        returned: [],
        stuck: [],
        db: '.evaltui/evaltui.db',
        resumeCommand: 'evaltui resume 2611',
        width: 80,
        ...given,
      };
      const next = nextPlainLines(state, input, START + ms);
      state = next.state;
      return next.lines;
    });
  }

  it('says nothing while the run is planned, then one line of what starts', () => {
    expect(
      play([
        [0, { snapshot: snapshot({ run: runRow({ state: 'planning', evals: [] }) }) }],
        [100, {}],
        [200, {}],
      ]),
    ).toEqual([
      [],
      [
        '100 ms  run 261121031400HFYRAQFM: capitals, 200 tasks, model mock:accuracy=0.8, 64 in flight at most',
      ].map((line) => ` ${line}`),
      [],
    ]);
  });

  it('tells of executors once, and of their deaths', () => {
    const first = executorRow();
    const lost = executorRow({ state: 'ended', signal: 'SIGKILL' });
    const second = executorRow({ executorId: 'executor-2', pid: 20_400, restarts: 1 });
    const [, ...lines] = play([
      [0, {}],
      [100, { snapshot: snapshot({ executors: [first] }) }],
      [200, { snapshot: snapshot({ executors: [first] }) }],
      [300, { snapshot: snapshot({ executors: [lost] }) }],
      [400, { snapshot: snapshot({ executors: [lost, second] }) }],
    ]);
    expect(lines).toEqual([
      [' 100 ms  executor 20314 started, 2 threads'],
      [],
      [' 300 ms  executor 20314 was ended by SIGKILL: its tasks go back to the queue'],
      [' 400 ms  executor 20400 started, 2 threads, in place of one that ended'],
    ]);
  });

  it('prints at most one progress line in 5 s, with rate, score and time left', () => {
    const at = (done: number): Partial<PlainInput> => {
      const row = evalRow({
        counts: counts({ queued: 168 - done, running: 32, done }),
        scored: done,
        scoredSamples: done,
        meanSum: done * 0.75,
        meanSquareSum: done * 0.75,
      });
      return { snapshot: snapshot({ run: runRow({ evals: [row] }) }) };
    };
    const lines = play([
      [0, at(0)],
      [1_000, at(10)],
      [4_999, at(49)],
      [5_000, at(50)],
      [6_000, at(60)],
      [9_999, at(99)],
      [10_000, at(100)],
    ]);
    expect(lines.slice(1)).toEqual([
      [],
      [],
      ['  5.0 s  50/200 25.0 %  10.0/s  32 in flight  accuracy 0.750  15.0 s left'],
      [],
      [],
      [' 10.0 s  100/200 50.0 %  10.0/s  32 in flight  accuracy 0.750  10.0 s left'],
    ]);
  });

  it('prints the first error of each kind at once and counts the others each 5 s', () => {
    const timeouts = (tries: number, tasks = 0) => errorGroup({ tries, tasks });
    const limits = (tries: number) =>
      errorGroup({
        kind: 'rate-limit',
        pattern: 'slow down',
        tries,
        example: { task: 'de.1', message: 'slow down', stack: null },
      });
    const [, ...lines] = play([
      [0, {}],
      [100, { errorGroups: [timeouts(1)] }],
      [200, { errorGroups: [timeouts(2)] }],
      [300, { errorGroups: [timeouts(3), limits(1)] }],
      [5_000, { errorGroups: [timeouts(7, 2), limits(1)] }],
      [10_000, { errorGroups: [timeouts(7, 2), limits(1)] }],
    ]);
    expect(lines.map((some) => some.filter((line) => !line.includes('in flight')))).toEqual([
      [' 100 ms  error in fr.1: timeout: no answer in 60 s'],
      [],
      [' 300 ms  error in de.1: rate-limit: slow down'],
      ['  5.0 s  timeout, 7 tries, 2 tasks errored: no answer in * s'],
      [],
    ]);
  });

  it('does not flood the log when every error is of its own kind', () => {
    const errorGroups = Array.from({ length: 500 }, (_, index) => errorGroup({ pattern: `p${index}` }));
    const lines = play([
      [0, {}],
      [100, { errorGroups }],
      [5_000, { errorGroups }],
      [10_000, { errorGroups }],
    ]);
    expect(lines.map((some) => some.length)).toEqual([1, 20, 7, 1]);
    expect(lines[2]).toContain('  5.0 s  and 475 more kinds of errors');
  });

  it('tells of a stuck task once for each verdict', () => {
    const [, ...lines] = play([
      [0, {}],
      [100, { stuck: [STUCK] }],
      [200, { stuck: [{ ...STUCK, ageMs: 62_100 }] }],
      [300, { stuck: [{ ...STUCK, verdict: 'lost', step: null }] }],
      [400, { stuck: [{ ...STUCK, verdict: 'cpu-bound', step: null, place: 'loop (my.eval.ts:3:5)' }] }],
    ]);
    expect(lines).toEqual([
      [' 100 ms  stuck: fr.1 for 1:02 in "model call", pid 20314, thread 2: awaiting'],
      [],
      [' 300 ms  stuck: fr.1 for 1:02, pid 20314, thread 2: lost'],
      [' 400 ms  stuck: fr.1 for 1:02, pid 20314, thread 2: cpu-bound, at loop (my.eval.ts:3:5)'],
    ]);
  });

  it('names a stuck task as kill takes it, and two of one name apart', () => {
    const [, lines] = play([
      [0, {}],
      [100, { stuck: ['a/fr.1', 'b/fr.1'].map((name) => ({ ...STUCK, name })) }],
    ]);
    expect(lines?.map((line) => line.slice(9, 22))).toEqual(['stuck: a/fr.1', 'stuck: b/fr.1']);
  });

  it('tells how many tasks went back to the queue, at each time that some did', () => {
    const back = (tries: number): Partial<PlainInput> => ({
      returned: [{ reason: 'its worker thread was ended because of another task', tries }],
    });
    const [, ...lines] = play([
      [0, {}],
      [100, back(15)],
      [200, back(15)],
      [300, back(16)],
    ]);
    const text = 'went back to the queue: its worker thread was ended because of another task';
    expect(lines).toEqual([[` 100 ms  15 tasks ${text}`], [], [` 300 ms  1 task ${text}`]]);
  });

  it('tells of a starved machine once each time that it is', () => {
    const starved = (since: number) => ({
      snapshot: snapshot({ starved: { pid: 7, since, reasons: ['load 9.0 on 2 cores', 'io'] } }),
    });
    const [, ...lines] = play([
      [0, {}],
      [100, starved(50)],
      [200, starved(50)],
      [300, {}],
      [400, starved(350)],
    ]);
    const text =
      'this machine has too little for the run, and time-outs may come of that: load 9.0 on 2 cores; io';
    expect(lines).toEqual([[` 100 ms  ${text}`], [], [], [` 400 ms  ${text}`]]);
  });

  it('says each stage of stopping, pausing and going on', () => {
    const at = (given: Partial<RunRow>): Partial<PlainInput> => ({
      snapshot: snapshot({ run: runRow(given), counts: counts({ running: 3 }) }),
    });
    const [, ...lines] = play([
      [0, at({})],
      [100, at({ paused: true })],
      [200, at({})],
      [300, at({ state: 'draining' })],
      [400, at({ state: 'aborting' })],
    ]);
    expect(lines.flat()).toEqual([
      ' 100 ms  paused: no new task is started',
      ' 200 ms  the run goes on',
      ' 300 ms  stopping: no new tasks, 3 tasks in flight finish; Ctrl-C again aborts them',
      ' 400 ms  aborting 3 tasks in flight; Ctrl-C again kills the executors',
    ]);
  });

  it('ends with the errors not told of yet and the summary, once', () => {
    const run = finishedRun();
    const lines = play([
      [0, { errorGroups: [errorGroup()] }],
      [100, { snapshot: snapshot({ run }), errorGroups: [errorGroup({ tries: 2, tasks: 1 })] }],
      [200, { snapshot: snapshot({ run }) }],
    ]);
    expect(lines[1]).toEqual([
      ' 12.3 s  timeout, 2 tries, 1 task errored: no answer in * s',
      '',
      'capitals  200 of 200 tasks done  model mock:accuracy=0.8',
      '  accuracy   0.750   n 200',
      '  record     .evaltui/records/capitals.jsonl',
      '',
      'Run 261121031400HFYRAQFM completed after 12.3 s',
    ]);
    expect(lines[2]).toEqual([]);
  });
});
