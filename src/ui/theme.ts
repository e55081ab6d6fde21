import type { Status, Tone } from '../monitor/parts/view-model.ts';

/** Looks of a text, as Ink's `Text` takes them. */
interface TextLook {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
}

/** Every colour and glyph of the screen. Glyphs are one cell wide. */
export interface Theme {
  readonly glyphs: Readonly<Record<Status, string>>;
  readonly statuses: Readonly<Record<Status, TextLook>>;
  readonly tones: Readonly<Record<Tone, TextLook>>;
  /** Of the row that keys act on, over its other looks. */
  readonly selected: TextLook;
  readonly bar: { readonly full: string; readonly empty: string };
  /** One character a height, lowest to highest. */
  readonly curve: string;
  readonly border: 'round' | 'classic';
  readonly corners: { readonly left: string; readonly right: string; readonly line: string };
  /** The screen's own text in the glyphs that this theme may use. */
  readonly text: (text: string) => string;
}

/**
 * The theme for an environment. `NO_COLOR` (any value but the empty one, https://no-color.org) leaves colours
 * out and keeps bold and dim; `EVALTUI_ASCII=1`, or a locale that is not UTF-8, leaves glyphs beyond ASCII out.
 * Colours are the terminal's own sixteen, so that its palette holds.
 */
export function createTheme(env: Readonly<Record<string, string | undefined>>): Theme {
  const hasColor = (env['NO_COLOR'] ?? '') === '';
  const looks = <Key extends string>(
    all: Readonly<Record<Key, TextLook>>,
  ): Readonly<Record<Key, TextLook>> => (hasColor ? all : withoutColors(all));
  return {
    ...(isAscii(env) ? ASCII : UNICODE),
    statuses: looks(STATUSES),
    tones: looks(TONES),
    selected: SELECTED,
  };
}

const STATUSES: Readonly<Record<Status, TextLook>> = {
  stuck: { color: 'red', bold: true },
  queued: { dimColor: true },
  running: { color: 'cyan' },
  slow: { color: 'yellow', bold: true },
  waiting: { color: 'yellow' },
  paused: { color: 'yellow' },
  draining: { color: 'yellow' },
  done: { color: 'green' },
  right: { color: 'green' },
  wrong: { color: 'red' },
  errored: { color: 'magenta' },
  cancelled: { dimColor: true },
  lost: { color: 'red', bold: true },
  ended: { dimColor: true },
};

const TONES: Readonly<Record<Tone, TextLook>> = {
  plain: {},
  strong: { bold: true },
  muted: { dimColor: true },
  accent: { color: 'cyan' },
  bad: { color: 'red', bold: true },
  warning: { color: 'yellow' },
  cursor: { inverse: true },
};

const SELECTED: TextLook = { inverse: true };

type Glyphs = Omit<Theme, 'statuses' | 'tones' | 'selected'>;

const UNICODE: Glyphs = {
  glyphs: {
    stuck: '▲',
    queued: '○',
    running: '●',
    slow: '◆',
    waiting: '↻',
    paused: '‖',
    draining: '▼',
    done: '✔',
    right: '✔',
    wrong: '✖',
    errored: '!',
    cancelled: '–',
    lost: '✖',
    ended: '·',
  },
  bar: { full: '█', empty: '░' },
  curve: '▁▂▃▄▅▆▇█',
  border: 'round',
  corners: { left: '╭', right: '╮', line: '─' },
  text: (text) => text,
};

const ASCII: Glyphs = {
  glyphs: {
    stuck: '^',
    queued: 'o',
    running: '*',
    slow: '%',
    waiting: '~',
    paused: '=',
    draining: 'v',
    done: '+',
    right: '+',
    wrong: 'x',
    errored: '!',
    cancelled: '-',
    lost: 'x',
    ended: '.',
  },
  bar: { full: '#', empty: '-' },
  curve: '_.-:=+*#',
  border: 'classic',
  corners: { left: '+', right: '+', line: '-' },
  text: (text) => text.replace(/[–—·…×▸▾▴◀•→─↑↓←]/g, (glyph) => ASCII_TEXT[glyph] ?? '?'),
};

const ASCII_TEXT: Readonly<Record<string, string>> = {
  '–': '-',
  '—': '-',
  '·': '-',
  '…': '~',
  '×': 'x',
  '▸': '>',
  '▾': 'v',
  '▴': '^',
  '◀': '<',
  '•': '*',
  '→': '>',
  '─': '-',
  '↑': '^',
  '↓': 'v',
  '←': '<',
};

function withoutColors<Key extends string>(
  looks: Readonly<Record<Key, TextLook>>,
): Readonly<Record<Key, TextLook>> {
  const colorless = Object.entries<TextLook>(looks).map(([key, look]) => {
    const { color, ...rest } = look;
    return [key, color === undefined ? look : rest] as const;
  });
  return Object.fromEntries(colorless) as Record<Key, TextLook>;
}

/** Without any locale, as in many containers, the terminal is most likely a UTF-8 one. */
function isAscii(env: Readonly<Record<string, string | undefined>>): boolean {
  const asked = env['EVALTUI_ASCII'] ?? '';
  if (asked !== '') return asked !== '0';
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return locale !== '' && !/utf-?8/i.test(locale);
}
