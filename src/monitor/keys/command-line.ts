import { nearestMatch } from '../../core/nearest-match.ts';
import type { ViewIntent } from '../state/intents.ts';
import { selectCommands } from './key-map.ts';
import type { RunFacts, ScreenState } from '../state/screen-state.ts';
import { filterCandidates } from '../state/task-filter.ts';

/** A command that takes something, which no key can give. */
interface ArgumentCommand {
  readonly name: string;
  readonly argument: string;
  readonly read: (argument: string) => ViewIntent | null;
}

const ARGUMENT_COMMANDS: readonly ArgumentCommand[] = [
  { name: 'filter', argument: '<terms>', read: (text) => ({ kind: 'filter', text }) },
  {
    name: 'limit',
    argument: '<tasks in flight>',
    read: (text) => (/^\d{1,9}$/.test(text) ? { kind: 'limit-to', concurrency: Number(text) } : null),
  },
  {
    name: 'sort',
    argument: '<column>',
    read: (text) => (text === '' ? null : { kind: 'sort-by', column: text }),
  },
  {
    name: 'open',
    argument: '<run id, or its beginning>',
    read: (text) => (text === '' ? null : { kind: 'open-run', runId: text }),
  },
];

/** What a line of the command line means now. Names may be cut short while they are of one command only. */
export function parseCommand(
  line: string,
  state: ScreenState,
  facts: RunFacts,
): { readonly intent: ViewIntent } | { readonly problem: string } {
  const [, given = '', argument = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(line) ?? [];
  const commands = selectCommands(state, facts);
  const names = [
    ...new Set([...commands.map(({ name }) => name), ...ARGUMENT_COMMANDS.map(({ name }) => name)]),
  ];
  const starts = names.filter((name) => name.startsWith(given));
  const name = names.includes(given) ? given : starts.length === 1 ? starts[0] : undefined;
  if (name === undefined) return { problem: noCommand(given, starts, names) };
  const taking = ARGUMENT_COMMANDS.find((command) => command.name === name);
  if (taking !== undefined) {
    const intent = taking.read(argument);
    return intent === null ? { problem: `:${name} ${taking.argument}` } : { intent };
  }
  const intent = commands.find((command) => command.name === name)?.intent;
  if (intent === undefined) return { problem: noCommand(given, starts, names) };
  return argument === '' ? { intent } : { problem: `:${name} takes nothing` };
}

function noCommand(given: string, starts: readonly string[], names: readonly string[]): string {
  if (starts.length > 1) return `:${given} may be ${starts.slice(0, 6).join(', ')}`;
  const near = nearestMatch(given, names);
  return `no command "${given}" here${near === undefined ? '' : `; did you mean :${near}?`}`;
}

/** What the text of a command line or of a filter may become; the whole line each. */
export function completions(state: ScreenState, facts: RunFacts): readonly string[] {
  const { input, screen } = state;
  if (input === null || input.purpose === 'search') return [];
  const { text } = input;
  if (input.purpose === 'filter') return screen === 'tasks' ? filterLines(text, facts) : [];
  const filter = /^(\s*filter\s+)(.*)$/.exec(text);
  if (filter !== null) return filterLines(filter[2] ?? '', facts).map((line) => `${filter[1] ?? ''}${line}`);
  const names = [
    ...selectCommands(state, facts).map(({ name }) => name),
    ...ARGUMENT_COMMANDS.map(({ name }) => `${name} `),
  ];
  return [...new Set(names)].filter((name) => name.startsWith(text)).sort();
}

function filterLines(text: string, facts: RunFacts): readonly string[] {
  const kept = text.replace(/\S*$/, '');
  return filterCandidates(text, facts.names).map((candidate) => kept + candidate);
}

/** The line completed as far as all that it may become agree. */
export function completed(text: string, candidates: readonly string[]): string {
  const [first] = candidates;
  if (first === undefined) return text;
  let shared = first;
  for (const candidate of candidates) {
    while (!candidate.startsWith(shared)) shared = shared.slice(0, -1);
  }
  return shared.length >= text.length ? shared : text;
}
