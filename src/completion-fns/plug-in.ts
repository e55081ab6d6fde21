import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Completion, CompletionFn } from '../core/completion.ts';
import { EvaltuiError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';

/** A completion function of the user's own: an entry of a registry's `completion_fns/*.yaml`. */
export interface PlugInSpec {
  readonly kind: 'plug-in';
  /** The entry's name. */
  readonly name: string;
  /** Absolute path of the YAML file that holds the entry. */
  readonly registryFile: string;
  /** `./file.mjs:ExportName`, relative to the YAML file. */
  readonly class: string;
  readonly args: JsonObject;
}

const CLASS_FORM = /^(\.{1,2}\/.+\.[cm]?[jt]s):([A-Za-z_$][\w$]*)$/;

/**
 * Loads a plug-in and calls its export once with the entry's `args`; what that returns, or resolves to, is the
 * completion function. Throws `registry-invalid` that names the YAML file, the class and what is wrong. What
 * its calls throw is passed on as it is.
 */
export async function loadPlugIn(spec: PlugInSpec): Promise<CompletionFn> {
  const { file, exportName } = findPlugIn(spec);
  const exports = await orInvalid(spec, 'cannot be loaded', async () => {
    return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
  });
  const create = exports[exportName];
  if (typeof create !== 'function') {
    const names = Object.keys(exports).toSorted().join(', ') || 'nothing';
    throw invalid(spec, `${file} exports no function ${exportName}; it exports ${names}`);
  }
  const created = await orInvalid(spec, `${exportName}(args) failed`, async () => {
    return (await (create as (args: JsonObject) => unknown)(spec.args)) as unknown;
  });
  if (typeof created !== 'function') {
    throw invalid(spec, `${exportName}(args) returned ${describe(created)} and not a completion function`);
  }
  return checkingAnswers(spec, created as CompletionFn);
}

/** The module of a plug-in, which is there, and the name of its export. Throws `registry-invalid`. */
export function findPlugIn(spec: PlugInSpec): { readonly file: string; readonly exportName: string } {
  const [, relativePath, exportName] = CLASS_FORM.exec(spec.class) ?? [];
  if (relativePath === undefined || exportName === undefined) {
    throw invalid(spec, 'is not of the form ./file.mjs:ExportName');
  }
  const file = path.resolve(path.dirname(spec.registryFile), relativePath);
  if (!existsSync(file)) throw invalid(spec, `there is no file ${file}`);
  return { file, exportName };
}

/** The same function, refusing what is no completion where it happens and not later in the record. */
function checkingAnswers(spec: PlugInSpec, complete: CompletionFn): CompletionFn {
  const check = (completion: Completion): Completion => {
    if (typeof (completion as Partial<Completion> | null | undefined)?.text === 'string') return completion;
    throw new TypeError(
      `Completion function "${spec.name}" returned ${describe(completion)} and not { text: string, … }.`,
    );
  };
  return (prompt, options) => {
    const answer = complete(prompt, options);
    return answer instanceof Promise ? answer.then(check) : check(answer as Completion);
  };
}

async function orInvalid<T>(spec: PlugInSpec, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof EvaltuiError) throw cause;
    const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : describe(cause);
    throw invalid(spec, `${what}: ${message}`, cause);
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') return 'a text';
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
}

function invalid(spec: PlugInSpec, why: string, cause?: unknown): EvaltuiError {
  return new EvaltuiError(
    'registry-invalid',
    `Completion function "${spec.name}" of ${spec.registryFile}: class ${spec.class}: ${why}.`,
    { ...(cause === undefined ? {} : { cause }), details: { name: spec.name, class: spec.class } },
  );
}
