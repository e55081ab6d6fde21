import { EvaltuiError } from '../core/errors.ts';

/**
 * Arguments with their long options written out, as Python's argparse takes them: any beginning of a name that no
 * other name has is enough (`--max_s 5`), and `-` and `_` in a name are the same. What is no option of the command
 * stays as it is. Throws `bad-option` for a beginning that several names have.
 * @param names the long options of the command, with their dashes
 */
export function writeOutOptions(args: readonly string[], names: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  return [...options.map((arg) => writeOut(arg, names)), ...args.slice(options.length)];
}

function writeOut(arg: string, names: readonly string[]): string {
  if (!arg.startsWith('--')) return arg;
  const [given = '', ...value] = arg.split('=');
  const found = nameOf(given, names);
  return found === undefined ? arg : [found, ...value].join('=');
}

function nameOf(given: string, names: readonly string[]): string | undefined {
  const plain = (name: string): string => `--${name.slice(2).replaceAll('_', '-')}`;
  const wanted = plain(given);
  const exact = names.find((name) => plain(name) === wanted);
  if (exact !== undefined) return exact;
  const [first, ...others] = names.filter((name) => plain(name).startsWith(wanted));
  if (others.length === 0) return first;
  throw new EvaltuiError(
    'bad-option',
    `ambiguous option: ${given} could match ${[first, ...others].join(', ')}.`,
  );
}
