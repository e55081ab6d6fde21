import type { ScreenName, ViewIntent } from '../state/intents.ts';
import type { RunFacts, ScreenState } from '../state/screen-state.ts';

/** Where a key means something: on a view, in a line that is typed, while a question or the help stands. */
export type KeyMode = 'normal' | 'text' | 'question' | 'help';

/** Where a key works. */
interface KeyPlace {
  /** Absent: on a view. */
  readonly modes?: readonly KeyMode[];
  /** The views it works on. Absent: all. */
  readonly screens?: readonly ScreenName[];
  /** Whether it works in a list or in the detail beside it. Absent: in both. */
  readonly pane?: 'list' | 'detail';
}

/** How a key is told of. */
interface KeyShow {
  /** One or two words for the key line. Absent: it is not there. */
  readonly label?: string;
  /** How the key line writes the keys, when several bindings are one thing to the user. */
  readonly shown?: string;
  /** Its name for the command line. Absent: it has none. */
  readonly command?: string;
  /** Makes the view that it shows a tab; `short` where there is little room. */
  readonly tab?: { readonly title: string; readonly short: string };
  /** Absent: always. */
  readonly when?: (facts: RunFacts, state: ScreenState) => boolean;
}

export interface KeyBinding extends KeyPlace, KeyShow {
  /** As pressed: `q`, `?`, `escape`, `return`, `ctrl+c`. */
  readonly keys: readonly string[];
  readonly intent: ViewIntent;
  /** A sentence for the help. */
  readonly help: string;
}

/** A binding of some keys, separated by blanks. */
export function on(keys: string, intent: ViewIntent, help: string, show: KeyShow = {}): KeyBinding {
  return { keys: keys.split(' '), intent, help, ...show };
}

/** Bindings that all work in the same place. */
export function section(place: KeyPlace, bindings: readonly KeyBinding[]): readonly KeyBinding[] {
  return bindings.map((binding) => ({ ...place, ...binding }));
}
