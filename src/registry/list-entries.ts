import { findPlugIn } from '../completion-fns/plug-in.ts';
import { EvaltuiError } from '../core/errors.ts';
import { REGISTRY_KINDS, type RegistryKind } from './entry-shapes.ts';
import { createStatusReader, type EvalStatus } from './eval-status.ts';
import type { Registry, RegistryEntry } from './registry.ts';
import { resolveEvalSet } from './resolve-eval.ts';
import { resolveCompletionFn } from './resolve-model.ts';

/** An entry of a registry, and whether it can be used here. */
export interface ListedEntry {
  readonly entry: RegistryEntry;
  /** The entry that an alias leads to; absent for an entry that is none. */
  readonly leadsTo?: string;
  /** Of the entry, or of the one that it leads to. */
  readonly class?: string;
  /** `invalid`: the entry itself is at fault. */
  readonly status: 'runnable' | 'not-runnable' | 'invalid';
  /** Why it is not runnable, in a few words; of an invalid entry the whole message. */
  readonly why?: string;
  /** Patterns of an eval set that no eval matches. */
  readonly unmatched?: readonly string[];
}

/**
 * Every entry of a registry, in its order. Throws `registry-invalid` for what breaks a resource as a whole.
 * @param folder the current folder, where data is looked for first
 */
export function listEntries(registry: Registry, folder: string): readonly ListedEntry[] {
  const lister = createLister(registry, folder);
  return REGISTRY_KINDS.flatMap((kind) => [...registry.entries(kind).values()].map(lister));
}

/** The entries of one name: several kinds may have it. */
export function findEntries(registry: Registry, name: string, folder: string): readonly ListedEntry[] {
  const lister = createLister(registry, folder);
  return REGISTRY_KINDS.flatMap((kind) => {
    const entry = registry.entries(kind).get(name);
    return entry === undefined ? [] : [lister(entry)];
  });
}

type Usability = Omit<ListedEntry, 'entry'>;

function createLister(registry: Registry, folder: string): (entry: RegistryEntry) => ListedEntry {
  const statusOf = createStatusReader(registry, folder);
  const look: Readonly<Record<RegistryKind, (entry: RegistryEntry) => Usability>> = {
    evals: ({ name }) => evalUsability(name, statusOf(name)),
    eval_sets: ({ name }) => setUsability(registry, { name, folder, statusOf }),
    completion_fns: (entry) => functionUsability(registry, entry),
    solvers: (entry) => functionUsability(registry, entry),
    modelgraded: (entry) => followed(registry, entry),
    eval_classes: (entry) => followed(registry, entry),
  };
  return (entry) => {
    try {
      return { entry, ...look[entry.kind](entry) };
    } catch (error) {
      if (error instanceof EvaltuiError) return { entry, status: 'invalid', why: error.message };
      throw error;
    }
  };
}

function evalUsability(name: string, status: EvalStatus | undefined): Usability {
  if (status === undefined) throw new RangeError(`the registry has no eval "${name}"`);
  if (status.kind === 'invalid') return { status: 'invalid', why: status.why };
  const { specName, class: className } = status.eval;
  return {
    ...(specName === name ? {} : { leadsTo: specName }),
    class: className,
    ...(status.kind === 'runnable' ? { status: 'runnable' } : { status: 'not-runnable', why: status.why }),
  };
}

function setUsability(registry: Registry, { name, folder, statusOf }: SetSearch): Usability {
  const set = resolveEvalSet(registry, name, { folder, extraArgs: {} });
  if (set === undefined) throw new RangeError(`the registry has no eval set "${name}"`);
  const failing = set.evals.filter((each) => statusOf(each.specName)?.kind !== 'runnable').length;
  const total = set.evals.length;
  const common = { unmatched: set.unmatched };
  if (total === 0) return { ...common, status: 'not-runnable', why: 'no eval matches' };
  if (failing === 0) return { ...common, status: 'runnable' };
  return { ...common, status: 'not-runnable', why: `${failing} of ${total} evals cannot run` };
}

interface SetSearch {
  readonly name: string;
  readonly folder: string;
  readonly statusOf: (name: string) => EvalStatus | undefined;
}

function functionUsability(registry: Registry, entry: RegistryEntry): Usability {
  const common = followed(registry, entry);
  try {
    const spec = resolveCompletionFn(registry, entry.name, {});
    if (spec.kind === 'plug-in') findPlugIn(spec);
    return common;
  } catch (error) {
    if (!(error instanceof EvaltuiError) || error.code !== 'needs-python') throw error;
    return {
      ...common,
      status: 'not-runnable',
      why: `needs Python: class ${String(error.details['class'])}`,
    };
  }
}

/** What is known of every kind: the entry, or the one that it leads to, is sound. */
function followed(registry: Registry, entry: RegistryEntry): Usability {
  const last = registry.follow(entry.kind, entry.name)?.at(-1) ?? entry;
  const className = last.spec['class'];
  return {
    ...(last === entry ? {} : { leadsTo: last.name }),
    ...(typeof className === 'string' ? { class: className.trim() } : {}),
    status: 'runnable',
  };
}
