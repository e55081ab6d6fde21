import { expect, test } from 'vitest';
import { selectExecutorView } from '../../../src/monitor/views/select-executor-view.ts';
import { rowText } from '../../../src/monitor/parts/view-model.ts';
import type { ViewData } from '../../../src/monitor/state/view-query.ts';
import { makeContext, makeState, panelOf } from '../make-context.ts';
import { makeEval, makeExecutor, makeRun, makeSnapshot } from '../make-snapshot.ts';
import { makeListedTask } from '../make-view-data.ts';

test('shows every worker with its state, and all tasks in flight in the executor that is selected', () => {
  const worker = { slots: 4, loop: 0.1, restarts: 0 };
  const executor = makeExecutor({
    inFlight: 3,
    workers: [
      { ...worker, thread: 1, inFlight: 2, cpu: 0.04 },
      { ...worker, thread: 2, inFlight: 1, cpu: 0.97 },
      { ...worker, thread: 3, inFlight: 0 },
    ],
  });
  const { executorId, pid, runId } = executor;
  const stuck = {
    taskId: 1,
    evalIndex: 0,
    sampleId: 'de',
    attempt: 1,
    try: 1,
    verdict: 'cpu-bound',
    since: 0,
    pid,
    thread: 2,
    step: null,
    reasons: [],
    stack: [],
  };
  const flight: NonNullable<ViewData['flight']> = {
    query: { part: 'flight', runId, limit: 500 },
    value: [
      makeListedTask({
        executorId,
        sampleId: 'de',
        standing: 'stuck',
        verdict: 'cpu-bound',
        step: null,
        thread: 2,
      }),
      makeListedTask({ executorId, sampleId: 'fr', step: 'score > model call' }),
      makeListedTask({ executorId, sampleId: 'it', step: null, thread: null }),
      makeListedTask({ executorId: 'another', sampleId: 'es' }),
    ],
  };
  const snapshot = makeSnapshot({ executors: [executor], stuck: [stuck] });
  const context = makeContext(snapshot, { state: makeState({ screen: 'executors' }), data: { flight } });
  const lines = panelOf(selectExecutorView(context), 'executors-detail').rows.map(rowText);
  const workers = lines.slice(lines.findIndex((line) => line.includes('THREAD')) + 1);
  expect(workers.slice(0, 3).map((line) => line.trim().split(/ +/).slice(0, 4))).toEqual([
    ['1', 'busy', '2/4', '4'],
    ['2', 'stuck', '1/4', '97'],
    ['3', 'idle', '0/4', '–'],
  ]);
  expect(
    workers.slice(0, 3).map((line) =>
      line
        .trim()
        .split(/ +0(?: +|$)/)
        .at(-1),
    ),
  ).toEqual(['fr.1 +1', 'de.1', '']);
  const tasks = lines.slice(lines.findIndex((line) => line.includes('Tasks in flight 3 ')) + 1);
  expect(tasks.slice(0, 3).map((line) => line.trim())).toEqual([
    '31 s  de.1  thread 2 · cpu-bound',
    '31 s  fr.1  thread 1 · score > model call',
    '31 s  it.1',
  ]);
  expect(lines.join('\n')).not.toContain('es.1');
});

test('an executor that takes no task is draining while it holds some, and idle when it holds none', () => {
  const words = [3, 0].map((inFlight) => {
    const snapshot = makeSnapshot({ executors: [makeExecutor({ state: 'draining', inFlight })] });
    const view = selectExecutorView(makeContext(snapshot, { state: makeState({ screen: 'executors' }) }));
    return rowText(panelOf(view, 'executors').rows[1]!).trim().split(/ +/)[1];
  });
  expect(words).toEqual(['draining', 'idle']);
});

test('of an executor that has ended no workers are shown, whatever it told of them last', () => {
  const workers = [{ thread: 1, slots: 4, inFlight: 4, loop: 0.1, restarts: 0 }];
  const linesOf = (endedAt: number | null): readonly string[] => {
    const snapshot = makeSnapshot({ executors: [makeExecutor({ workers, endedAt })] });
    const context = makeContext(snapshot, { state: makeState({ screen: 'executors' }) });
    return panelOf(selectExecutorView(context), 'executors-detail').rows.map(rowText);
  };
  expect(linesOf(null).join('\n')).toContain('Workers 1');
  expect(linesOf(5).join('\n')).not.toContain('Workers 1');
});

test('names the tasks of several evals as a command takes them', () => {
  const worker = { thread: 1, slots: 4, inFlight: 1, loop: 0.1, restarts: 0 };
  const executor = makeExecutor({ inFlight: 1, workers: [worker] });
  const { executorId, runId } = executor;
  const evals = [makeEval({ name: 'a' }), makeEval({ index: 1, name: 'b' })];
  const snapshot = makeSnapshot({ run: makeRun({ evals }), executors: [executor] });
  const flight: NonNullable<ViewData['flight']> = {
    query: { part: 'flight', runId, limit: 500 },
    value: [makeListedTask({ executorId, evalIndex: 1, evalName: 'b', sampleId: 'x' })],
  };
  const context = makeContext(snapshot, { state: makeState({ screen: 'executors' }), data: { flight } });
  const lines = panelOf(selectExecutorView(context), 'executors-detail').rows.map(rowText);
  expect(lines.filter((line) => line.includes('b/x.1'))).toHaveLength(2);
});
