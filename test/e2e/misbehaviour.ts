import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Verdict } from '../../src/core/verdict.ts';
import { environmentOf } from '../../src/process/environment.ts';
import { listProcesses } from '../../src/process/process-table.ts';
import {
  createWorkplace,
  FIXTURES,
  until,
  type Finished,
  type Running,
  type Workplace,
} from './run-evaltui.ts';
import { expectWholeRecords, taskStates, tries, type TryFact } from './run-facts.ts';

/** An eval of `test/fixtures/misbehaving`, one of whose twenty samples misbehaves, and what is to come of it. */
export type Misbehaviour = { readonly name: string } & (
  | {
      readonly becomes: 'stuck';
      readonly verdict: Verdict;
      /** What looking at it shows: the marked line on a stack or in the heap, its step, or that it is in native code. */
      readonly shows: 'line on stack' | 'line awaited' | 'step' | 'native code';
      /** Its own, in the one that all of them are in. */
      readonly step?: string;
    }
  | { readonly becomes: 'errored'; readonly message: RegExp }
  | { readonly becomes: 'done' }
);

export const MISBEHAVIOURS: readonly Misbehaviour[] = [
  { name: 'endless-loop', becomes: 'stuck', verdict: 'cpu-bound', shows: 'line on stack' },
  { name: 'slow-pattern', becomes: 'stuck', verdict: 'cpu-bound', shows: 'line on stack' },
  { name: 'microtask-storm', becomes: 'stuck', verdict: 'cpu-bound', shows: 'line on stack' },
  { name: 'atomics-wait', becomes: 'stuck', verdict: 'blocked', shows: 'line on stack' },
  { name: 'busy-query', becomes: 'stuck', verdict: 'native', shows: 'native code' },
  { name: 'exec-sync', becomes: 'stuck', verdict: 'native', shows: 'native code' },
  {
    name: 'never-resolving',
    becomes: 'stuck',
    verdict: 'awaiting',
    shows: 'step',
    step: 'wait for the judge',
  },
  {
    name: 'hanging-fetch',
    becomes: 'stuck',
    verdict: 'awaiting',
    shows: 'line awaited',
    step: 'fetch the page',
  },
  { name: 'memory-hog', becomes: 'errored', message: /memory/ },
  { name: 'process-exit', becomes: 'errored', message: /process\.exit\(3\)/ },
  { name: 'unhandled-rejection', becomes: 'errored', message: /nobody caught this/ },
  { name: 'timer-leak', becomes: 'done' },
];

/** The task that misbehaves. */
export const CULPRIT = 's7.1';

/** What was told to be stuck, as `--display json` prints it. */
export interface StuckLine {
  readonly task: string;
  readonly verdict: string;
  readonly step: string;
}

/** How looking at the task went, and ending it. */
export interface Handled {
  /** What the command showed of the task, in one line. */
  readonly seen: string;
  /** Of `seen`: the marked line of the eval's file. */
  readonly isMarkedLine: boolean;
  readonly lookMs: number;
  readonly kill: Finished;
  readonly killMs: number;
}

export interface Observed {
  readonly stuck: readonly StuckLine[];
  /** From when the sample began to misbehave to the verdict, or to the end of its first try; ms. */
  readonly noticedMs: number;
  /** Absent when nothing was to be ended. */
  readonly handled: Handled | undefined;
  readonly code: number | null;
  readonly states: ReturnType<typeof taskStates>;
  readonly tries: readonly TryFact[];
  /** Processes of the run, and what they had started, that were there after the run. */
  readonly left: number;
}

const WITHIN_MS = 90_000;
/** Everything that the run starts inherits it. */
const MARK = 'MISBEHAVING_RUN';
/** So that the one that hoards memory reaches its end soon, and the machine's memory stays out of it. */
const LITTLE_MEMORY = '--max-old-space-size=128';

/**
 * Runs one of them in two threads with ten tasks each; what gets stuck is looked at and killed as soon as it is told.
 *
 * @param stuckAfter as given to `--stuck-after`
 */
export async function misbehave(misbehaviour: Misbehaviour, stuckAfter: string): Promise<Observed> {
  const { name, becomes } = misbehaviour;
  using workplace = createWorkplace();
  await using server = await listenSilently();
  const mark = randomUUID();
  const env = {
    [MARK]: mark,
    SILENT_URL: server.url,
    ...(name === 'memory-hog' ? { NODE_OPTIONS: LITTLE_MEMORY } : {}),
  };
  const file = join(FIXTURES, 'misbehaving', `${name}.eval.ts`);
  const shape = ['--executors', '1', '--threads', '2', '--concurrency', '20', '--display', 'json'];
  const running = workplace.start(['run', file, ...shape, '--stuck-after', stuckAfter], env);
  const noticedAt = becomes === 'stuck' ? await told(running) : undefined;
  const handled = becomes === 'stuck' ? await lookAndKill(workplace, file) : undefined;
  const { code } = await running.finished;
  const left = processesMarked(mark).length;
  expectWholeRecords(workplace, { isThrough: true });
  const facts = tries(workplace);
  const firstEnd = facts.find(({ task }) => task === CULPRIT)?.endedAt ?? Number.NaN;
  return {
    stuck: linesOf(running).filter(({ type }) => type === 'task.stuck'),
    noticedMs: (noticedAt ?? firstEnd) - Number(readFileSync(join(workplace.folder, 'began'), 'utf8')),
    handled,
    code,
    states: taskStates(workplace),
    tries: facts,
    left,
  };
}

type Line = StuckLine & { readonly type: string };

function linesOf(running: Running): readonly Line[] {
  const whole = running.stdout().split('\n').slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Line);
}

/** When something was told to be stuck, ms UTC. */
async function told(running: Running): Promise<number> {
  const isTold = (): boolean => linesOf(running).some(({ type }) => type === 'task.stuck');
  await until('something is told to be stuck', isTold, WITHIN_MS);
  return Date.now();
}

interface Place {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
}

async function lookAndKill(workplace: Workplace, file: string): Promise<Handled> {
  const lookFrom = performance.now();
  const stack = await workplace.run(['stack', CULPRIT, '--json']);
  const lookMs = performance.now() - lookFrom;
  const seen = readStack(stack.stdout);
  // What only waits is on no stack.
  const places = seen.isOnNoStack ? await awaited(workplace) : seen.places;
  const marked = places.find((place) => place.file === file && markedLines(file).includes(place.line));
  const killFrom = performance.now();
  const kill = await workplace.run(['kill', CULPRIT]);
  return {
    seen: marked === undefined ? seen.otherwise : placeText(marked),
    isMarkedLine: marked !== undefined,
    lookMs,
    kill,
    killMs: performance.now() - killFrom,
  };
}

interface StackDocument {
  readonly task: { readonly step: string };
  readonly threads: readonly {
    readonly threadId: number;
    readonly name: string;
    readonly state: string;
    readonly task?: { readonly name: string };
    readonly frames: readonly Place[];
  }[];
  readonly process?: { readonly threads: readonly { readonly name: string; readonly state: string }[] };
}

function readStack(text: string): {
  readonly places: readonly Place[];
  readonly isOnNoStack: boolean;
  readonly otherwise: string;
} {
  const { task, threads, process: facts } = JSON.parse(text) as StackDocument;
  const workers = threads.filter(({ threadId }) => threadId !== 0);
  const own = workers.filter((thread) => thread.task?.name === CULPRIT);
  const native = own.filter(({ state }) => state === 'native');
  const states = (facts?.threads ?? []).filter(({ name }) => native.some((each) => each.name === name));
  return {
    places: own.flatMap(({ frames }) => frames),
    isOnNoStack: own.length === 0,
    otherwise: native.length > 0 && states.length > 0 ? 'native code' : `step "${task.step}"`,
  };
}

/** Where suspended async functions stand, as the heap tells. */
async function awaited(workplace: Workplace): Promise<readonly Place[]> {
  const { stdout } = await workplace.run(['inflight', '--deep', '--json']);
  return (JSON.parse(stdout) as readonly { readonly frames: readonly Place[] }[]).flatMap(
    ({ frames }) => frames,
  );
}

function markedLines(file: string): readonly number[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, index) => (/\/\/ (stands|or) here$/.test(line) ? [index + 1] : []));
}

function placeText({ functionName, file, line }: Place): string {
  return `${functionName} (${file.slice(file.lastIndexOf('/') + 1)}:${line})`;
}

/** Takes requests and never answers. */
async function listenSilently(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Whoever was started by the run, however far from it by now. */
function processesMarked(mark: string): readonly number[] {
  return listProcesses().flatMap(({ pid }) => (environmentOf(pid)?.[MARK] === mark ? [pid] : []));
}
