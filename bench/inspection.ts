import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { countDone, createHeldWorkplace, taskStates, tries } from '../test/e2e/run-facts.ts';
import { FIXTURES, until } from '../test/e2e/run-evaltui.ts';
import { listLiveExecutors } from '../src/inspect/live-executors.ts';
import { lookAtStacks, type StacksSeen } from '../src/inspect/look-at-stacks.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { median, round, type Figure } from './figure.ts';

const ROUNDS = 40;
const STUBBORN = join(FIXTURES, 'stubborn.eval.ts');

/** How long one waits for the stacks of an executor, and what the tasks of the run have become after all of it. */
export async function inspection(): Promise<readonly Figure[]> {
  const idle = await measure('wait*32', 32);
  const loaded = await measure('spin*2,wait*16', 18);
  return [
    {
      what: 'stacks of an idle executor, p50 of one dump',
      value: round(median(idle.dumpsMs)),
      unit: 'ms',
      target: { of: 'value', atMost: 150 },
    },
    {
      what: 'stacks with every core held by its workers, p50 of one dump',
      value: round(median(loaded.dumpsMs)),
      unit: 'ms',
      target: { of: 'value', atMost: 1000 },
    },
    {
      what: 'the same, slowest of all dumps',
      value: round(Math.max(...loaded.dumpsMs)),
      unit: 'ms',
    },
    {
      what: 'evaltui stack of an idle executor, the whole command, p50',
      value: round(median(idle.commandsMs)),
      unit: 'ms',
      target: { of: 'value', atMost: 300 },
    },
    {
      what: 'dumps that named the function of the loop',
      value: loaded.named,
      unit: 'dumps',
      reference: { what: 'dumps', value: ROUNDS },
      ratio: loaded.named / ROUNDS,
      target: { of: 'ratio', atLeast: 1 },
    },
    {
      what: 'tasks that were lost or tried twice in runs that were dumped',
      value: idle.harmed + loaded.harmed,
      unit: 'tasks',
      target: { of: 'value', atMost: 0 },
    },
  ];
}

interface Measured {
  readonly dumpsMs: readonly number[];
  readonly commandsMs: readonly number[];
  /** Dumps with the loop's function on a stack. */
  readonly named: number;
  readonly harmed: number;
}

/** Holds a run with one executor of two workers in what its tasks do, looks at it, lets it go to its end. */
async function measure(does: string, tasks: number): Promise<Measured> {
  using workplace = createHeldWorkplace();
  const shape = ['--executors', '1', '--threads', '2', '--display', 'none'];
  const running = workplace.start(['run', STUBBORN, '--param', `does=${does}`, ...shape]);
  const path = join(workplace.folder, '.evaltui/evaltui.db');
  await until('every task is under way', () => taskStates(workplace).running === tasks);
  await using store = await openSqliteStore({ path, random: Math.random });
  const target = await until('the executor is there', async () => {
    const [live] = await listLiveExecutors(store);
    const token = live && (await store.readToken(live.executor.executorId));
    return live && token !== undefined && live.executor.socketPath !== null && { ...live, token };
  });
  const dumpsMs: number[] = [];
  let named = 0;
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    const from = performance.now();
    const seen = await lookAtStacks(target, { locals: false });
    dumpsMs.push(performance.now() - from);
    if (seen.source !== 'guard') throw new Error(`no answer: ${seen.notes.join(' ')}`);
    if (hasLoop(seen)) named += 1;
  }
  const commandsMs: number[] = [];
  const command = [workplace.bin, 'stack', String(target.executor.pid)];
  for (let turn = 0; turn < 7; turn += 1) {
    const from = performance.now();
    await promisify(execFile)(process.execPath, command, { cwd: workplace.folder });
    commandsMs.push(performance.now() - from);
  }
  workplace.letGo();
  await running.finished;
  const harmed = tries(workplace).filter(({ kind, try: number }) => kind !== null || number > 1).length;
  return { dumpsMs, commandsMs, named, harmed: harmed + tasks - countDone(workplace) };
}

function hasLoop({ threads }: StacksSeen): boolean {
  return threads.some(({ frames }) => frames.some(({ functionName }) => functionName === 'spinWhileHeld'));
}
