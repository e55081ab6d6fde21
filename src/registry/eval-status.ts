import { existsSync } from 'node:fs';
import { EvaltuiError } from '../core/errors.ts';
import type { RegistryEval } from '../core/registry-eval.ts';
import { BUILT_IN_CLASSES } from './eval-classes.ts';
import { findData, whyNoData } from './find-data.ts';
import type { Registry } from './registry.ts';
import { resolveEval } from './resolve-eval.ts';

/** Whether an eval can run here, before anything of it is loaded. */
export type EvalStatus =
  | { readonly kind: 'runnable'; readonly eval: RegistryEval }
  /** `why` in a few words: `needs Python: class …`, `data missing: LFS pointer, 823 kB`, `hf dataset`. */
  | { readonly kind: 'not-runnable'; readonly eval: RegistryEval; readonly why: string }
  /** The entry itself is at fault. */
  | { readonly kind: 'invalid'; readonly why: string };

/** Classes whose data is a set of the Hugging Face hub, unless `dataset` names a local file. */
const DATASET_CLASSES: ReadonlySet<string> = new Set([
  'evals.elsuite.lambada:Lambada',
  'evals.elsuite.multiple_choice:MultipleChoice',
]);

/** Looks at evals of a registry by name; what several names share is looked at once. */
export function createStatusReader(
  registry: Registry,
  folder: string,
): (name: string) => EvalStatus | undefined {
  const whyBySpec = new Map<string, string | undefined>();
  return (name) => {
    try {
      const found = resolveEval(registry, name, { folder, extraArgs: {} });
      if (found === undefined) return undefined;
      if (!whyBySpec.has(found.specName)) whyBySpec.set(found.specName, whyNotRunnable(found));
      const why = whyBySpec.get(found.specName);
      return why === undefined
        ? { kind: 'runnable', eval: found }
        : { kind: 'not-runnable', eval: found, why };
    } catch (error) {
      if (error instanceof EvaltuiError) return { kind: 'invalid', why: error.message };
      throw error;
    }
  };
}

function whyNotRunnable(spec: RegistryEval): string | undefined {
  if (spec.module === undefined && !BUILT_IN_CLASSES.has(spec.class))
    return `needs Python: class ${spec.class}`;
  if (spec.module !== undefined && !existsSync(spec.module.file)) return `no file ${spec.module.file}`;
  for (const path of dataPathsOf(spec)) {
    const why = path === undefined ? 'hf dataset' : whyNoData(findData(path, spec.dataPlace));
    if (why !== undefined) return why;
  }
  return undefined;
}

/** The data that an eval reads; undefined for a set of the hub that no argument names. */
export function dataPathsOf({ class: className, args }: RegistryEval): readonly (string | undefined)[] {
  const { samples_jsonl: samples, few_shot_jsonl: fewShot, num_few_shot: shots, dataset } = args;
  return [
    ...(typeof samples === 'string' ? [samples] : []),
    ...(typeof fewShot === 'string' && typeof shots === 'number' && shots > 0 ? [fewShot] : []),
    ...(DATASET_CLASSES.has(className) ? [typeof dataset === 'string' ? dataset : undefined] : []),
  ];
}
