import { z } from 'zod';
import { EvaltuiError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { nearestMatch } from '../../core/nearest-match.ts';
import type { EvalClassOptions } from './eval-class.ts';

/** `ignore_case: true` in YAML, `ignore_case=1` on the command line. */
export const flag: z.ZodType<boolean> = z.union([z.boolean(), z.number().transform((value) => value !== 0)]);

/**
 * The args of a spec as its class takes them. Throws `bad-param` that names the eval, the argument, what is
 * wrong with it and the ones there are.
 */
export function parseArgs<Shape extends z.ZodRawShape>(
  { args, evalName }: Pick<EvalClassOptions, 'args' | 'evalName'>,
  shape: Shape,
): z.output<z.ZodObject<Shape>> {
  const parsed = z.strictObject(shape).safeParse(args);
  if (parsed.success) return parsed.data as z.output<z.ZodObject<Shape>>;
  const names = Object.keys(shape);
  throw new EvaltuiError(
    'bad-param',
    `The eval "${evalName}" ${whyRefused(parsed.error.issues, args, names)} Its arguments are: ${names.join(', ') || 'none'}.`,
    { details: { evalName } },
  );
}

/** The end of a sentence about the eval. A name that is not known comes first: it may be what is missing. */
function whyRefused(issues: readonly z.core.$ZodIssue[], args: JsonObject, names: readonly string[]): string {
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const inside = issue.path.map((part) => `${String(part)}.`).join('');
    const [key = ''] = issue.keys;
    const nearest = inside === '' ? nearestMatch(key, names) : undefined;
    return `has no argument "${inside}${key}".${nearest === undefined ? '' : ` Did you mean "${nearest}"?`}`;
  }
  const [issue] = issues;
  const [first] = issue?.path ?? [];
  if (issue === undefined || first === undefined) return 'cannot take its arguments.';
  const name = issue.path.map(String).join('.');
  if (args[String(first)] === undefined) return `lacks its argument "${name}".`;
  return `cannot take its argument "${name}": ${issue.message.replace(/^Invalid \w+: /, '')}.`;
}

/** Throws `bad-option` unless the run has one completion function, for classes that take no more. */
export function requireOneCompletionFn({ evalName, completionFns }: EvalClassOptions): void {
  if (completionFns === 1) return;
  throw new EvaltuiError(
    'bad-option',
    `The eval "${evalName}" takes one completion function; ${completionFns} were given.`,
  );
}
