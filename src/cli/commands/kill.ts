import { EvaltuiError } from '../../core/errors.ts';
import type { TaskFate } from '../../core/task-fate.ts';
import { endOrphan, endTarget, type EndOptions, type EndReport } from '../../inspect/end-act.ts';
import { findOrphans } from '../../inspect/end-orphans.ts';
import { findEndTarget, findStuckTargets, isSupervised, type EndTarget } from '../../inspect/end-target.ts';
import { isAlive } from '../../process/identity.ts';
import { isStopped } from '../../process/process-facts.ts';
import type { ExecutorRow, TaskStore } from '../../store/task-store.ts';
import { EXIT } from '../exit-codes.ts';
import type { KillOptions } from '../kill-options.ts';
import { openExistingStore } from '../open-existing-store.ts';
import { dbPathOf } from '../places.ts';
import { printLines } from '../print.ts';
import { renderKillPlan, renderOrphanPlan } from '../render/kill-plan.ts';

/**
 * `evaltui kill`: ends one task, thread or executor, all stuck tasks, or all orphans, and says what became of each.
 * The exit code is 0 when all of it is over, 1 when something is still there.
 */
export async function kill(given: string | undefined, options: KillOptions): Promise<number> {
  checkOptions(given, options);
  await using store = await openExistingStore(dbPathOf(options.db, process.env));
  const { then: fate, dryRun } = options;
  const how: EndOptions = {
    by: `kill ${process.pid}`,
    now: Date.now,
    ...(fate === undefined ? {} : { fate }),
  };
  if (options.orphans) return await endOrphans(store, how, dryRun);
  const targets =
    given === undefined ? await findStuckTargets(store, options.run) : [await findOne(store, given, options)];
  if (targets.length === 0) return done(['No task is held to be stuck.']);
  if (dryRun) return done(await Promise.all(targets.map((target) => planOf(store, target, fate))));
  return await tell(targets.map((target) => endTarget(store, target, how)));
}

function checkOptions(given: string | undefined, { stuck, orphans, thread, run }: KillOptions): void {
  const named = [given !== undefined, stuck, orphans].filter(Boolean).length;
  if (named !== 1) {
    const what = 'Name one thing to end: a task, the pid of an executor, --stuck or --orphans.';
    throw new EvaltuiError('bad-option', what);
  }
  if (thread !== undefined && given === undefined) {
    throw new EvaltuiError('bad-option', '--thread goes with the pid of an executor.');
  }
  if (run !== undefined && orphans) {
    throw new EvaltuiError('bad-option', '--orphans are of every run of the db; --run does not go with it.');
  }
}

function findOne(store: TaskStore, given: string, { run, thread }: KillOptions): Promise<EndTarget> {
  return findEndTarget(store, given, {
    ...(run === undefined ? {} : { run }),
    ...(thread === undefined ? {} : { thread }),
  });
}

async function planOf(store: TaskStore, target: EndTarget, fate: TaskFate | undefined): Promise<string> {
  const isLive = target.kind !== 'over' && isSupervised(target.run);
  const holder = target.kind === 'task' ? await holderOf(store, target) : undefined;
  return renderKillPlan(target, {
    isSupervised: isLive,
    now: Date.now(),
    ...(fate === undefined ? {} : { fate }),
    ...(holder === undefined ? {} : { holder: { inFlight: holder.inFlight, isStopped: isStopped(holder) } }),
  });
}

async function holderOf(
  store: TaskStore,
  { run, task }: Extract<EndTarget, { readonly kind: 'task' }>,
): Promise<ExecutorRow | undefined> {
  const executors = await store.listExecutors(run.runId);
  return executors.find((each) => each.executorId === task.executorId && isAlive(each));
}

async function endOrphans(store: TaskStore, how: EndOptions, dryRun: boolean): Promise<number> {
  const orphans = await findOrphans(store);
  if (orphans.length === 0) return done(['No executor is orphaned.']);
  if (dryRun) return done(orphans.map(renderOrphanPlan));
  return tell(orphans.map((orphan) => endOrphan(store, orphan, how)));
}

function done(lines: readonly string[]): number {
  printLines(lines);
  return EXIT.ok;
}

/** All at once, each told as soon as it is over. */
async function tell(reports: readonly Promise<EndReport>[]): Promise<number> {
  const all = await Promise.all(
    reports.map(async (report) => {
      const { isOver, message } = await report;
      printLines([message]);
      return isOver;
    }),
  );
  return all.every(Boolean) ? EXIT.ok : EXIT.failed;
}
