import { ERROR_KINDS } from '../../core/outcome.ts';
import { STANDINGS } from '../../core/standing.ts';
import { VERDICTS } from '../../core/verdict.ts';
import type { TaskFilter } from '../../store/task-store.ts';

/** What is known for the terms of a filter. */
export interface FilterNames {
  readonly evals: readonly string[];
  readonly groups: readonly string[];
}

interface ParsedFilter {
  readonly filter: TaskFilter;
  /** What of the text means nothing, and what would; null when all of it is understood. */
  readonly problem: string | null;
}

const TERM = /^(state|eval|group|verdict|err|pid):(.*)$/;

/**
 * A filter as it is typed: `state:` `eval:` `group:` `verdict:` `err:` `pid:` with one value or several with
 * commas, each its beginning at least; `!text` for what must not be there; everything else is text that must be.
 * A term that means nothing lets nothing through.
 */
export function parseTaskFilter(text: string, names: FilterNames): ParsedFilter {
  let filter: TaskFilter = {};
  let problem: string | null = null;
  const words: string[] = [];
  const unwanted: string[] = [];
  const among = <Value extends string>(
    values: readonly Value[],
    given: string,
    what: string,
  ): readonly Value[] => {
    const wanted = given.split(',').filter((value) => value !== '');
    const found = values.filter((value) =>
      wanted.some((start) => value.toLowerCase().startsWith(start.toLowerCase())),
    );
    if (found.length === 0 && wanted.length > 0) {
      problem ??= `no ${what} "${given}"${values.length === 0 ? '' : `: ${values.slice(0, 9).join(', ')}`}`;
    }
    return found;
  };
  for (const term of text.split(/\s+/)) {
    const [, name, given = ''] = TERM.exec(term) ?? [];
    if (name === undefined) {
      if (term.startsWith('!')) unwanted.push(term.slice(1));
      else if (term !== '') words.push(term);
    } else if (given === '') {
      // Still being typed: it narrows nothing yet.
    } else if (name === 'state') filter = { ...filter, standings: among(STANDINGS, given, 'state') };
    else if (name === 'eval') filter = { ...filter, evals: among(names.evals, given, 'eval') };
    else if (name === 'group') filter = { ...filter, groups: given.split(',').filter((one) => one !== '') };
    else if (name === 'verdict') filter = { ...filter, verdicts: among(VERDICTS, given, 'verdict') };
    else if (name === 'err') filter = { ...filter, errorKinds: among(ERROR_KINDS, given, 'kind of error') };
    else if (/^\d{1,10}$/.test(given)) filter = { ...filter, pid: Number(given) };
    else problem ??= `a pid is a number, not "${given}"`;
  }
  const without = unwanted.filter((word) => word !== '');
  return {
    filter: {
      ...filter,
      ...(words.length === 0 ? {} : { text: words.join(' ') }),
      ...(without.length === 0 ? {} : { without }),
    },
    problem,
  };
}

/** What the last word of a filter may become. */
export function filterCandidates(text: string, names: FilterNames): readonly string[] {
  const word = /\S*$/.exec(text)?.[0] ?? '';
  const [, name, given = ''] = TERM.exec(word) ?? [];
  if (name === undefined) {
    if (word === '') return [];
    return ['state:', 'eval:', 'group:', 'verdict:', 'err:', 'pid:'].filter((term) => term.startsWith(word));
  }
  const done = given.slice(0, given.lastIndexOf(',') + 1);
  const last = given.slice(done.length).toLowerCase();
  return valuesOf(name, names)
    .filter((value) => value.toLowerCase().startsWith(last))
    .map((value) => `${name}:${done}${value}`);
}

function valuesOf(name: string, names: FilterNames): readonly string[] {
  switch (name) {
    case 'state':
      return STANDINGS;
    case 'eval':
      return names.evals;
    case 'group':
      return names.groups;
    case 'verdict':
      return VERDICTS;
    case 'err':
      return ERROR_KINDS;
    default:
      return [];
  }
}

/** Whether a row that reads so gets through a filter of words and `!words`, upper and lower case alike. */
export function passesTextFilter(filter: string, rowText: string): boolean {
  const row = rowText.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) =>
      word.length > 1 && word.startsWith('!') ? !row.includes(word.slice(1)) : row.includes(word),
    );
}
