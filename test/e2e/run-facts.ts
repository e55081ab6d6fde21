import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { createWorkplace, FIXTURES, until, type Running, type Workplace } from './run-evaltui.ts';

/** A workplace in which the samples of `stubborn.eval.ts` are stubborn until they are let go. */
export function createHeldWorkplace(): Workplace & { readonly letGo: () => void } {
  const workplace = createWorkplace();
  const held = join(workplace.folder, 'held');
  writeFileSync(held, '');
  return { ...workplace, letGo: () => rmSync(held) };
}

/** Samples that say what they do. */
export const STUBBORN: string = join(FIXTURES, 'stubborn.eval.ts');

/** Starts a run in which each slot has a task when this resolves. */
export async function startHeld(
  workplace: Workplace,
  does: string,
  { executors = 1, threads = 1, slots = 4 }: { executors?: number; threads?: number; slots?: number } = {},
): Promise<Running> {
  const shape = ['--executors', `${executors}`, '--threads', `${threads}`, '--concurrency', `${slots}`];
  const run = [
    'run',
    STUBBORN,
    '--param',
    `does=${does}`,
    ...shape,
    '--display',
    'none',
    '--max-retries',
    '0',
  ];
  const evaltui = workplace.start(run);
  await until('every slot has a task', () => taskStates(workplace).running === slots);
  return evaltui;
}

type Row = Record<string, unknown>;

/** Rows of the workplace's task db; none while there is no db, or no schema in it. */
export function query<T = Row>(
  workplace: Workplace,
  sql: string,
  ...values: readonly unknown[]
): readonly T[] {
  const path = join(workplace.folder, '.evaltui/evaltui.db');
  if (!existsSync(path)) return [];
  const db = new Database(path, { readonly: true });
  try {
    return db.pragma('user_version', { simple: true }) === 0 ? [] : (db.prepare(sql).all(...values) as T[]);
  } finally {
    db.close();
  }
}

const STATES = ['queued', 'claimed', 'running', 'done', 'errored', 'cancelled'] as const;

/** How many tasks are in each state, as the rows themselves say. */
export function taskStates(workplace: Workplace): Partial<Record<(typeof STATES)[number], number>> {
  const rows = query<{ state: number; n: number }>(
    workplace,
    'SELECT state, count(*) n FROM task GROUP BY state',
  );
  return Object.fromEntries(rows.map(({ state, n }) => [STATES[state], n]));
}

export function countDone(workplace: Workplace): number {
  return taskStates(workplace).done ?? 0;
}

export interface TryFact {
  readonly task: string;
  readonly try: number;
  readonly kind: string | null;
  readonly message: string | null;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Every try that ended, in the order of their ends. */
export function tries(workplace: Workplace): readonly TryFact[] {
  return query<TryFact>(
    workplace,
    `SELECT s.sample_id || '.' || t.attempt AS task, r.try, r.error_kind AS kind, r.message,
      r.started_at AS startedAt, r.ended_at AS endedAt
    FROM try r JOIN task t ON t.id = r.task JOIN sample s ON s.id = t.sample ORDER BY r.ended_at`,
  );
}

/** The processes that run in the workplace: executors, and what the evals started there. */
export function processesOf({ folder }: Workplace, command = ''): readonly number[] {
  return execFileSync('ps', ['-Aww', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder) && line.includes(command))
    .map((line) => Number.parseInt(line, 10));
}

export function executorsOf(workplace: Workplace): readonly number[] {
  return processesOf(workplace, 'executor-main');
}

export function runIdsOf(workplace: Workplace): readonly string[] {
  return query<{ id: string }>(workplace, 'SELECT run_id AS id FROM run ORDER BY key').map(({ id }) => id);
}

/**
 * Asserts what holds of every record at every moment: a whole spec line, then events numbered without a gap,
 * one match event for each task that the db has as done, none twice; and at the end of a run that is through one
 * final report, as the last line. Bytes beyond what the db says were never committed.
 */
export function expectWholeRecords(
  workplace: Workplace,
  { isThrough }: { readonly isThrough: boolean },
): void {
  const evals = query<{ run: number; index: number; path: string; bytes: number }>(
    workplace,
    'SELECT run, eval_index AS "index", record_path AS path, record_bytes AS bytes FROM run_eval',
  );
  for (const { run, index, path, bytes } of evals) {
    const text = readFileSync(path).subarray(0, bytes).toString();
    expect(text.endsWith('\n')).toBe(true);
    const [spec, ...lines] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
    expect(spec).toHaveProperty('spec.run_id');
    const reports = lines.flatMap((line, at) => ('final_report' in line ? [at] : []));
    expect(reports).toEqual(isThrough ? [lines.length - 1] : []);
    const events = lines.filter((line) => !('final_report' in line));
    expect(events.map((event) => event['event_id'])).toEqual(events.map((_, number) => number));
    const matches = events.filter((event) => event['type'] === 'match');
    const matched = matches.map((event) => `${String(event['sample_id'])}.${String(event['attempt'])}`);
    const done = query<{ key: string }>(
      workplace,
      `SELECT s.sample_id || '.' || t.attempt AS key FROM task t JOIN sample s ON s.id = t.sample
      WHERE t.run = ? AND t.eval_index = ? AND t.state = 3`,
      run,
      index,
    );
    expect(matched.toSorted()).toEqual(done.map(({ key }) => key).toSorted());
  }
}

/** Stops a process (SIGSTOP) at a moment at which it keeps the db to itself. */
export async function stopWhileItWrites(pid: number | undefined, dbPath: string): Promise<void> {
  if (pid === undefined) throw new Error('there is no process to stop');
  await until('it is stopped while it writes', async () => {
    for (let count = 0; count < 20; count += 1) {
      process.kill(pid, 'SIGSTOP');
      if (isKept(dbPath)) return true;
      process.kill(pid, 'SIGCONT');
      // At any moment of what it does.
      await new Promise((resolve) => setTimeout(resolve, 2 + Math.random() * 3));
    }
    return false;
  });
}

/** Whether somebody keeps the db for longer than a transaction takes. */
function isKept(dbPath: string): boolean {
  using closing = new DisposableStack();
  const db = new Database(dbPath, { timeout: 300 });
  closing.defer(() => db.close());
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    return false;
  } catch {
    return true;
  }
}
