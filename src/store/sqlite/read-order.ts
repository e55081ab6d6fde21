import type { TaskFilter, TaskQuery } from '../task-store.ts';
import type { Connection, SqlValue } from './connection.ts';
import { requireRun } from './keys.ts';
import { STANDINGS } from '../../core/standing.ts';
import { CONDITIONS, orderTasks } from './statements-list.ts';
import { findStuck, stuckJson } from './stuck.ts';

/** Plain data: it crosses the thread border. */
export type OrderRequest = Pick<TaskQuery, 'runId' | 'filter' | 'sort' | 'descending'>;

/** The ids of the tasks that the filter lets through, in their order. */
export function readOrder(connection: Connection, request: OrderRequest): readonly number[] {
  const { runId, filter, sort, descending } = request;
  const { key: run } = requireRun(connection, runId);
  const values = valuesOf(filter, run);
  const names = (Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]).filter(
    (name) => values[name] !== undefined,
  );
  const bound = names.flatMap((name) => values[name] ?? []);
  const text = orderTasks({ conditions: names, sort, descending });
  const ids = connection.numbers(text, stuckJson(findStuck(connection, run)), run, ...bound);
  return sort === 'severity' && descending ? ids.toReversed() : ids;
}

/** What each condition of the filter is bound to; absent where nothing is asked. */
function valuesOf(
  filter: TaskFilter,
  run: number,
): Readonly<Record<keyof typeof CONDITIONS, readonly SqlValue[] | undefined>> {
  const { text, without, standings, evals, groups, verdicts, errorKinds, pid } = filter;
  const among = (values: readonly unknown[] | undefined): readonly SqlValue[] | undefined =>
    values === undefined ? undefined : [JSON.stringify(values)];
  const like = text === undefined || text === '' ? undefined : likeText(text);
  const unlike = without === undefined ? undefined : JSON.stringify(without.map(likeText));
  return {
    text: like === undefined ? undefined : [like, run, like],
    without: unlike === undefined ? undefined : [unlike, unlike, run],
    standings: among(standings?.map((standing) => STANDINGS.indexOf(standing))),
    evals: among(evals),
    groups: among(groups),
    verdicts: among(verdicts),
    errorKinds: among(errorKinds),
    pid: pid === undefined ? undefined : [pid],
  };
}

function likeText(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
