import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIXTURES, until, type Running } from './run-evaltui.ts';
import { createHeldWorkplace, query, taskStates, tries } from './run-facts.ts';

const STUBBORN = join(FIXTURES, 'stubborn.eval.ts');

const WAITING = 30;

let workplace: ReturnType<typeof createHeldWorkplace>;
let runs: readonly Running[];
/** Of a run with one task that spins and others that wait, and of one with a task in native code. */
let pid: string;
let nativePid: string;

const evaltui = (...args: readonly string[]) => workplace.run(args);

/** Starts a run with one executor, which all its tasks are under way in. */
async function startHeld(does: string, tasks: number): Promise<readonly [Running, string]> {
  const before = taskStates(workplace).running ?? 0;
  const shape = ['--executors', '1', '--threads', '2', '--display', 'none', '--stuck-after', '10m'];
  const running = workplace.start(['run', STUBBORN, '--param', `does=${does}`, ...shape]);
  await until('every task is under way', () => taskStates(workplace).running === before + tasks);
  const newest = 'SELECT pid FROM executor WHERE socket_path IS NOT NULL ORDER BY key DESC LIMIT 1';
  const [row] = query<{ pid: number }>(workplace, newest);
  return [running, String(row?.pid)];
}

beforeAll(async () => {
  workplace = createHeldWorkplace();
  const [spinning, spinningPid] = await startHeld(`spin,wait*${WAITING}`, 1 + WAITING);
  const [native, itsPid] = await startHeld('native', 1);
  runs = [spinning, native];
  [pid, nativePid] = [spinningPid, itsPid];
});

afterAll(async () => {
  workplace.letGo();
  // The child of the task in native code never ends by itself.
  process.kill(-Number(nativePid), 'SIGKILL');
  const finished = await Promise.all(runs.map((run) => run.finished));
  const states = taskStates(workplace);
  const failed = tries(workplace).filter(({ kind }) => kind !== null && kind !== 'executor-died');
  workplace[Symbol.dispose]();
  // Nothing that was looked at was harmed by it; the killed one is tried again, and is right when it is let go.
  expect(states).toEqual({ done: WAITING + 2 });
  expect(failed).toEqual([]);
  expect(finished.map(({ code }) => code)).toEqual([0, 0]);
});

interface StackDocument {
  readonly pid: number;
  readonly source: string;
  readonly notes: readonly string[];
  readonly task?: { readonly name: string };
  readonly threads: readonly {
    readonly threadId: number;
    readonly state: string;
    readonly task?: { readonly name: string };
    readonly frames: readonly {
      readonly functionName: string;
      readonly file: string;
      readonly line: number;
      readonly isYours: boolean;
      readonly locals?: readonly { readonly name: string; readonly value: string }[];
    }[];
  }[];
  readonly process?: { readonly children: readonly { readonly command: string }[] };
}

async function stackOf(...args: readonly string[]): Promise<StackDocument> {
  const { code, stdout, stderr } = await evaltui('stack', ...args, '--json');
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout) as StackDocument;
}

const spinning = ({ threads }: StackDocument) =>
  threads.find(({ frames }) => frames.some(({ functionName }) => functionName === 'spinWhileHeld'));

describe('evaltui stack', () => {
  it('names the function, the line and the task of a loop, with its variables', async () => {
    const seen = await stackOf(pid, '--locals');
    expect(seen).toMatchObject({ pid: Number(pid), source: 'guard', notes: [] });
    const thread = spinning(seen);
    expect(thread?.task?.name).toBe('spin-1.1');
    const yours = thread?.frames.filter(({ isYours }) => isYours);
    const source = readFileSync(STUBBORN, 'utf8').split('\n');
    const loop = yours?.find(({ functionName }) => functionName === 'spinWhileHeld');
    expect(loop?.file).toBe(STUBBORN);
    expect(source[(loop?.line ?? 0) - 1]).toContain('while (isHeld())');
    const caller = yours?.find(({ functionName }) => functionName === 'beStubborn');
    expect(caller?.locals).toContainEqual({ name: 'how', value: '"spin"' });
  });

  it('says of native code that there is no stack, and what the system knows', async () => {
    const seen = await until('the task has come there', async () => {
      const stacks = await stackOf(nativePid);
      return stacks.threads.some(({ state }) => state === 'native') && stacks;
    });
    const children = seen.process?.children.map(({ command }) => command);
    expect(children).toEqual([expect.stringContaining('tail -f')]);
  });

  it('finds the executor of a task, and says where the task is', async () => {
    const { code, stdout } = await evaltui('stack', 'spin-1.1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Executor \d+ · 2 workers · run \w+ · stubborn\nTask spin-1\.1 · /);
    expect(stdout).toMatch(/ {2}spinWhileHeld +\/.*stubborn\.eval\.ts:\d+:\d+ {2}◀ yours/);
    const waiting = await evaltui('stack', 'wait-2.1');
    expect(waiting.stdout).toContain('Task wait-2.1 is on no stack now: it waits');
  });

  it('takes the inspector when the guard is silent, and says so', async () => {
    const [row] = query<{ path: string }>(
      workplace,
      'SELECT socket_path AS path FROM executor WHERE pid = ?',
      Number(pid),
    );
    renameSync(row!.path, `${row!.path}.away`);
    const seen = await stackOf(pid);
    renameSync(`${row!.path}.away`, row!.path);
    expect(seen).toMatchObject({
      source: 'inspector',
      notes: [expect.stringContaining('lost its socket'), {}],
    });
    expect(spinning(seen)?.task?.name).toBe('spin-1.1');
  });

  it('tells what the system knows of an executor that is stopped, and fails', async () => {
    process.kill(Number(pid), 'SIGSTOP');
    const { code, stdout, stderr } = await evaltui('stack', pid);
    const ps = await evaltui('ps', '--json');
    const plan = await evaltui('kill', 'spin-1.1', '--dry-run');
    process.kill(Number(pid), 'SIGCONT');
    const rows = JSON.parse(ps.stdout) as readonly { pid: number; state: string }[];
    expect(rows.map((row) => [String(row.pid), row.state])).toEqual([
      [pid, 'stopped'],
      [nativePid, 'running'],
    ]);
    expect(plan.stdout).toContain(`Would end executor ${pid}, which was stopped`);
    expect(plan.stdout).toContain(`${WAITING} other tasks in flight in it go back to the queue`);
    expect(code).toBe(1);
    expect(stdout).toContain(`What the system tells of process ${pid}`);
    expect(stderr).toContain('stopped');
  });

  it.each([
    [['stack', '1'], 'No executor has the pid "1"'],
    [['stack', 'spin-2.1'], 'Did you mean "spin-1.1"?'],
    [['stack', 'PID', '--thread', '99'], '--thread 99: executor'],
    [['stack', 'PID', '--run', 'nope'], 'No run "nope"'],
    [['profile', 'PID', '--seconds', '0'], '--seconds 0: a number from 0.1 to 300'],
    [['console', 'PID', '1 + 1'], 'was started without --allow-console'],
    [['inflight', 'nope'], 'No task in flight is named "nope"'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await evaltui(...args.map((word) => (word === 'PID' ? pid : word)));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('evaltui profile', () => {
  it('shows where a spinning thread spends its time, and writes what profile viewers read', async () => {
    const { code, stdout } = await evaltui('profile', pid, '--seconds', '1', '--output', 'slow.cpuprofile');
    expect(code).toBe(0);
    const [, first] = stdout.split('\n\n');
    expect(first).toMatch(/^Thread \d+ WorkerThread · (99|100)\.\d % busy/);
    expect(first).toMatch(/stubborn\.eval\.ts:\d+:\d+ {2}◀ yours/);
    const path = join(workplace.folder, 'slow.cpuprofile');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const written = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly nodes: readonly { readonly id: number }[];
      readonly samples: readonly number[];
      readonly timeDeltas: readonly number[];
    };
    const ids = new Set(written.nodes.map(({ id }) => id));
    expect(written.samples.length).toBeGreaterThan(10);
    expect(written.samples.every((id) => ids.has(id))).toBe(true);
    expect(written.timeDeltas).toHaveLength(written.samples.length);
  });

  it('profiles one thread, into the folder of the run when no file is named', async () => {
    const { stdout } = await evaltui('profile', pid, '--seconds', '0.2', '--thread', '0');
    const path = /^Written to (.*\/\.evaltui\/profiles\/.*\.cpuprofile)$/m.exec(stdout)?.[1] ?? '';
    expect(stdout.match(/^Thread /gm)).toHaveLength(1);
    expect(existsSync(path)).toBe(true);
  });
});

describe('evaltui inflight', () => {
  it('lists every task under way with its age, as text and as JSON', async () => {
    const { stdout } = await evaltui('inflight');
    expect(stdout.split('\n').filter((line) => /^(spin|native|wait)-\d+\.1 /.test(line))).toHaveLength(
      2 + WAITING,
    );
    const json = await evaltui('inflight', pid, '--json');
    const tasks = JSON.parse(json.stdout) as readonly { task: string; ageMs: number; pid: number }[];
    expect(tasks).toHaveLength(1 + WAITING);
    expect(tasks.find(({ task }) => task === 'spin-1.1')).toMatchObject({
      pid: Number(pid),
      state: expect.stringMatching(/^(running|stuck)$/),
    });
    expect(tasks.every(({ ageMs }) => ageMs > 0)).toBe(true);
  });

  it('lists no other than the task that is named', async () => {
    const { stdout } = await evaltui('inflight', 'wait-2.1', '--json');
    const tasks = JSON.parse(stdout) as readonly { task: string }[];
    expect(tasks.map(({ task }) => task)).toEqual(['wait-2.1']);
  });

  it('finds with --deep in which await the tasks stand, without their help, and warns first', async () => {
    const { code, stdout, stderr } = await evaltui('inflight', pid, '--deep', '--json');
    expect(code).toBe(0);
    expect(stderr).toContain('each of its threads stands still meanwhile');
    const groups = JSON.parse(stdout) as readonly {
      readonly pid: number;
      readonly count: number;
      readonly unseen?: boolean;
      readonly frames?: readonly {
        readonly functionName: string;
        readonly line: number;
        readonly file: string;
      }[];
    }[];
    const waiting = groups.filter(({ frames }) => frames?.[0]?.functionName === 'beStubborn');
    expect(groups.filter(({ unseen }) => unseen)).toHaveLength(1);
    // Those behind the one that spins are in a thread that starts none of them.
    expect(waiting.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(0);
    const source = readFileSync(STUBBORN, 'utf8').split('\n');
    expect(source[(waiting[0]?.frames?.[0]?.line ?? 0) - 1]).toContain('await new Promise');
    expect(waiting[0]?.frames?.map(({ functionName }) => functionName)).toContain('evaluate');
  });
});

interface PsWorker {
  readonly thread: number;
  readonly cpu: number | null;
  readonly tasks: readonly { readonly task: string; readonly step: string }[];
}

describe('evaltui ps --json', () => {
  it('tells the CPU and the tasks of each worker', async () => {
    const workers = await until('all tasks and figures are told', async () => {
      const { stdout } = await evaltui('ps', '--json');
      const executors = JSON.parse(stdout) as { readonly pid: number; readonly workers: PsWorker[] }[];
      const found = executors.find((each) => each.pid === Number(pid))?.workers ?? [];
      const count = found.reduce((sum, { tasks }) => sum + tasks.length, 0);
      return count === 1 + WAITING && found.every(({ cpu }) => cpu !== null) && found;
    });
    expect(workers).toHaveLength(2);
    const [busiest, other] = workers.toSorted((a, b) => Number(b.cpu) - Number(a.cpu));
    expect(busiest?.tasks.map(({ task }) => task)).toContain('spin-1.1');
    expect(other?.tasks.length).toBeGreaterThan(0);
    const seen = await stackOf(pid);
    expect(spinning(seen)?.threadId).toBe(busiest?.thread);
  });
});
