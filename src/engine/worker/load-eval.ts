import { pathToFileURL } from 'node:url';
import { EvaltuiError, serializeError } from '../../core/errors.ts';
import type { EvalDefinition } from '../../core/eval.ts';
import { placeOf } from './error-place.ts';
import { registerEvalHooks } from './eval-hooks.ts';

/**
 * The eval that a file's default export defines. Throws `eval-load-failed` for a file that cannot be loaded,
 * with the place of a syntax error, and `eval-invalid` for one that defines no eval.
 */
export async function loadEval(file: string): Promise<EvalDefinition> {
  registerEvalHooks();
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  } catch (error) {
    throw new EvaltuiError('eval-load-failed', `Cannot load ${file}: ${describeLoadError(error)}`, {
      cause: error,
    });
  }
  const why = whyNoEval(module.default);
  if (why !== undefined) {
    throw new EvaltuiError('eval-invalid', `${file} ${why}. See "evaltui new <name>" for one that runs.`);
  }
  return module.default as EvalDefinition;
}

function describeLoadError(error: unknown): string {
  const { message, code } = serializeError(error);
  const [line = ''] = message.split('\n');
  const place = placeOf(error);
  const advice = ADVICE[code ?? ''];
  return `${line}${place === undefined ? '' : ` (${place})`}${advice === undefined ? '' : `. ${advice}`}`;
}

/** What to do about an error of Node's module loader, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX:
    'Only TypeScript whose types can be erased is run: take a const object for an enum, a module for a namespace, and declare the fields of a class.',
  ERR_MODULE_NOT_FOUND:
    'A file is imported with its suffix, as "./data.ts"; a package is installed beside the eval, with npm install.',
};

function whyNoEval(value: unknown): string | undefined {
  if (value === undefined) return 'has no default export; it must be "export default defineEval({…})"';
  if (typeof value !== 'object' || value === null) return 'has a default export that is no eval';
  const definition = value as Record<string, unknown>;
  if (typeof definition['name'] !== 'string' || !/^[\w.-]+$/.test(definition['name'])) {
    return `defines an eval whose name is ${JSON.stringify(definition['name'])}; letters, digits, "-", "_" and "." are allowed`;
  }
  if (typeof definition['tasks'] !== 'function') return 'defines an eval without a tasks() function';
  const evaluates = typeof definition['evaluate'] === 'function';
  const solves = typeof definition['solver'] === 'function' && typeof definition['score'] === 'function';
  if (!evaluates && !solves) return 'defines an eval without evaluate(), and without solver and score()';
  return undefined;
}
