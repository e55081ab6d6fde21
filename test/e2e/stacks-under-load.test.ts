import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listLiveExecutors } from '../../src/inspect/live-executors.ts';
import { lookAtStacks } from '../../src/inspect/look-at-stacks.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { until } from './run-evaltui.ts';
import {
  createHeldWorkplace,
  executorsOf,
  expectWholeRecords,
  query,
  STUBBORN,
  taskStates,
  tries,
} from './run-facts.ts';

const DUMPS = 200;
/** Who asks at the same time. */
const ASKING = 8;
const LOOPS = 4;
const SHORT = 3000;

it('looks 200 times at threads that work, loop and are ended meanwhile, and harms none of it', async () => {
  using workplace = createHeldWorkplace();
  const does = `does=loop*${LOOPS},short*${SHORT},wait*8`;
  const shape = ['--executors', '1', '--threads', '2', '--concurrency', '24', '--display', 'none'];
  const ends = ['--task-timeout', '4s', '--max-retries', '20'];
  const running = workplace.start(['run', STUBBORN, '--param', does, ...shape, ...ends]);
  // The loops take both threads first, two in each: others come to their turn only when these have been ended.
  await until('a loop was ended', () => tries(workplace).some(({ kind }) => kind === 'timeout'));
  await until('there are results', () => (taskStates(workplace).done ?? 0) > 0);
  const path = join(workplace.folder, '.evaltui/evaltui.db');
  await using store = await openSqliteStore({ path, random: Math.random });
  const [live] = await listLiveExecutors(store);
  const token = live && (await store.readToken(live.executor.executorId));
  if (live === undefined || token === undefined) throw new Error('there is no executor');
  const sources: string[] = [];
  const functions = new Set<string>();
  const ask = async (): Promise<void> => {
    for (let turn = 0; turn < DUMPS / ASKING; turn += 1) {
      const seen = await lookAtStacks({ ...live, token }, { locals: turn % 2 === 0 });
      sources.push(seen.source);
      for (const { frames } of seen.threads) for (const frame of frames) functions.add(frame.functionName);
    }
  };
  await Promise.all(Array.from({ length: ASKING }, ask));
  workplace.letGo();
  const { code, stderr } = await running.finished;
  expect(sources).toEqual(Array<string>(DUMPS).fill('guard'));
  expect(functions).toContain('loopForEver');
  expect({ code, stderr, states: taskStates(workplace) }).toEqual({
    code: 0,
    stderr: '',
    states: { done: LOOPS + SHORT + 8 },
  });
  const ended = tries(workplace).filter(({ kind }) => kind === 'timeout');
  expect(ended.some(({ task }) => task.startsWith('loop'))).toBe(true);
  expect(tries(workplace).filter(({ kind }) => kind === 'executor-died')).toEqual([]);
  expect(query(workplace, 'SELECT pid FROM executor')).toMatchObject([{ pid: live.executor.pid }]);
  expect(executorsOf(workplace)).toEqual([]);
  expectWholeRecords(workplace, { isThrough: true });
}, 180_000);
