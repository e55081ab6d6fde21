import { EvaltuiError } from '../core/errors.ts';
import { REGISTRY_KINDS } from './entry-shapes.ts';
import { createRegistryEval } from './eval-classes.ts';
import { createStatusReader, dataPathsOf } from './eval-status.ts';
import { listEntries, type ListedEntry } from './list-entries.ts';
import { openRows } from './open-rows.ts';
import type { Registry, RegistryProblem } from './registry.ts';

export interface RegistryCheck {
  /** What is wrong in the files, then in what entries lead to. */
  readonly problems: readonly RegistryProblem[];
  /** Empty when a resource is broken as a whole: nothing can be said of its entries then. */
  readonly entries: readonly ListedEntry[];
}

/** Looks at everything that a registry holds, but not into the data. Never throws for what it finds. */
export function checkRegistry(registry: Registry, folder: string): RegistryCheck {
  const problems = REGISTRY_KINDS.flatMap((kind) => registry.load(kind).problems);
  if (problems.some(({ severity, entry }) => severity === 'error' && entry === undefined)) {
    return { problems, entries: [] };
  }
  const entries = listEntries(registry, folder);
  const known = new Set(problems.filter(({ severity }) => severity === 'error').map(({ place }) => place));
  const found = entries.flatMap(({ entry, status, why, unmatched }): readonly RegistryProblem[] => {
    const place = `${entry.file}:${entry.line}`;
    if (status === 'invalid' && why !== undefined) {
      const [, at = place, message = why] = /^(?:(\/.*?:\d+(?::\d+)?): )?(.*?)\.?$/s.exec(why) ?? [];
      // An alias of a faulty entry, and the entry itself, say the same.
      if (known.has(at)) return [];
      known.add(at);
      return [{ severity: 'error', place: at, entry: entry.name, message }];
    }
    return (unmatched ?? []).map((pattern) => ({
      severity: 'warning',
      place,
      entry: entry.name,
      message: `the eval set "${entry.name}" names "${pattern}", which no eval matches`,
    }));
  });
  return { problems: [...problems, ...found], entries };
}

/** What came of looking at one eval and all of its data. */
export interface EvalCheck {
  readonly name: string;
  /** Absent when the entry is invalid. */
  readonly specName?: string;
  /** Rows of its samples; absent when they cannot be read, or the class brings its own. */
  readonly samples?: number;
  /** Why it cannot run, whole; absent when it can. */
  readonly why?: string;
}

/** Looks at one eval: its class, its arguments, and every row of its data. Undefined when there is none. */
export async function checkEval(
  registry: Registry,
  name: string,
  folder: string,
): Promise<EvalCheck | undefined> {
  const status = createStatusReader(registry, folder)(name);
  if (status === undefined) return undefined;
  if (status.kind === 'invalid') return { name, why: status.why };
  const spec = status.eval;
  const common = { name, specName: spec.specName };
  try {
    // Data first: what is missing is told better than by a class that has none.
    let samples: number | undefined;
    if (status.kind === 'runnable' || status.why.startsWith('data missing')) {
      for (const path of dataPathsOf(spec)) {
        if (path === undefined) continue;
        await using rows = await openRows(path, spec.dataPlace);
        samples ??= rows.count;
      }
    }
    await createRegistryEval(spec, { completionFns: completionFnsOf(spec.args['multicomp_n']), seed: 0 });
    if (status.kind === 'not-runnable') return { ...common, why: status.why };
    return { ...common, ...(samples === undefined ? {} : { samples }) };
  } catch (error) {
    if (error instanceof EvaltuiError) return { ...common, why: error.message };
    throw error;
  }
}

/** `from_models` compares the completions of several functions. */
function completionFnsOf(multicomp: unknown): number {
  return multicomp === 'from_models' ? 2 : 1;
}
