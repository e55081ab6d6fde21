import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import type { CommandKind, TaskStore } from '../src/store/task-store.ts';
import { createWorkplace, until, type Running, type Workplace } from '../test/e2e/run-evaltui.ts';
import {
  createHeldWorkplace,
  executorsOf,
  expectWholeRecords,
  processesOf,
  runIdsOf,
  STUBBORN,
  taskStates,
  tries,
} from '../test/e2e/run-facts.ts';
import { median, round, type Figure } from './figure.ts';
import { benchEval } from './measured-run.ts';

const ENDS = 20;
const ROUNDS = 50;
const TASKS = 8000;

/** What it takes to end a thread, a process, and what a killed supervisor leaves behind. */
export async function kill(): Promise<readonly Figure[]> {
  return [
    endFigure('worker in a loop ended and replaced', await endTimes('end-worker'), 500),
    endFigure('executor in a loop killed and replaced', await endTimes('end-executor'), 1000),
    ...(await orphanFigures()),
  ];
}

interface Start {
  readonly at: number;
  readonly pid: number;
  readonly thread: number;
}

function startsIn({ folder }: Workplace): readonly Start[] {
  const path = join(folder, 'started');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [at = 0, pid = 0, thread = 0] = line.split(' ').map(Number);
    return { at, pid, thread };
  });
}

/** From the command to the start of a task in what takes the place, in ms; every task loops at once. */
async function endTimes(
  kind: Extract<CommandKind, 'end-worker' | 'end-executor'>,
): Promise<readonly number[]> {
  using workplace = createWorkplace();
  const shape = ['--executors', '1', '--threads', '1', '--concurrency', '1', '--display', 'none'];
  const evaltui = workplace.start(['run', benchEval('standing'), '--param', 'count=1', ...shape]);
  await until('the first task loops', () => startsIn(workplace).length > 0);
  const path = join(workplace.folder, '.evaltui/evaltui.db');
  await using store = await openSqliteStore({ path, random: Math.random });
  const times: number[] = [];
  while (times.length < ENDS) times.push(await endOnce(workplace, store, kind));
  await endRun(workplace, evaltui);
  return times;
}

async function endOnce(
  workplace: Workplace,
  store: TaskStore,
  kind: Extract<CommandKind, 'end-worker' | 'end-executor'>,
): Promise<number> {
  const starts = startsIn(workplace);
  const last = starts.at(-1);
  const [run] = await store.listRuns();
  const executor = (await store.listExecutors()).find(({ pid }) => pid === last?.pid);
  if (run === undefined || executor === undefined || last === undefined) throw new Error('no executor');
  const { executorId } = executor;
  const args = kind === 'end-worker' ? { executorId, thread: last.thread } : { executorId };
  const askedAt = Date.now();
  await store.addCommand({ runId: run.runId, kind, args, createdBy: 'bench', now: askedAt });
  const next = await until('a task starts in its place', () => startsIn(workplace)[starts.length]);
  const isReplaced =
    kind === 'end-worker' ? next.pid === last.pid && next.thread !== last.thread : next.pid !== last.pid;
  if (!isReplaced) throw new Error(`${kind}: the next task started in the same place`);
  return next.at - askedAt;
}

/** Its task loops for ever: nothing gentler would end it soon. */
async function endRun(workplace: Workplace, { child, finished }: Running): Promise<void> {
  child.kill('SIGKILL');
  await finished;
  await until('nothing is left', () => processesOf(workplace).length === 0);
}

function endFigure(what: string, times: readonly number[], atMost: number): Figure {
  const slowest = Math.max(...times);
  return {
    what: `${what}, slowest of ${times.length}`,
    value: slowest,
    unit: 'ms',
    reference: { what: 'median', value: median(times) },
    target: { of: 'value', atMost },
  };
}

/**
 * A supervisor that is killed at a random moment again and again, with tasks in its executors that loop, stand in
 * native code, hang, and have started processes inside and outside of their group. Throws when a task was lost or
 * counted twice.
 */
async function orphanFigures(): Promise<readonly Figure[]> {
  using workplace = createHeldWorkplace();
  const stubborn = ['loop', 'native', 'hang', 'child', 'detached'];
  const does = `does=${stubborn.join(',')},short*${TASKS}`;
  const shape = ['--executors', '2', '--threads', '6', '--concurrency', '24', '--display', 'none'];
  let evaltui = workplace.start(['run', STUBBORN, '--param', does, ...shape]);
  await until('tasks are done', () => (taskStates(workplace).done ?? 0) > 0);
  const times: number[] = [];
  let left = 0;
  while (times.length < ROUNDS) {
    // At any moment, from the start of the executors on; in every second round with all the stubborn ones there.
    if (times.length % 2 === 0)
      await until('the children run', () => processesOf(workplace, 'tail').length === 3);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1200));
    left += processesOf(workplace).filter((pid) => pid !== evaltui.pid).length;
    const killedAt = Date.now();
    evaltui.child.kill('SIGKILL');
    await until('nothing is left', () => processesOf(workplace).length === 0);
    times.push(Date.now() - killedAt);
    await evaltui.finished;
    if (times.length === ROUNDS) workplace.letGo();
    evaltui = workplace.start(['resume', runIdsOf(workplace)[0] ?? '', '--display', 'none']);
    await until('it has executors again', () => executorsOf(workplace).length > 0);
  }
  const { code, stderr } = await evaltui.finished;
  const count = TASKS + stubborn.length;
  const completed = tries(workplace).filter(({ kind }) => kind === null).length;
  if (code !== 0 || taskStates(workplace).done !== count || completed !== count) {
    throw new Error(`exit code ${code}, ${completed} results of ${count} tasks. ${stderr}`);
  }
  expectWholeRecords(workplace, { isThrough: true });
  return [
    {
      what: `orphans gone after kill -9 of the supervisor, slowest of ${ROUNDS}`,
      value: Math.max(...times),
      unit: 'ms',
      reference: { what: 'median', value: round(median(times)) },
      target: { of: 'value', atMost: 5000 },
    },
    { what: `processes left to end by themselves, over ${ROUNDS} rounds`, value: left, unit: '' },
  ];
}
