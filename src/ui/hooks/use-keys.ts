import { type Key, useInput, usePaste, useStdin } from 'ink';
import type { ViewIntent } from '../../monitor/state/intents.ts';
import { printable } from '../../core/printable.ts';

/**
 * Hands every key to `press` by its name in the key map: `q`, `?`, `escape`, `ctrl+c`. What is pasted is text and
 * never keys: a line of a log must not answer a question.
 */
export function useKeys(press: (key: string) => void, dispatch: (intent: ViewIntent) => void): void {
  const { isRawModeSupported } = useStdin();
  const options = { isActive: isRawModeSupported };
  useInput((input, key) => {
    for (const name of keyNames(input, key)) press(name);
  }, options);
  usePaste((text) => dispatch({ kind: 'input-type', text: printable(text).trim() }), options);
}

/** Several keys may come at once, when they are pressed faster than they are read. */
function keyNames(input: string, key: Key): readonly string[] {
  const name = specialName(key);
  if (name !== undefined) return [name];
  if (key.ctrl) return [`ctrl+${input}`];
  if (key.meta) return [];
  return [...graphemes.segment(input)].map(({ segment }) => CHARACTERS[segment] ?? controlName(segment));
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

const CHARACTERS: Readonly<Record<string, string>> = {
  ' ': 'space',
  '\r': 'return',
  '\n': 'return',
  '\r\n': 'return',
  '\t': 'tab',
  '\u007F': 'backspace',
  '\b': 'backspace',
};

/** A control character among letters that came with it: Ctrl-A is 1, Ctrl-Z is 26. */
function controlName(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code >= 1 && code <= 26 ? `ctrl+${String.fromCodePoint(96 + code)}` : character;
}

function specialName(key: Key): string | undefined {
  if (key.escape) return 'escape';
  if (key.return) return 'return';
  if (key.tab) return key.shift ? 'shift+tab' : 'tab';
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.home) return 'home';
  if (key.end) return 'end';
  if (key.backspace) return 'backspace';
  return key.delete ? 'delete' : undefined;
}
