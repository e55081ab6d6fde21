import type { InputPurpose, ViewIntent } from './intents.ts';

/** A line of text that is being typed. */
export interface TextInput {
  readonly purpose: InputPurpose;
  readonly text: string;
  /** Code units before the cursor; never inside a grapheme. */
  readonly cursor: number;
  /** What stood there before, for when it is given up. */
  readonly before: string;
  /** How far back among earlier lines; 0: the line itself. */
  readonly recalled: number;
}

export function openInput(purpose: InputPurpose, text: string): TextInput {
  return { purpose, text, cursor: text.length, before: text, recalled: 0 };
}

export function withText(input: TextInput, text: string, cursor: number = text.length): TextInput {
  return { ...input, text, cursor };
}

export function typeText(input: TextInput, typed: string): TextInput {
  const { text, cursor } = input;
  return withText(input, text.slice(0, cursor) + typed + text.slice(cursor), cursor + typed.length);
}

type EraseUnit = (ViewIntent & { readonly kind: 'input-erase' })['unit'];

/** Backwards from the cursor, except `ahead`, which takes the grapheme behind it, and `all`. */
export function eraseText(input: TextInput, unit: EraseUnit): TextInput {
  const { text, cursor } = input;
  switch (unit) {
    case 'all':
      return withText(input, '');
    case 'ahead':
      return withText(input, text.slice(0, cursor) + text.slice(nextBorder(text, cursor)), cursor);
    case 'word': {
      const from = text.slice(0, cursor).replace(/\S*\s*$/, '').length;
      return withText(input, text.slice(0, from) + text.slice(cursor), from);
    }
    case 'grapheme': {
      const from = previousBorder(text, cursor);
      return withText(input, text.slice(0, from) + text.slice(cursor), from);
    }
  }
}

type CursorMove = (ViewIntent & { readonly kind: 'input-move' })['to'];

export function moveCursor(input: TextInput, to: CursorMove): TextInput {
  const { text, cursor } = input;
  switch (to) {
    case 'left':
      return { ...input, cursor: previousBorder(text, cursor) };
    case 'right':
      return { ...input, cursor: nextBorder(text, cursor) };
    case 'start':
      return { ...input, cursor: 0 };
    case 'end':
      return { ...input, cursor: text.length };
  }
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function previousBorder(text: string, cursor: number): number {
  return [...graphemes.segment(text.slice(0, cursor))].at(-1)?.index ?? 0;
}

function nextBorder(text: string, cursor: number): number {
  const [first] = graphemes.segment(text.slice(cursor));
  return cursor + (first?.segment.length ?? 0);
}
