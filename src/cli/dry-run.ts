import { formatQuantity } from '../core/format.ts';
import { modelText, type RunSpec } from '../core/run-spec.ts';
import { planInMemory } from './plan-in-memory.ts';
import { printLines } from './print.ts';

/** `run --dry-run`: plans the tasks in memory and says what would run. Calls no model and leaves nothing. */
export async function dryRun(spec: RunSpec): Promise<number> {
  const { evals, attempts, concurrency, executors, threads, seed } = spec;
  const planned = await planInMemory(spec);
  printLines([
    ...planned.map(
      ({ name, samples, index }) =>
        `${name}: ${formatQuantity(samples, 'sample')} x ${attempts} = ${formatQuantity(samples * attempts, 'task')} (${evals[index]?.file ?? ''})`,
    ),
    `model ${modelText(spec)} · ${concurrency} in flight · ${formatQuantity(executors, 'executor')} x ${formatQuantity(threads, 'thread')} · seed ${seed}`,
    'A dry run: nothing was run and nothing was written.',
  ]);
  return 0;
}
