import { describe, expect, it } from 'vitest';
import {
  INITIAL_JSON_STATE,
  jsonText,
  nextJsonLines,
  stuckTasks,
} from '../../../src/cli/render/json-lines.ts';
import { evalRow, executorRow, finishedRun, runRow, snapshot, START, STUCK, taskRow } from './rows.ts';

describe('the json display', () => {
  const input = { snapshot: snapshot(), stuck: [], db: '/work/.evaltui/evaltui.db' };

  it('prints the events of a run with exactly the fields that are promised', () => {
    const started = nextJsonLines(
      INITIAL_JSON_STATE,
      { ...input, snapshot: snapshot({ executors: [executorRow()] }), stuck: [STUCK] },
      START,
    );
    const finished = nextJsonLines(
      started.state,
      { ...input, snapshot: snapshot({ run: finishedRun() }) },
      START,
    );
    const runId = '261121031400HFYRAQFM';
    expect([...started.lines, ...finished.lines].map((line): unknown => JSON.parse(line))).toEqual([
      {
        type: 'run.started',
        runId,
        eval: 'capitals',
        completionFns: ['mock:accuracy=0.8'],
        tasks: 200,
        db: '/work/.evaltui/evaltui.db',
        recordPath: '.evaltui/records/capitals.jsonl',
      },
      { type: 'executor.started', runId, pid: 20_314, threads: 2 },
      {
        type: 'task.stuck',
        runId,
        task: 'fr.1',
        pid: 20_314,
        thread: 2,
        verdict: 'awaiting',
        ageMs: 62_000,
        step: 'model call',
      },
      {
        type: 'run.progress',
        runId,
        counts: { queued: 200, running: 0, done: 0, errored: 0, cancelled: 0 },
      },
      {
        type: 'run.finished',
        runId,
        status: 'completed',
        counts: { queued: 0, running: 0, done: 200, errored: 0, cancelled: 0 },
        report: { accuracy: 0.75, n: 200 },
        durationMs: 12_300,
      },
    ]);
  });

  it('prints progress once a second and other events once', () => {
    let state = INITIAL_JSON_STATE;
    const types = [0, 500, 999, 1_000, 1_999, 2_000].map((ms) => {
      const next = nextJsonLines(state, { ...input, stuck: [STUCK] }, START + ms);
      state = next.state;
      return next.lines.map((line) => (JSON.parse(line) as { type: string }).type);
    });
    expect(types).toEqual([
      ['run.started', 'task.stuck', 'run.progress'],
      [],
      [],
      ['run.progress'],
      [],
      ['run.progress'],
    ]);
  });

  it('prints nothing before the run is planned and nothing after it finished', () => {
    const planning = snapshot({ run: runRow({ state: 'planning' }) });
    expect(nextJsonLines(INITIAL_JSON_STATE, { ...input, snapshot: planning }, START).lines).toEqual([]);
    const finished = { ...input, snapshot: snapshot({ run: finishedRun() }) };
    const { state } = nextJsonLines(INITIAL_JSON_STATE, finished, START);
    expect(nextJsonLines(state, finished, START + 5_000).lines).toEqual([]);
  });

  it('tells of tasks that two evals name the same, each with its eval', () => {
    const evals = [evalRow({ name: 'a' }), evalRow({ index: 1, name: 'b' })];
    const found = { verdict: 'awaiting', since: START, stack: [], reasons: [] };
    const stuck = [0, 1].map((evalIndex) => ({ ...taskRow({ evalIndex }), ...found }));
    const shown = snapshot({ run: runRow({ evals }), stuck });
    const tasks = stuckTasks(shown, START);
    expect(tasks.map(({ name }) => name)).toEqual(['a/fr.1', 'b/fr.1']);
    const { lines } = nextJsonLines(INITIAL_JSON_STATE, { ...input, snapshot: shown, stuck: tasks }, START);
    const told = lines.map((line) => JSON.parse(line) as { type: string; task?: string; eval?: string });
    expect(told.filter(({ type }) => type === 'task.stuck').map((each) => [each.eval, each.task])).toEqual([
      ['a', 'fr.1'],
      ['b', 'fr.1'],
    ]);
  });

  it('keeps the reports of several evals apart, also of two with one name', () => {
    const evals = ['a', 'b', 'b'].map((name, index) =>
      evalRow({ name, index, report: { n: index }, tasks: 10, recordPath: `${index}.jsonl` }),
    );
    const { lines } = nextJsonLines(
      INITIAL_JSON_STATE,
      { ...input, snapshot: snapshot({ run: finishedRun({ evals }) }) },
      START,
    );
    expect(JSON.parse(lines[0]!)).toMatchObject({
      eval: 'a,b,b',
      tasks: 30,
      recordPath: null,
      evals: [{ name: 'a', tasks: 10, recordPath: '0.jsonl' }, { name: 'b' }, { name: 'b' }],
    });
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({
      report: { a: { n: 0 }, 'b#2': { n: 1 }, 'b#3': { n: 2 } },
    });
  });

  it('writes JSON that no terminal acts on and that reads back the same', () => {
    const value = { text: 'a\x1b[2J\x9b31m\u2028\u202e\u{e0041}é東' };
    const text = jsonText(value);
    // oxlint-disable-next-line no-control-regex -- their absence is asserted
    expect(text).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u202e\u{e0041}]/u);
    expect(text).toContain('é東');
    expect(JSON.parse(text)).toEqual(value);
  });
});
