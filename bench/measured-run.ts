import Database from 'better-sqlite3';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWorkplace } from '../test/e2e/run-evaltui.ts';
import { watchMemory, type MemoryUse } from './watch-memory.ts';

/** A finished run as its db tells it. Times in ms. */
export interface MeasuredRun {
  readonly tasks: number;
  /** From the start of the `evaltui` process to its end. */
  readonly wallMs: number;
  /** From the creation of the run to the opening of its queue. */
  readonly planMs: number;
  /** From the opening of the queue to the committed report. */
  readonly runMs: number;
  /** From the start of the first task to the end of the last one. */
  readonly tasksMs: number;
  /** From the start of the `evaltui` process to the end of the first task. */
  readonly firstResultMs: number;
  readonly supervisor: MemoryUse;
  /** Of all executors together. */
  readonly executors: MemoryUse;
}

interface RunTimes {
  readonly tasks: number;
  readonly done: number;
  readonly createdAt: number;
  readonly openedAt: number;
  readonly finishedAt: number;
  readonly firstStartedAt: number;
  readonly firstEndedAt: number;
  readonly lastEndedAt: number;
}

const RUN_TIMES = `
SELECT count(*) AS tasks, sum(task.state = 3) AS done, run.created_at AS createdAt, run.started_at AS openedAt,
  run.finished_at AS finishedAt, min(task.started_at) AS firstStartedAt, min(task.ended_at) AS firstEndedAt,
  max(task.ended_at) AS lastEndedAt
FROM run JOIN task ON task.run = run.key`;

/** The path of one of the benchmark's own evals. */
export function benchEval(name: string): string {
  return fileURLToPath(new URL(`./evals/${name}.eval.ts`, import.meta.url));
}

/**
 * Runs the built `evaltui run` in a new folder. Throws when not every task is done: then no figure counts.
 * @param options.bin the file that starts another build
 */
export async function measuredRun(
  args: readonly string[],
  { env = {}, bin }: { readonly env?: NodeJS.ProcessEnv; readonly bin?: string } = {},
): Promise<MeasuredRun> {
  using workplace = createWorkplace(bin);
  const from = Date.now();
  const running = workplace.start(['run', ...args, '--display', 'none', '--db', 'bench.db'], env);
  using memory = watchMemory(running.pid);
  const { code, stderr } = await running.finished;
  const wallMs = Date.now() - from;
  const times = readTimes(join(workplace.folder, 'bench.db'));
  if (code !== 0 || times.done !== times.tasks) {
    throw new Error(
      `${args.join(' ')}: exit code ${code}, ${times.done} of ${times.tasks} tasks done. ${stderr}`,
    );
  }
  return {
    tasks: times.tasks,
    wallMs,
    planMs: times.openedAt - times.createdAt,
    runMs: times.finishedAt - times.openedAt,
    tasksMs: times.lastEndedAt - times.firstStartedAt,
    firstResultMs: times.firstEndedAt - from,
    ...memory.use(),
  };
}

/** Rounds of the same run, one after the other. */
export async function measuredRuns(rounds: number, args: readonly string[]): Promise<readonly MeasuredRun[]> {
  const runs: MeasuredRun[] = [];
  for (let turn = 0; turn < rounds; turn += 1) runs.push(await measuredRun(args));
  return runs;
}

function readTimes(path: string): RunTimes {
  using closing = new DisposableStack();
  const db = new Database(path, { readonly: true });
  closing.defer(() => db.close());
  return db.prepare<[], RunTimes>(RUN_TIMES).get() as RunTimes;
}
