import type { InspectedThread } from '../core/inspection.ts';
import { taskName } from '../core/task-name.ts';
import { stepOnStack } from '../engine/step-chain.ts';
import type { RunRow, TaskStore } from '../store/task-store.ts';
import type { NamedTask } from './render/stack-text.ts';

/** The tasks whose code is on one of the stacks, with the step in which they were seen there. */
export async function tasksOnStacks(
  store: TaskStore,
  run: RunRow,
  threads: readonly InspectedThread[],
): Promise<ReadonlyMap<number, NamedTask>> {
  const ids = new Set(threads.flatMap(({ taskId }) => taskId ?? []));
  const found = await Promise.all([...ids].map((taskId) => store.readTask(run.runId, taskId)));
  return new Map(
    found.flatMap((task) => {
      if (task === undefined) return [];
      const { taskId } = task;
      const [seen] = threads.flatMap((thread) => stepOnStack(thread, taskId) ?? []);
      const step = seen?.name ?? task.step;
      const stepStartedAt = seen?.startedAt ?? task.stepStartedAt;
      return [[taskId, { taskId, name: taskName(task, run.evals), step, stepStartedAt }]];
    }),
  );
}
