import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { EvaltuiError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { nearestMatch } from '../core/nearest-match.ts';
import type { EvalSpec } from '../core/run-spec.ts';
import { entryNotFound } from '../registry/entry-not-found.ts';
import { Registry } from '../registry/registry.ts';
import { resolveEval, resolveEvalSet } from '../registry/resolve-eval.ts';
import { registryRoots } from '../registry/roots.ts';
import { bundledEvalsFolder } from './places.ts';

const EVAL_FILE = /\.eval\.(?:ts|mts|js|mjs)$/;

export interface FindOptions {
  readonly params: Readonly<Record<string, string>>;
  /** Registry roots beyond the bundled one and `~/.evals`. */
  readonly registryPaths: readonly string[];
}

export interface RegistryFindOptions extends Pick<FindOptions, 'registryPaths'> {
  /** Stand over the arguments of the entry. */
  readonly extraArgs: JsonObject;
}

/**
 * The evals that the arguments of `run` name: a file, a folder of them, or the name of one in the current
 * folder, in its `evals` folder, among the bundled ones, or of an eval or eval set of a registry - in this
 * order. Throws `eval-not-found` with the nearest name.
 */
export function findEvals(given: readonly string[], options: FindOptions): readonly EvalSpec[] {
  // One for all names: it reads its files when it is first asked, which takes longer than all else here.
  const registry = new Registry(registryRoots(options.registryPaths));
  const specs = given.flatMap((each) => evalsOf(each, registry, options.params));
  const identity = ({ file, registry }: EvalSpec): string => registry?.specName ?? file;
  const twice = specs.find(
    (spec, index) => specs.findIndex((other) => identity(other) === identity(spec)) !== index,
  );
  if (twice === undefined) return specs;
  throw new EvaltuiError('bad-option', `The eval ${identity(twice)} is given twice; name it once.`);
}

type Params = FindOptions['params'];

function evalsOf(given: string, registry: Registry, params: Params): readonly EvalSpec[] {
  const files = filesOf(given);
  if (files.length > 0) return files.map((file) => ({ file, given, params }));
  return registryEvalsOf(given, registry, params);
}

/** None when the argument is neither a path nor the name of an eval file. */
function filesOf(given: string): readonly string[] {
  const path = resolve(given);
  const kind = kindOf(path);
  if (kind === 'folder') {
    const files = evalFilesIn(path);
    if (files.length > 0) return files;
    throw new EvaltuiError('eval-not-found', `The folder ${path} has no *.eval.ts or *.eval.js file.`);
  }
  if (kind === 'file') {
    if (EVAL_FILE.test(path)) return [path];
    throw new EvaltuiError(
      'eval-not-found',
      `${path} is no eval: its name must end in .eval.ts or .eval.js.`,
    );
  }
  const named = knownEvals().find(({ name }) => name === given);
  return named === undefined ? [] : [named.file];
}

function registryEvalsOf(given: string, registry: Registry, params: Params): readonly EvalSpec[] {
  const options = { folder: resolve('.'), extraArgs: {} };
  const one = resolveEval(registry, given, options);
  const set = one === undefined ? resolveEvalSet(registry, given, options) : undefined;
  if (set?.evals.length === 0) {
    throw new EvaltuiError(
      'eval-not-found',
      `The eval set "${given}" has no evals: ${set.unmatched.length === 0 ? 'its list is empty' : `no eval matches ${set.unmatched.join(', ')}`}.`,
    );
  }
  const found = one === undefined ? set?.evals : [one];
  if (found !== undefined) {
    const [name] = Object.keys(params);
    if (name === undefined) return found.map((each) => ({ file: each.file, given, params, registry: each }));
    throw new EvaltuiError(
      'bad-param',
      `"${given}" is of a registry, whose evals take their arguments from their entry; --param ${name} goes with eval files.`,
    );
  }
  const names = [
    ...knownEvals().map(({ name }) => name),
    ...registry.entries('evals').keys(),
    ...registry.entries('eval_sets').keys(),
  ];
  const nearest = nearestMatch(given, names);
  throw new EvaltuiError(
    'eval-not-found',
    `No eval "${given}": there is no such file, folder, name or entry of a registry. ${
      nearest === undefined
        ? `Known names: ${[...new Set(knownEvals().map(({ name }) => name))].join(', ')}; those of registries: evaltui registry list.`
        : `Did you mean "${nearest}"?`
    }`,
  );
}

/** The eval of a registry, by `oaieval`. Throws `eval-not-found` with the nearest name. */
export function findRegistryEval(name: string, { registryPaths, extraArgs }: RegistryFindOptions): EvalSpec {
  const registry = new Registry(registryRoots(registryPaths));
  const found = resolveEval(registry, name, { folder: resolve('.'), extraArgs });
  if (found !== undefined) return { file: found.file, given: name, params: {}, registry: found };
  if (registry.entries('eval_sets').has(name)) {
    throw new EvaltuiError('eval-not-found', `"${name}" is an eval set: run it with oaievalset.`);
  }
  throw entryNotFound(registry, name, { kinds: ['evals'], what: 'eval' });
}

/** Evals that can be run by name, those of the current folder first. */
function knownEvals(): readonly { readonly name: string; readonly file: string }[] {
  return [resolve('.'), resolve('evals'), bundledEvalsFolder()].flatMap((folder) =>
    evalFilesIn(folder).map((file) => ({ name: basename(file).replace(EVAL_FILE, ''), file })),
  );
}

function evalFilesIn(folder: string): readonly string[] {
  if (kindOf(folder) !== 'folder') return [];
  return readdirSync(folder)
    .filter((name) => EVAL_FILE.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

function kindOf(path: string): 'file' | 'folder' | 'missing' {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 'missing';
  return stats.isDirectory() ? 'folder' : 'file';
}
