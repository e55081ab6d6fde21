import type { ListedTask, RunRow, TaskFilter, TaskStore } from '../store/task-store.ts';

/** A task that a try is under way for, or that waits for its next one. */
export interface TaskInFlight {
  readonly task: ListedTask;
  readonly run: RunRow;
}

type Standing = NonNullable<TaskFilter['standings']>[number];

const PAGE = 500;

/** Tasks of a run with one of the standings, in the order of severity: the longest in flight first. */
export async function listTasksInFlight(
  store: TaskStore,
  run: RunRow,
  standings: readonly Standing[],
): Promise<readonly TaskInFlight[]> {
  // Tasks come and go between two pages: none is listed twice.
  const found = new Map<number, ListedTask>();
  for (let offset = 0; ; offset += PAGE) {
    const page = await store.listTasks({
      runId: run.runId,
      filter: { standings },
      sort: 'severity',
      descending: false,
      from: { kind: 'offset', offset },
      limit: PAGE,
    });
    for (const row of page.rows) found.set(row.taskId, row);
    if (offset + PAGE >= page.total) return [...found.values()].map((task) => ({ task, run }));
  }
}
