import { resolve } from 'node:path';
import { EvaltuiError } from '../../core/errors.ts';
import { formatQuantity } from '../../core/format.ts';
import type { RegistryEval } from '../../core/registry-eval.ts';
import { completionFnsOf, type EvalSpec, type RunSpec } from '../../core/run-spec.ts';
import { entryNotFound } from '../../registry/entry-not-found.ts';
import { createRegistryEval } from '../../registry/eval-classes.ts';
import { createStatusReader, dataPathsOf } from '../../registry/eval-status.ts';
import { openRows } from '../../registry/open-rows.ts';
import { Registry } from '../../registry/registry.ts';
import { resolveEvalSet } from '../../registry/resolve-eval.ts';
import { registryRoots } from '../../registry/roots.ts';
import type { RegistryFindOptions } from '../find-evals.ts';

/** An eval of a set that cannot run. */
export interface UnfitEval {
  readonly name: string;
  readonly why: string;
}

export interface FoundEvalSet {
  /** In the registry's order. */
  readonly evals: readonly EvalSpec[];
  /** Those of them that certainly cannot run, known without their data being read. */
  readonly unfit: readonly UnfitEval[];
  /** Patterns of the set that match nothing. */
  readonly unmatched: readonly string[];
}

/** The evals of an eval set, by `oaievalset`. Throws `eval-not-found` with the nearest name. */
export function findEvalSet(name: string, { registryPaths, extraArgs }: RegistryFindOptions): FoundEvalSet {
  const registry = new Registry(registryRoots(registryPaths));
  const folder = resolve('.');
  const found = resolveEvalSet(registry, name, { folder, extraArgs });
  if (found === undefined) {
    if (registry.entries('evals').has(name)) {
      throw new EvaltuiError('eval-not-found', `"${name}" is an eval: run it with oaieval.`);
    }
    throw entryNotFound(registry, name, { kinds: ['eval_sets'], what: 'eval set' });
  }
  if (found.evals.length === 0) {
    throw new EvaltuiError('eval-not-found', `The eval set "${name}" matches no eval of the registry.`);
  }
  const statusOf = createStatusReader(registry, folder);
  return {
    evals: found.evals.map((each) => ({ file: each.file, given: name, params: {}, registry: each })),
    unfit: found.evals.flatMap(({ specName }) => {
      const status = statusOf(specName);
      return status === undefined || status.kind === 'runnable' ? [] : [{ name: specName, why: status.why }];
    }),
    unmatched: found.unmatched,
  };
}

const MOST_TOLD = 10;

/** Throws when an eval cannot run: nothing is begun that would not come to its end. */
export function refuseUnfit({ evals, unfit }: FoundEvalSet): void {
  const [first] = unfit;
  if (first === undefined) return;
  const told = unfit.slice(0, MOST_TOLD).map(({ name, why }) => `\n  ${name}: ${why}`);
  const more = unfit.length > MOST_TOLD ? `\n  and ${unfit.length - MOST_TOLD} more` : '';
  throw new EvaltuiError(
    first.why.startsWith('needs Python') ? 'needs-python' : 'data-missing',
    `${unfit.length} of ${formatQuantity(evals.length, 'eval')} cannot run; --no-exit-on-error leaves them out:${told.join('')}${more}`,
  );
}

/** Looks at every eval of a run, also into its data; returns those that cannot run as the run has them. */
export async function findUnfit(spec: RunSpec): Promise<readonly UnfitEval[]> {
  const unfit: UnfitEval[] = [];
  for (const { registry } of spec.evals) {
    if (registry === undefined) continue;
    try {
      await tryEval(registry, spec);
    } catch (error) {
      if (!(error instanceof EvaltuiError)) throw error;
      unfit.push({ name: registry.specName, why: error.message });
    }
  }
  return unfit;
}

async function tryEval(registry: RegistryEval, spec: RunSpec): Promise<void> {
  for (const path of dataPathsOf(registry)) {
    if (path === undefined) throw new EvaltuiError('data-missing', 'hf dataset');
    await using rows = await openRows(path, registry.dataPlace);
    if (rows.count === 0) throw new EvaltuiError('no-tasks', `${path} has no samples`);
  }
  // The code of a class of the user's own runs in workers only.
  if (registry.module !== undefined) return;
  const completionFns = completionFnsOf(spec).length;
  await createRegistryEval(registry, { completionFns, hasGrader: spec.grader !== undefined });
}

/** Whether two runs are of the same evals, answered and cut in the same way. */
export function isSameRun(a: RunSpec, b: RunSpec): boolean {
  return JSON.stringify(identityOf(a)) === JSON.stringify(identityOf(b));
}

function identityOf(spec: RunSpec): unknown {
  const { evals, completionFns, grader, completionArgs, limit, seed } = spec;
  const ofEvals = evals.map(({ file, registry }) => [file, registry?.specName, registry?.args]);
  return [ofEvals, completionFns, grader, completionArgs, limit, seed];
}
