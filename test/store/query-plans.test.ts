import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/store/sqlite/migrations.ts';
import * as control from '../../src/store/sqlite/statements-control.ts';
import * as list from '../../src/store/sqlite/statements-list.ts';
import * as plan from '../../src/store/sqlite/statements-plan.ts';
import * as queue from '../../src/store/sqlite/statements-queue.ts';
import * as ranges from '../../src/store/sqlite/statements-ranges.ts';
import * as reading from '../../src/store/sqlite/statements-reading.ts';
import * as shared from '../../src/store/sqlite/statements.ts';

/** What may cost more the more there is: asked for by people, never on the way of a task. */
const RARE: readonly string[] = [
  'DB_IDENTITY',
  'COUNT_REQUEUED',
  'LIST_RUNS',
  'LIST_EXECUTORS',
  'SLOWEST_TASKS',
  'ERROR_GROUPS',
  'RETURNED_TRIES',
];
/** They go through what they are given, a page of ids or the tasks that are stuck, and sort no more than that. */
const AS_GIVEN: readonly string[] = [
  'GET_TASKS',
  'LIST_TASKS',
  'GET_TASK',
  'GET_PLACE',
  'DELETE_OTHER_STEPS',
];
/** They read the end of an index, or as many rows as their LIMIT. */
const FROM_THE_END: readonly string[] = ['NEWEST_RUN', 'NEWEST_RUN_IDS'];

function planOf(sql: string): readonly string[] {
  using closing = new DisposableStack();
  const db = new Database(':memory:');
  closing.defer(() => db.close());
  for (const migration of MIGRATIONS) db.exec(migration);
  const parameters = (sql.match(/\?/g) ?? []).length;
  const rows = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...Array<number>(parameters).fill(1));
  return rows.map((row) => (row as { detail: string }).detail);
}

const { ENDED_RANGE, WAITING_RANGE, FRESH_RANGE, ...single } = ranges;
const walks = Object.entries({ ENDED_RANGE, WAITING_RANGE, FRESH_RANGE }).flatMap(([name, range]) =>
  (['forward', 'backward', 'between'] as const).map((walk): [string, string] => [
    `${name} ${walk}`,
    range[walk],
  ]),
);
const named = { ...shared, ...plan, ...queue, ...control, ...reading, ...list, ...single };
const statements = [...Object.entries<unknown>(named), ...walks].filter(
  (each): each is [string, string] => typeof each[1] === 'string',
);
const looking = statements.filter(
  ([name, sql]) =>
    /^\s*(SELECT|UPDATE|DELETE)/.test(sql) &&
    !RARE.includes(name) &&
    !FROM_THE_END.includes(name) &&
    !AS_GIVEN.includes(name),
);

describe('the statements of the store', () => {
  it.each(looking)('%s looks up and never scans or sorts', (_name, sql) => {
    const details = planOf(sql);
    expect(details.length).toBeGreaterThan(0);
    expect(details.filter((detail) => /^SCAN|TEMP B-TREE/.test(detail))).toEqual([]);
  });

  it.each([
    ['FIND_DUE', queue.FIND_DUE, 'task_waiting_idx (run=? AND ready_at>? AND ready_at<?)'],
    ['FIND_FRESH', queue.FIND_FRESH, 'task_fresh_idx (run=?)'],
    ['FIND_SUSPECT', queue.FIND_SUSPECT, 'task_suspect_idx (run=? AND state=? AND ready_at<?)'],
    ['FIND_ALL_HELD', queue.FIND_ALL_HELD, 'task_held_idx (executor=?)'],
    ['FIND_HELD', queue.FIND_HELD, 'SEARCH t USING INTEGER PRIMARY KEY'],
    ['END_TASK', queue.END_TASK, 'SEARCH task USING INTEGER PRIMARY KEY'],
    ['LONGEST_RUNNING', reading.LONGEST_RUNNING, 'task_running_idx (run=?)'],
    ['WAITING', reading.WAITING, 'task_waiting_idx (run=? AND ready_at>?)'],
    ['NEWEST_ENDED', reading.NEWEST_ENDED, 'task_ended_idx (run=? AND state=? AND <expr>=?)'],
    [
      'ENDED_RANGE',
      ranges.ENDED_RANGE.forward,
      'COVERING INDEX task_ended_idx (run=? AND state=? AND <expr>=? AND ended_at<?)',
    ],
    ['WAITING_RANGE', ranges.WAITING_RANGE.backward, 'COVERING INDEX task_waiting_idx (run=? AND ready_at>'],
    ['FRESH_RANGE', ranges.FRESH_RANGE.forward, 'INDEX task_fresh_idx (run=? AND rowid>'],
    ['STUCK', list.STUCK, 'task_running_idx (run=?)'],
    ['NEWEST_EVIDENCE', list.NEWEST_EVIDENCE, 'evidence_run_idx (run=?)'],
    ['LIST_EVIDENCE', list.LIST_EVIDENCE, 'evidence_task_idx (task=?)'],
    ['LAST_ERRORS', reading.LAST_ERRORS, 'try_error_idx (run=?)'],
    ['READ_ATTEMPTS', reading.READ_ATTEMPTS, 'task_eval_idx (run=? AND eval_index=? AND rowid>?)'],
    ['TAKE_COMMANDS', control.TAKE_COMMANDS, 'command_open_idx (run=? AND executor_id=?)'],
  ])('%s leans on its index', (_name, sql, index) => {
    expect(planOf(sql)[0]).toContain(index);
  });

  it.each(AS_GIVEN.map((name) => [name, (named as Record<string, unknown>)[name] as string]))(
    '%s goes through what it is given and looks up the rest',
    (_name, sql) => {
      const scans = planOf(sql!).filter((detail) => detail.startsWith('SCAN'));
      expect(scans.filter((detail) => !/VIRTUAL TABLE|^SCAN k( LEFT-JOIN)?$/.test(detail))).toEqual([]);
    },
  );
});
