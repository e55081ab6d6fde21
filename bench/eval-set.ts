import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, round, type Figure } from './figure.ts';
import { measuredRuns } from './measured-run.ts';

const ROUNDS = 5;
const EVALS = 100;
const SAMPLES = 50;

/** How long an eval set of a registry takes to its first result: one run of many evals. */
export async function evalSet(): Promise<readonly Figure[]> {
  const root = mkdtempSync(join(tmpdir(), 'evaltui-bench-'));
  try {
    writeRegistry(root);
    const runs = await measuredRuns(ROUNDS, ['set', '-m', 'dummy', '--registry-path', root]);
    return [
      {
        what: `start to first result, a set of ${EVALS} evals of ${SAMPLES} samples`,
        value: round(median(runs.map((run) => run.firstResultMs))),
        unit: 'ms',
        target: { of: 'value', atMost: 1000 },
      },
    ];
  } finally {
    rmSync(root, { recursive: true });
  }
}

function writeRegistry(root: string): void {
  for (const folder of ['evals', 'eval_sets', 'data']) mkdirSync(join(root, folder));
  const samples = '{"input": "Say something.", "ideal": "This"}\n'.repeat(SAMPLES);
  let evals = '';
  for (let index = 0; index < EVALS; index += 1) {
    evals += `e${index}.dev.v0: {class: "evals.elsuite.basic.match:Match", args: {samples_jsonl: e${index}.jsonl}}\n`;
    writeFileSync(join(root, 'data', `e${index}.jsonl`), samples);
  }
  writeFileSync(join(root, 'evals', 'evals.yaml'), evals);
  writeFileSync(join(root, 'eval_sets', 'sets.yaml'), 'set: {evals: ["e*.dev.v0"]}\n');
}
