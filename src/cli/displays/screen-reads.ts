import type { ScreenSource } from '../../monitor/screen-source.ts';
import type { TaskPageQuery, ViewAnswer, ViewQuery } from '../../monitor/state/view-query.ts';
import { isAlive } from '../../process/identity.ts';
import { readLogTail } from '../../process/log-tail.ts';
import type { ListedTask, TaskPage, TaskStore } from '../../store/task-store.ts';
import { findAwaits, profileExecutor, sampleStacks } from './live-looks.ts';
import { readSourceExcerpt } from './read-source-excerpt.ts';
import type { ScreenLog } from './screen-log.ts';

/** What of a log is shown: some hundred lines. */
const LOG_BYTES = 64 * 1024;

/** The task db, the executors' logs and the screen's own, as what a screen reads from. */
export function openScreenSource(store: TaskStore, runId: string, log: ScreenLog): ScreenSource {
  return {
    // Both only grow: so does their sum when either does.
    version: () => store.version() + log.count(),
    read: async (given) => store.snapshot(given === null ? runId : (await store.findRun(given)).runId),
    isSupervised: ({ supervisor }) => isAlive(supervisor),
    readView: (query) => readView(store, log, query),
  };
}

async function readView(store: TaskStore, log: ScreenLog, query: ViewQuery): Promise<ViewAnswer> {
  switch (query.part) {
    case 'tasks':
      return { part: 'tasks', value: await readPage(store, query) };
    case 'task':
      return { part: 'task', value: await store.readTask(query.runId, query.taskId) };
    case 'flight':
      return { part: 'flight', value: await readFlight(store, query.runId, query.limit) };
    case 'log':
      return { part: 'log', value: readLogTail(query.path, LOG_BYTES) };
    case 'errors':
      return { part: 'errors', value: await store.errorGroups(query.runId) };
    case 'runs':
      return {
        part: 'runs',
        value: (await store.listRuns()).map((run) => ({
          ...run,
          // There may be thousands that are over.
          isSupervised: run.state !== 'finished' && isAlive(run.supervisor),
        })),
      };
    case 'strays': {
      const lines = log.lines();
      const first = log.count() - lines.length + 1;
      return { part: 'strays', value: lines.map((text, index) => ({ number: first + index, text })) };
    }
    case 'stack':
      return { part: 'stack', value: await sampleStacks(store, query.look) };
    case 'profile':
      return { part: 'profile', value: await profileExecutor(store, query.look, query.seconds) };
    case 'awaits':
      return { part: 'awaits', value: await findAwaits(store, query.look) };
    case 'source':
      return { part: 'source', value: await readSourceExcerpt(query.place) };
    case 'acts':
      return { part: 'acts', value: await store.listCommands(query.runId, query.limit) };
  }
}

async function readFlight(store: TaskStore, runId: string, limit: number): Promise<readonly ListedTask[]> {
  const { rows } = await store.listTasks({
    runId,
    filter: { standings: ['stuck', 'running'] },
    sort: 'severity',
    descending: false,
    from: { kind: 'offset', offset: 0 },
    limit,
  });
  return rows;
}

/** The stretch of the list with a task, or a place, in its middle. */
async function readPage(store: TaskStore, query: TaskPageQuery): Promise<TaskPage> {
  const { part: _part, around, limit, ...list } = query;
  const page = (offset: number): Promise<TaskPage> =>
    store.listTasks({ ...list, limit, from: { kind: 'offset', offset } });
  let index = around.index;
  if (around.kind === 'task') {
    const { taskId } = around;
    const found = await store.listTasks({ ...list, limit: 1, from: { kind: 'task', taskId } });
    // Where it was is the next best when the filter does not let it through any more.
    if (found.rows[0]?.taskId === taskId) index = found.offset;
  }
  return page(Math.max(0, index - Math.floor(limit / 2)));
}
