import type { KeyBinding, KeyMode } from './key-binding.ts';
import { KEY_MAP } from './key-bindings.ts';
import type { ScreenName, ViewIntent } from '../state/intents.ts';
import { currentView, type RunFacts, type ScreenState } from '../state/screen-state.ts';

/** What a key means now, or undefined. */
export function intentOfKey(key: string, state: ScreenState, facts: RunFacts): ViewIntent | undefined {
  const mode = modeOf(state);
  const bound = activeBindings(mode, state, facts).find((binding) => binding.keys.includes(key))?.intent;
  if (bound !== undefined || mode !== 'text') return bound;
  const text = key === 'space' ? ' ' : key;
  return isTyped(key) ? { kind: 'input-type', text } : undefined;
}

export interface KeyHint {
  readonly keys: string;
  readonly label: string;
}

/** Ways out are on the key line however narrow it is. */
const ESSENTIAL = /^(help|quit|leave|stop|back|no|yes|your run)/;

/** The key line in so many cells: what can be pressed now, what belongs to the view first. */
export function selectKeyHints(state: ScreenState, facts: RunFacts, columns = 500): readonly KeyHint[] {
  const bindings = activeBindings(modeOf(state), state, facts).filter(({ label }) => label !== undefined);
  const own = bindings.filter(({ screens, pane }) => screens !== undefined || pane !== undefined);
  const common = bindings.filter((binding) => !own.includes(binding));
  const hints = [...own, ...common].map(({ keys, shown, label }) => ({
    keys: shown ?? keyText(keys.slice(0, 1)),
    label: label ?? '',
  }));
  while (hintCells(hints) > columns - 2) {
    const last = hints.findLastIndex(({ label }) => !ESSENTIAL.test(label));
    if (last === -1) break;
    hints.splice(last, 1);
  }
  return hints;
}

function hintCells(hints: readonly KeyHint[]): number {
  return hints.reduce((sum, { keys, label }) => sum + keys.length + label.length + 3, -2);
}

/** The help of the view beneath: every key that works on it, with a sentence; those of the view first. */
export function selectHelp(state: ScreenState, facts: RunFacts): readonly KeyHint[] {
  const bindings = activeBindings('normal', state, facts);
  const own = bindings.filter(({ screens, pane }) => screens !== undefined || pane !== undefined);
  const common = bindings.filter((binding) => !own.includes(binding));
  return [...own, ...common].map(({ keys, help }) => ({ keys: keyText(keys), label: help }));
}

interface ViewTab {
  readonly key: string;
  readonly screen: ScreenName;
  readonly title: string;
  readonly short: string;
}

/** The views that have a tab, in the order of their keys. */
export const VIEW_TABS: readonly ViewTab[] = KEY_MAP.flatMap(({ keys, intent, tab }) =>
  tab === undefined || intent.kind !== 'show' ? [] : [{ key: keys[0] ?? '', screen: intent.screen, ...tab }],
);

interface NamedCommand {
  readonly name: string;
  readonly intent: ViewIntent;
  readonly help: string;
}

/** What of the key map can be given by its name: all of it that works now on the view beneath. */
export function selectCommands(state: ScreenState, facts: RunFacts): readonly NamedCommand[] {
  return activeBindings('normal', state, facts).flatMap(({ command, intent, help }) =>
    command === undefined ? [] : [{ name: command, intent, help }],
  );
}

function modeOf(state: ScreenState): KeyMode {
  if (state.dialog !== null) return state.dialog.kind === 'help' ? 'help' : 'question';
  return state.input === null ? 'normal' : 'text';
}

function activeBindings(mode: KeyMode, state: ScreenState, facts: RunFacts): readonly KeyBinding[] {
  const { isInDetail } = currentView(state);
  return KEY_MAP.filter(
    ({ modes = NORMAL, screens, pane, when }) =>
      modes.includes(mode) &&
      (screens?.includes(state.screen) ?? true) &&
      (pane === undefined || (pane === 'detail') === isInDetail) &&
      (when?.(facts, state) ?? true),
  );
}

const NORMAL: readonly KeyMode[] = ['normal'];

/** Names of keys are words of two letters and more; what is typed is one character, however it is made up. */
function isTyped(key: string): boolean {
  return key === 'space' || (!/^(ctrl|meta|shift)\+/.test(key) && !NAMED_KEYS.has(key) && key !== '');
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  escape: 'Esc',
  return: 'Enter',
  space: 'Space',
  tab: 'Tab',
  'shift+tab': 'Shift-Tab',
  backspace: 'Backspace',
  delete: 'Del',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
};

const NAMED_KEYS: ReadonlySet<string> = new Set(Object.keys(KEY_NAMES));

function keyText(keys: readonly string[]): string {
  return keys
    .map(
      (key) =>
        KEY_NAMES[key] ?? key.replace(/^ctrl\+(.)$/, (_, letter: string) => `Ctrl-${letter.toUpperCase()}`),
    )
    .join(' ');
}
