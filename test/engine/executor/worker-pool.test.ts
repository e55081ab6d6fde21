import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { EndedTry } from '../../../src/engine/messages.ts';
import { WorkerPool } from '../../../src/engine/executor/worker-pool.ts';
import type { ClaimedTask } from '../../../src/store/task-store.ts';
import { until } from '../../e2e/run-evaltui.ts';
import { SPEC } from '../spec.ts';

/** An eval whose samples spin as long as a file is there. */
const SPINNING = `
import { existsSync } from 'node:fs';
export default {
  name: 'spinning',
  tasks: () => [],
  evaluate: (task) => { while (existsSync(task.input)); return { correct: true }; },
};`;

const taskOf = (taskId: number, input: string): ClaimedTask => ({
  taskId,
  evalIndex: 0,
  sampleId: `s${taskId}`,
  attempt: 1,
  try: 1,
  failures: 0,
  input,
  suspect: false,
});

it('gives no more tasks to a thread whose loop stands, and does again when it moves', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evaltui-pool-'));
  const file = join(folder, 'spinning.eval.mjs');
  const held = join(folder, 'held');
  writeFileSync(file, SPINNING);
  writeFileSync(held, '');
  const ended: EndedTry[] = [];
  const pool = new WorkerPool({
    setup: { runId: 'run', spec: { ...SPEC, evals: [{ file, given: file, params: {} }] } },
    threads: 2,
    events: { onEnded: (tries) => void ended.push(...tries), onWorkerDied: () => {} },
  });
  try {
    pool.setSlots(8, 2);
    pool.start([taskOf(1, held)]);
    expect(pool.freeSlots).toBe(7);
    await until('the slots of the standing thread are out of use', () => pool.freeSlots === 4);
    pool.start([2, 3, 4].map((taskId) => taskOf(taskId, 'no such file')));
    await until('the others ended in the other thread', () => ended.length === 3);
    rmSync(held);
    await until('all slots are free again', () => pool.freeSlots === 8);
  } finally {
    rmSync(held, { force: true });
    await pool.destroy();
    rmSync(folder, { recursive: true });
  }
});
