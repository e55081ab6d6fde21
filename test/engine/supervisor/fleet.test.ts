import { expect, it } from 'vitest';
import type { ExecutorExit, ExecutorHandle } from '../../../src/engine/supervisor/executor-handle.ts';
import { Fleet } from '../../../src/engine/supervisor/fleet.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { TaskStore } from '../../../src/store/task-store.ts';
import { register, startRun } from '../../store/contract/run-fixture.ts';
import { until } from '../../e2e/run-evaltui.ts';
import { SPEC } from '../spec.ts';

/** A fleet whose executors do nothing but end when they are told to. */
async function fleetOf(store: TaskStore) {
  const runId = await startRun(store, { samples: ['a'] });
  const started: { readonly exited: PromiseWithResolvers<ExecutorExit> }[] = [];
  const live = new Set<string>();
  /** What the second one waits for. */
  const mayStart = Promise.withResolvers<void>();
  const startExecutor = async (): Promise<ExecutorHandle> => {
    const executorId = `executor ${started.length}`;
    const exited = Promise.withResolvers<ExecutorExit>();
    started.push({ exited });
    await register(store, runId, executorId);
    if (started.length > 1) await mayStart.promise;
    live.add(executorId);
    void exited.promise.then(() => live.delete(executorId));
    const send = ({ kind }: { readonly kind: string }): void => {
      if (kind === 'end') exited.resolve({ code: 0, signal: null });
    };
    const kill = (): void => exited.resolve({ code: null, signal: 'SIGKILL' });
    const handle = { executorId, pid: 1, logPath: null, onMessage: () => {}, exited: exited.promise };
    return { ...handle, send, kill };
  };
  const fleet = new Fleet({
    store,
    runId,
    spec: { ...SPEC, executors: 1, evals: [] },
    startExecutor,
    now: Date.now,
    onMessage: () => {},
    onReplaced: () => {},
    onFailed: (error) => expect.unreachable(String(error)),
  });
  await fleet.start(1);
  return { fleet, started, live, mayStart };
}

it.each(['end', 'kill'] as const)(
  'leaves no executor behind that is being replaced at its %s',
  async (how) => {
    await using store = await openSqliteStore({ path: ':memory:', random: Math.random });
    const { fleet, started, live, mayStart } = await fleetOf(store);
    const [first] = started;
    first?.exited.resolve({ code: null, signal: 'SIGKILL' });
    await until('another is being started', () => started.length === 2);
    const ending = how === 'end' ? fleet.end(1000) : fleet.kill();
    mayStart.resolve();
    await ending;
    expect([...live]).toEqual([]);
  },
);
