import type { ScreenName } from '../state/intents.ts';
import { type KeyBinding, on, section } from './key-binding.ts';

const LISTS: readonly ScreenName[] = ['tasks', 'executors', 'stuck', 'history', 'errors', 'acts', 'strays'];
/** Lists with a detail beside or behind them. */
const DETAILED: readonly ScreenName[] = ['tasks', 'executors', 'stuck', 'errors'];

const FILTER_HELP = 'Filter the list. Tasks know state: eval: group: verdict: err: pid: and !text.';
const MARK_HELP = 'Mark what is selected, or unmark it; r, c and x act on all that is marked.';

/** Keys of a list. */
export const LIST_KEYS: readonly KeyBinding[] = [
  ...section({ screens: LISTS, pane: 'list' }, [
    on('j down', { kind: 'move', unit: 'line', by: 1 }, 'Down.', { label: 'move', shown: 'j k' }),
    on('k up', { kind: 'move', unit: 'line', by: -1 }, 'Up.'),
    on('pagedown ctrl+f ctrl+d', { kind: 'move', unit: 'page', by: 1 }, 'A page down.'),
    on('pageup ctrl+b ctrl+u', { kind: 'move', unit: 'page', by: -1 }, 'A page up.'),
    on('g home', { kind: 'move-to', end: 'first' }, 'To the top, and stay there.', { command: 'top' }),
    on('G end', { kind: 'move-to', end: 'last' }, 'To the end.', { command: 'bottom' }),
  ]),
  ...section({ screens: DETAILED, pane: 'list' }, [
    on('return', { kind: 'open' }, 'Into the detail of what is selected.', {
      label: 'detail',
      command: 'detail',
    }),
  ]),
  ...section({ screens: ['history'] }, [on('return', { kind: 'open' }, 'Open the run.', { label: 'open' })]),
  ...section({ screens: LISTS, pane: 'list' }, [
    on('/', { kind: 'input-open', purpose: 'filter' }, FILTER_HELP, { label: 'filter' }),
    on('s', { kind: 'sort-next' }, 'Sort by the next column.', { label: 'sort', command: 'sort-next' }),
    on('S', { kind: 'sort-reverse' }, 'Turn the order round.', { command: 'reverse' }),
  ]),
  ...section({ screens: ['tasks', 'stuck', 'executors'], pane: 'list' }, [
    on('space', { kind: 'mark' }, MARK_HELP, { command: 'mark' }),
  ]),
];

/** Keys of the text beside a list. */
export const DETAIL_KEYS: readonly KeyBinding[] = section({ screens: DETAILED, pane: 'detail' }, [
  on('j down', { kind: 'move', unit: 'line', by: 1 }, 'A line down.', { label: 'scroll', shown: 'j k' }),
  on('k up', { kind: 'move', unit: 'line', by: -1 }, 'A line up.'),
  on('pagedown space ctrl+f ctrl+d', { kind: 'move', unit: 'page', by: 1 }, 'A page down.'),
  on('pageup ctrl+b ctrl+u', { kind: 'move', unit: 'page', by: -1 }, 'A page up.'),
  on('g home', { kind: 'move-to', end: 'first' }, 'To the beginning.'),
  on('G end', { kind: 'move-to', end: 'last' }, 'To the end.'),
  on('/', { kind: 'input-open', purpose: 'search' }, 'Search the text.', { label: 'search' }),
  on('n', { kind: 'search', by: 1 }, 'The next place that holds it.', { label: 'next', shown: 'n N' }),
  on('N', { kind: 'search', by: -1 }, 'The place before.'),
  on('f', { kind: 'follow' }, 'Keep the end in sight, or no longer.', { label: 'follow', command: 'follow' }),
  on('escape', { kind: 'back' }, 'Back to the list.', { label: 'back' }),
]);

/** Keys of a line that is typed; every other key that is a character is typed. */
export const TEXT_KEYS: readonly KeyBinding[] = section({ modes: ['text'] }, [
  on('return', { kind: 'input-submit' }, 'Take the line.', { label: 'take' }),
  on('escape', { kind: 'input-cancel' }, 'Give the line up.', { label: 'give up' }),
  on('tab', { kind: 'input-complete' }, 'Complete the word.', { label: 'complete' }),
  on('up ctrl+p', { kind: 'input-recall', by: 1 }, 'A line given earlier.', { label: 'earlier' }),
  on('down ctrl+n', { kind: 'input-recall', by: -1 }, 'A line given later.'),
  on('backspace ctrl+h', { kind: 'input-erase', unit: 'grapheme' }, 'Erase.'),
  on('delete ctrl+d', { kind: 'input-erase', unit: 'ahead' }, 'Erase what is under the cursor.'),
  on('ctrl+w', { kind: 'input-erase', unit: 'word' }, 'Erase a word.'),
  on('ctrl+u', { kind: 'input-erase', unit: 'all' }, 'Erase the line.', { label: 'clear' }),
  on('left ctrl+b', { kind: 'input-move', to: 'left' }, 'Left.'),
  on('right ctrl+f', { kind: 'input-move', to: 'right' }, 'Right.'),
  on('home ctrl+a', { kind: 'input-move', to: 'start' }, 'To the start.'),
  on('end ctrl+e', { kind: 'input-move', to: 'end' }, 'To the end.'),
]);
