import { taskName } from '../core/task-name.ts';
import { findTarget, type InspectionTarget } from '../inspect/find-target.ts';
import type { TaskStore } from '../store/task-store.ts';
import type { NamedExecutor } from './render/executor-heading.ts';
import type { NamedTask } from './render/stack-text.ts';

/** An executor to look at, as the command line names it, with the secret that its guard asks for. */
export interface NamedTarget extends InspectionTarget {
  readonly token: string;
  readonly named: NamedExecutor;
  readonly asked?: NamedTask;
}

/**
 * The live executor that a pid or a task on the command line stands for. Throws `executor-not-found`, or
 * `run-not-found` for a `--run` that is none.
 */
export async function findNamedTarget(
  store: TaskStore,
  given: string,
  run: string | undefined,
): Promise<NamedTarget> {
  const runId = run === undefined ? undefined : (await store.findRun(run)).runId;
  const target = await findTarget(store, given, runId === undefined ? {} : { runId });
  const { executor, task } = target;
  const token = (await store.readToken(executor.executorId)) ?? '';
  const named: NamedExecutor = {
    pid: executor.pid,
    runId: executor.runId,
    executorId: executor.executorId,
    evals: target.run.evals.map(({ name }) => name),
    threads: executor.threads,
  };
  if (task === undefined) return { ...target, token, named };
  const { taskId, step, stepStartedAt } = task.task;
  return {
    ...target,
    token,
    named,
    asked: { taskId, name: taskName(task.task, task.run.evals), step, stepStartedAt },
  };
}
