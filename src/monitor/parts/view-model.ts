import type { ViewFacts } from '../state/screen-state.ts';

/** How something stands; a theme gives each a glyph and a tone, so that none is told by colour alone. */
export type Status =
  | 'stuck'
  | 'queued'
  | 'running'
  | 'slow'
  | 'waiting'
  | 'paused'
  | 'draining'
  | 'done'
  | 'right'
  | 'wrong'
  | 'errored'
  | 'cancelled'
  | 'lost'
  | 'ended';

/** What a piece of text is worth; a theme gives each its looks. */
export type Tone = 'plain' | 'strong' | 'muted' | 'accent' | 'bad' | 'warning' | 'cursor';

/** A piece of a row, ready to print. With a status its glyph stands before the text. */
export interface Part {
  readonly text: string;
  readonly status?: Status;
  readonly tone?: Tone;
}

/** One line of a panel, ready to print. */
export type Row =
  | {
      readonly kind: 'parts';
      readonly parts: readonly Part[];
      /** Drawn as what keys act on. A glyph in its text says so too. Default false. */
      readonly isSelected?: boolean;
    }
  | {
      readonly kind: 'bar';
      readonly label: string;
      /** 0..1 */
      readonly fraction: number;
      /** Cells of the bar. */
      readonly width: number;
      readonly text: string;
    }
  | {
      readonly kind: 'curve';
      readonly label: string;
      /** Each 0..1, oldest first, one cell each. */
      readonly values: readonly number[];
      readonly text: string;
    };

export interface Panel {
  readonly key: string;
  readonly title: string;
  /** At the right end of the line of the title. */
  readonly note?: string;
  /** Whether keys go to it, where there is another one that they could go to. */
  readonly isActive?: boolean;
  /** Cells, frame included. */
  readonly width: number;
  readonly rows: readonly Row[];
}

/** Panels side by side. */
export interface Band {
  readonly key: string;
  /** Lines, frame included. */
  readonly height: number;
  readonly panels: readonly Panel[];
}

/** A whole screen, ready to print. A screen of another kind makes another one of these. */
export interface ScreenView {
  /** Left and right end of the first line. */
  readonly header: Ends;
  /** The views, and what this one shows of what there is. */
  readonly tabs: Ends;
  /** `box`: a frame around each panel. `rule`: a line above it. */
  readonly frame: 'box' | 'rule';
  readonly bands: readonly Band[];
  /** The line above the keys: what is typed, or the most important thing that is not in the panels. */
  readonly foot: readonly Part[];
  /** What keys can move in. */
  readonly facts: ViewFacts;
}

interface Ends {
  readonly left: readonly Part[];
  readonly right: readonly Part[];
}

/** A row of one text. */
export function textRow(text: string, tone: Tone = 'plain'): Row {
  return { kind: 'parts', parts: [{ text, tone }] };
}

/** What a row says, without its glyphs and bars. */
export function rowText(row: Row): string {
  if (row.kind === 'parts') return row.parts.map(({ text }) => text).join('');
  return `${row.label} ${row.text}`;
}
