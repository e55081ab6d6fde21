import Database from 'better-sqlite3';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWorkplace, until } from '../test/e2e/run-evaltui.ts';
import { round, type Figure } from './figure.ts';
import { benchEval } from './measured-run.ts';

const ROUNDS = 20;
const WITHIN_MS = 60_000;

interface Noticed {
  /** From the begin of the loop to the verdict. */
  readonly afterMs: number;
  readonly isNamedRight: boolean;
}

/** How soon a loop is noticed, in one of sixteen tasks of a thread, and whether it is the one that is named. */
export async function stuck(): Promise<readonly Figure[]> {
  return [...(await noticed('60s', 6000)), ...(await noticed('1s', 1500))];
}

async function noticed(stuckAfter: string, atMostMs: number): Promise<readonly Figure[]> {
  const rounds: Noticed[] = [];
  for (let turn = 0; turn < ROUNDS; turn += 1) rounds.push(await noticeLoop(stuckAfter));
  const times = rounds.map(({ afterMs }) => afterMs);
  return [
    {
      what: `a loop is noticed, the latest of ${ROUNDS} (--stuck-after ${stuckAfter})`,
      value: round(Math.max(...times)),
      unit: 'ms',
      reference: { what: 'the soonest', value: round(Math.min(...times)) },
      target: { of: 'value', atMost: atMostMs },
    },
    {
      what: `and the one of 16 tasks that loops is named (--stuck-after ${stuckAfter})`,
      value: rounds.filter(({ isNamedRight }) => isNamedRight).length,
      unit: `of ${ROUNDS}`,
      target: { of: 'value', atLeast: ROUNDS },
    },
  ];
}

async function noticeLoop(stuckAfter: string): Promise<Noticed> {
  using workplace = createWorkplace();
  const held = join(workplace.folder, 'held');
  const begun = join(workplace.folder, 'begun');
  writeFileSync(held, '');
  const shape = ['--executors', '1', '--threads', '1', '--concurrency', '16', '--stuck-after', stuckAfter];
  const given = ['run', benchEval('loop'), ...shape, '--display', 'none', '--db', 'bench.db'];
  const running = workplace.start(given);
  await until('the loop has begun', () => existsSync(begun), WITHIN_MS);
  const evidence = await until(
    'something is told to be stuck',
    () => {
      const found = readEvidence(join(workplace.folder, 'bench.db'));
      return found.length > 0 && found;
    },
    WITHIN_MS,
  );
  const begunAt = Number(readFileSync(begun, 'utf8'));
  rmSync(held);
  await running.finished;
  const told = evidence.map(({ sample, verdict }) => `${sample} ${verdict}`);
  return {
    afterMs: (evidence[0]?.at ?? Number.NaN) - begunAt,
    isNamedRight: told.length === 1 && told[0] === 's7 cpu-bound',
  };
}

interface Evidence {
  readonly sample: string;
  readonly verdict: string;
  readonly at: number;
}

function readEvidence(path: string): readonly Evidence[] {
  using closing = new DisposableStack();
  const db = new Database(path, { readonly: true });
  closing.defer(() => db.close());
  return db
    .prepare<[], Evidence>(
      `SELECT s.sample_id AS sample, e.verdict, e.created_at AS at
      FROM evidence e JOIN task t ON t.id = e.task JOIN sample s ON s.id = t.sample
      WHERE e.verdict <> 'starved' ORDER BY e.id`,
    )
    .all();
}
