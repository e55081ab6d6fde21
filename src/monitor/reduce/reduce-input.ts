import { completed, completions, parseCommand } from '../keys/command-line.ts';
import type { ViewIntent } from '../state/intents.ts';
import { filtered } from './reduce-list.ts';
import {
  change,
  changeView,
  currentView,
  type RunFacts,
  type ScreenState,
  type ScreenStep,
} from '../state/screen-state.ts';
import { eraseText, moveCursor, openInput, type TextInput, typeText, withText } from '../state/text-input.ts';

type InputIntent = ViewIntent & {
  readonly kind:
    | 'input-open'
    | 'input-type'
    | 'input-erase'
    | 'input-move'
    | 'input-complete'
    | 'input-recall'
    | 'input-submit'
    | 'input-cancel';
};

/** What happens to the line that is typed. A filter filters while it is typed. */
export function reduceInput(state: ScreenState, intent: InputIntent, facts: RunFacts): ScreenStep {
  const { input } = state;
  if (intent.kind === 'input-open') return openLine(state, intent);
  if (input === null) return change(state, {});
  switch (intent.kind) {
    case 'input-type':
      return edited(state, typeText(input, intent.text));
    case 'input-erase':
      // Nothing left to erase: the line is given up, as in other pagers.
      if (input.text === '' && intent.unit === 'grapheme') return cancel(state, input);
      return edited(state, eraseText(input, intent.unit));
    case 'input-move':
      return change(state, { input: moveCursor(input, intent.to) });
    case 'input-complete':
      return edited(state, withText(input, completed(input.text, completions(state, facts))));
    case 'input-recall':
      return recall(state, input, intent.by);
    case 'input-submit':
      return submit(state, input, facts);
    case 'input-cancel':
      return cancel(state, input);
  }
}

function openLine(
  state: ScreenState,
  { purpose }: InputIntent & { readonly kind: 'input-open' },
): ScreenStep {
  const view = currentView(state);
  const text = purpose === 'filter' ? view.filter : purpose === 'search' ? view.scroll.search : '';
  return change(state, { input: openInput(purpose, text), dialog: null });
}

function edited(state: ScreenState, input: TextInput): ScreenStep {
  const next = { ...state, input };
  if (input.purpose !== 'filter') return change(next, {});
  return change(changeView(next, filtered(currentView(state), input.text)), {});
}

function recall(state: ScreenState, input: TextInput, by: 1 | -1): ScreenStep {
  const lines =
    input.purpose === 'command' ? state.commands : input.purpose === 'filter' ? state.filters : [];
  const recalled = Math.max(0, Math.min(lines.length, input.recalled + by));
  if (recalled === input.recalled) return change(state, {});
  const text = recalled === 0 ? '' : (lines.at(-recalled) ?? '');
  return edited(state, { ...withText(input, text), recalled });
}

const REMEMBERED = 50;

function remember(lines: readonly string[], line: string): readonly string[] {
  if (line.trim() === '') return lines;
  return [...lines.filter((other) => other !== line), line].slice(-REMEMBERED);
}

function submit(state: ScreenState, input: TextInput, facts: RunFacts): ScreenStep {
  const { text, purpose } = input;
  const closed = { ...state, input: null };
  switch (purpose) {
    case 'filter':
      return change(closed, { filters: remember(state.filters, text) });
    case 'search': {
      const scroll = { ...currentView(state).scroll, search: text, hit: null };
      const searched = changeView(closed, { scroll });
      return text === ''
        ? change(searched, {})
        : { ...change(searched, {}), next: { kind: 'search', by: 1 } };
    }
    case 'command': {
      if (text.trim() === '') return change(closed, {});
      const commands = remember(state.commands, text);
      const parsed = parseCommand(text, state, facts);
      // A line that means nothing stays to be mended.
      if ('problem' in parsed) return change(state, { commands, note: parsed.problem });
      return { ...change(closed, { commands }), next: parsed.intent };
    }
  }
}

function cancel(state: ScreenState, input: TextInput): ScreenStep {
  const closed = { ...state, input: null };
  if (input.purpose !== 'filter') return change(closed, {});
  return change(changeView(closed, filtered(currentView(state), input.before)), {});
}
