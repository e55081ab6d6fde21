import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { EvaltuiError } from '../core/errors.ts';
import type { EvalDefinition } from '../core/eval.ts';
import type { EvalClassModule, RegistryEval } from '../core/registry-eval.ts';
import type { EvalClass, EvalClassOptions } from '../templates/openai-evals/eval-class.ts';
import { openRows } from './open-rows.ts';
import type { Registry } from './registry.ts';

/** The classes of OpenAI Evals that evaltui has, by their Python paths. */
export const BUILT_IN_CLASSES: ReadonlySet<string> = new Set([
  'evals.elsuite.basic.fuzzy_match:FuzzyMatch',
  'evals.elsuite.basic.includes:Includes',
  'evals.elsuite.basic.json_match:JsonMatch',
  'evals.elsuite.basic.json_validator:JsonValidator',
  'evals.elsuite.basic.match:Match',
  'evals.elsuite.lambada:Lambada',
  'evals.elsuite.modelgraded.classify:ModelBasedClassify',
  'evals.elsuite.multiple_choice:MultipleChoice',
  'evals.elsuite.test.match:TestMatch',
  'evals.elsuite.translate:Translate',
]);

/** What runs a class: evaltui's own, or a module of the user's. */
export type FoundClass =
  | { readonly kind: 'built-in' }
  | { readonly kind: 'module'; readonly module: EvalClassModule };

const MODULE_FORM = /^(\.{1,2}\/.+\.[cm]?[jt]s):([A-Za-z_$][\w$]*)$/;

/**
 * What runs a `class` of a registry's eval; undefined for one that needs Python. A class of the user's own is
 * named in place (`class: ./file.mjs:ExportName`, relative to the YAML file), or an entry of `eval_classes` maps
 * the Python path to it; such an entry wins over evaltui's own class.
 *
 * @param file the YAML file that names the class
 */
export function findEvalClass(registry: Registry, name: string, file: string): FoundClass | undefined {
  const inPlace = moduleOf(name, file);
  if (inPlace !== undefined) return { kind: 'module', module: inPlace };
  const mapped = registry.follow('eval_classes', name)?.at(-1);
  if (mapped !== undefined) {
    const module = moduleOf(String(mapped.spec['class']), mapped.file);
    if (module !== undefined) return { kind: 'module', module };
  }
  return BUILT_IN_CLASSES.has(name) ? { kind: 'built-in' } : undefined;
}

function moduleOf(name: string, file: string): EvalClassModule | undefined {
  const [, relativePath, exportName] = MODULE_FORM.exec(name) ?? [];
  if (relativePath === undefined || exportName === undefined) return undefined;
  return { file: path.resolve(path.dirname(file), relativePath), exportName };
}

/** Classes that grade with the last of the completion functions; the others take one, and no grader. */
const GRADED_CLASSES: ReadonlySet<string> = new Set([
  'evals.elsuite.modelgraded.classify:ModelBasedClassify',
]);

export interface RegistryEvalOptions extends Pick<EvalClassOptions, 'completionFns' | 'maxSamples' | 'seed'> {
  /** Whether the last of the completion functions is there for grading only. Default false. */
  readonly hasGrader?: boolean;
}

/**
 * Makes the eval of a registry's entry. Throws `needs-python` for a class that nothing runs here, `bad-param`
 * for arguments that the class does not take, `registry-invalid` for a module that has no such class.
 */
export async function createRegistryEval(
  spec: RegistryEval,
  { hasGrader = false, ...options }: RegistryEvalOptions,
): Promise<EvalDefinition> {
  const evalClass = await loadEvalClass(spec);
  const takesNoGrader = spec.module === undefined && !GRADED_CLASSES.has(spec.class);
  return evalClass({
    ...options,
    completionFns: options.completionFns - (hasGrader && takesNoGrader ? 1 : 0),
    evalName: spec.specName,
    args: spec.args,
    openRows: (path) => openRows(path, spec.dataPlace),
    modelGraded: (name) => {
      if (spec.modelgraded !== undefined && name === spec.args['modelgraded_spec']) return spec.modelgraded;
      throw new EvaltuiError(
        'registry-invalid',
        `The eval "${spec.specName}" has no modelgraded entry "${name}".`,
      );
    },
  });
}

async function loadEvalClass(spec: RegistryEval): Promise<EvalClass> {
  if (spec.module !== undefined) return importClass(spec, spec.module);
  // Loaded late: names are resolved, listed and checked without the code of a class.
  const { EVAL_CLASSES } = await import('../templates/openai-evals/eval-classes.ts');
  const builtIn = EVAL_CLASSES.get(spec.class);
  if (builtIn !== undefined) return builtIn;
  throw new EvaltuiError(
    'needs-python',
    `needs Python: class ${spec.class} ("${spec.specName}" in ${spec.file}). A class of your own can take its place: see "eval_classes" in docs/registry.md.`,
  );
}

async function importClass(spec: RegistryEval, { file, exportName }: EvalClassModule): Promise<EvalClass> {
  const refuse = (why: string, cause?: unknown): EvaltuiError =>
    new EvaltuiError(
      'registry-invalid',
      `The eval "${spec.specName}" of ${spec.file}: class ${spec.class}: ${why}.`,
      cause === undefined ? {} : { cause },
    );
  if (!existsSync(file)) throw refuse(`there is no file ${file}`);
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw refuse(
      `${file} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    );
  }
  const found = exports[exportName];
  if (typeof found === 'function') return found as EvalClass;
  const names = Object.keys(exports).toSorted().join(', ') || 'nothing';
  throw refuse(`${file} exports no function ${exportName}; it exports ${names}`);
}
