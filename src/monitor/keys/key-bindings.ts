import type { ScreenName } from '../state/intents.ts';
import { type KeyBinding, type KeyMode, on, section } from './key-binding.ts';
import { DETAIL_KEYS, LIST_KEYS, TEXT_KEYS } from './pane-keys.ts';
import { type RunFacts, type ScreenState, whyOver } from '../state/screen-state.ts';

const isGoing = (facts: RunFacts): boolean => whyOver(facts) === null;
const isOwnRun = (facts: RunFacts, state: ScreenState): boolean =>
  facts.isOwner && state.runId === null && isGoing(facts);
/** The owner looks at another run: its own one is not left from there. */
const isAbroad = (facts: RunFacts, state: ScreenState): boolean => facts.isOwner && state.runId !== null;
const isOthersRun = (facts: RunFacts): boolean => !facts.isOwner && isGoing(facts);
const isLeftFreely = (facts: RunFacts, state: ScreenState): boolean =>
  !isGoing(facts) && !isAbroad(facts, state);

const EVERYWHERE: readonly KeyMode[] = ['normal', 'text', 'question', 'help'];

function view(key: string, screen: ScreenName, title: string, short: string, help: string): KeyBinding {
  return on(key, { kind: 'show', screen }, help, { command: title.toLowerCase(), tab: { title, short } });
}

/** A line here, a screen in `ui/screens` and its selector make a view. */
const VIEWS: readonly KeyBinding[] = [
  view('1', 'dashboard', 'Run', 'Run', 'The run in one look.'),
  view('2', 'tasks', 'Tasks', 'Tasks', 'All tasks, and one in full.'),
  view('3', 'executors', 'Executors', 'Exec', 'Processes: their threads, tasks and logs.'),
  view('4', 'stuck', 'Stuck', 'Stuck', 'What is held to be stuck, and where it stands.'),
  view('5', 'history', 'History', 'Hist', 'All runs; Enter opens one.'),
  view('6', 'errors', 'Errors', 'Err', 'What failed, by kind and place.'),
  on('a', { kind: 'show', screen: 'acts' }, 'What was done to the run, and by whom.', { command: 'acts' }),
  on('L', { kind: 'show', screen: 'strays' }, 'What was written past the screen.', { command: 'log' }),
  on('tab', { kind: 'turn', by: 1 }, 'The next view.', { command: 'next' }),
  on('shift+tab', { kind: 'turn', by: -1 }, 'The view before.', { command: 'previous' }),
  on('escape', { kind: 'back' }, 'One step out: of a filter, of the view.', { command: 'back' }),
];

const RETRY_HELP = 'Try the errored or cancelled task again, or all that are marked.';
const PAUSE_HELP = 'Start no new task; those in flight finish.';

const isLive = (facts: RunFacts): boolean => facts.runState !== 'finished';
const isEndAsked = (_: RunFacts, { dialog }: ScreenState): boolean => dialog?.kind === 'end';
const REPORT_HELP = 'Write a report of the task, or of the run, into a file.';

const END_HELP = 'End the task, its thread or executor, or all that are marked or stuck, after a question.';

/** What one is on the view of stuck tasks for: they stand first in its key line. */
const STUCK_KEYS: readonly KeyBinding[] = [
  ...section({ screens: ['stuck'] }, [
    on('i', { kind: 'look', at: 'stack' }, 'Look at its stack now.', {
      label: 'sample',
      command: 'sample',
      when: isLive,
    }),
    on('P', { kind: 'look', at: 'profile' }, 'Profile its thread for 5 s; the whole goes into a file.', {
      label: 'profile',
      command: 'profile',
      when: isLive,
    }),
    on('x', { kind: 'ask-end' }, END_HELP, { label: 'kill…', command: 'kill', when: isGoing }),
    on('H', { kind: 'ask-awaits' }, 'Look for the awaits that its executor stands in, after a question.', {
      label: 'awaits…',
      command: 'awaits',
      when: isLive,
    }),
  ]),
];

const TEXT_OUT_KEYS: readonly KeyBinding[] = [
  ...section({ screens: ['stuck'] }, [
    on('w', { kind: 'write-report' }, REPORT_HELP, { label: 'report', command: 'report' }),
    on('y', { kind: 'copy' }, 'Copy the stack, to be pasted elsewhere.', { label: 'copy', command: 'copy' }),
  ]),
  ...section({ screens: ['tasks', 'executors', 'errors'] }, [
    on('w', { kind: 'write-report' }, REPORT_HELP, { command: 'report' }),
  ]),
  ...section({ screens: ['tasks', 'executors', 'errors'] }, [
    on('y', { kind: 'copy' }, 'Copy the text that is shown, to be pasted elsewhere.', { command: 'copy' }),
  ]),
];

const ACT_KEYS: readonly KeyBinding[] = [
  ...section({ screens: ['tasks', 'executors'] }, [
    on('x', { kind: 'ask-end' }, END_HELP, { label: 'kill…', command: 'kill', when: isGoing }),
  ]),
  ...section({ screens: ['tasks'] }, [
    on('r', { kind: 'retry' }, RETRY_HELP, { label: 'retry', command: 'retry', when: isGoing }),
  ]),
  ...section({ screens: ['tasks', 'stuck'] }, [
    on('c', { kind: 'ask-cancel' }, 'Cancel the task, or all that are marked, after a question.', {
      label: 'cancel',
      command: 'cancel',
      when: isGoing,
    }),
  ]),
  on('R', { kind: 'ask-retry-errored' }, 'Try all errored tasks again, after a question.', {
    command: 'retry-errored',
    when: isGoing,
  }),
  on('p', { kind: 'toggle-pause' }, PAUSE_HELP, {
    label: 'pause',
    command: 'pause',
    when: (facts) => isGoing(facts) && !facts.isPaused,
  }),
  on('p', { kind: 'toggle-pause' }, 'Let the paused run go on.', {
    label: 'continue',
    command: 'continue',
    when: (facts) => isGoing(facts) && facts.isPaused,
  }),
  on('+ =', { kind: 'limit-by', by: 1 }, 'Let more tasks be in flight.', {
    label: 'limit',
    shown: '+ -',
    command: 'more',
    when: isGoing,
  }),
  on('-', { kind: 'limit-by', by: -1 }, 'Let fewer tasks be in flight.', { command: 'fewer', when: isGoing }),
];

const FREEZE_HELP = 'Freeze the display, or let it go on. The run does not notice.';
const COMMAND_HELP = 'Give a command by its name; Tab completes it.';

const COMMON_KEYS: readonly KeyBinding[] = [
  on('z', { kind: 'toggle-freeze' }, FREEZE_HELP, { label: 'freeze', command: 'freeze', when: isGoing }),
  on(':', { kind: 'input-open', purpose: 'command' }, COMMAND_HELP, { label: 'command' }),
  ...section({ modes: EVERYWHERE }, [
    on('ctrl+l', { kind: 'repaint' }, 'Draw the whole screen anew.', { command: 'repaint' }),
    on('ctrl+z', { kind: 'suspend' }, 'Back to the shell; fg brings the screen back.', {
      command: 'suspend',
    }),
  ]),
  on('?', { kind: 'help' }, 'Show the keys.', { label: 'help', command: 'help' }),
];

const STOP_HELP = 'Stop the run: tasks in flight finish; again: abort them; a third time: kill.';
const STOP_ASKED_HELP = 'Stop the run, one stage further each time, after a question.';
const OTHERS_HELP = 'Leave this screen; the run goes on.';

const LEAVING_KEYS: readonly KeyBinding[] = [
  ...section({ modes: EVERYWHERE }, [
    on('ctrl+c', { kind: 'interrupt' }, STOP_HELP, { label: 'stop', when: isOwnRun }),
  ]),
  on('q', { kind: 'quit' }, 'Stop the run and leave, after a question.', {
    label: 'quit',
    command: 'quit',
    when: isOwnRun,
  }),
  on('Q', { kind: 'ask-stop' }, STOP_ASKED_HELP, {
    label: 'stop the run',
    command: 'stop',
    when: isOthersRun,
  }),
  on('Q', { kind: 'ask-stop' }, STOP_ASKED_HELP, {
    command: 'stop',
    when: (facts) => facts.isOwner && isGoing(facts),
  }),
  on('q ctrl+c', { kind: 'open-run', runId: null }, 'Back to the run of this screen.', {
    label: 'your run',
    shown: 'q Ctrl-C',
    command: 'quit',
    when: isAbroad,
  }),
  on('q ctrl+c', { kind: 'quit' }, OTHERS_HELP, {
    label: 'leave (run goes on)',
    command: 'quit',
    when: isOthersRun,
  }),
  on('q ctrl+c', { kind: 'quit' }, 'Leave this screen; the run is over.', {
    label: 'leave',
    shown: 'q Ctrl-C',
    command: 'quit',
    when: isLeftFreely,
  }),
  ...section({ modes: ['question', 'help', 'text'] }, [
    on('ctrl+c', { kind: 'open-run', runId: null }, 'Back to the run of this screen.', { when: isAbroad }),
    on('ctrl+c', { kind: 'interrupt' }, 'Leave this screen.'),
  ]),
];

const DIALOG_KEYS: readonly KeyBinding[] = [
  ...section({ modes: ['question'] }, [
    on('right l', { kind: 'turn-end', field: false, by: 1 }, 'The next choice.', {
      label: 'choose',
      shown: '← →',
      when: isEndAsked,
    }),
    on('left h', { kind: 'turn-end', field: false, by: -1 }, 'The choice before.', { when: isEndAsked }),
    on('tab down j', { kind: 'turn-end', field: true, by: 1 }, 'The next line of choices.', {
      label: 'next line',
      when: isEndAsked,
    }),
    on('shift+tab up k', { kind: 'turn-end', field: true, by: -1 }, 'The line of choices before.', {
      when: isEndAsked,
    }),
  ]),
  ...section({ modes: ['question'] }, [
    on('y', { kind: 'confirm' }, 'Do what the question asks.', { label: 'yes' }),
    on('n escape return q', { kind: 'dismiss' }, 'Do not.', { label: 'no', shown: 'n Enter Esc' }),
  ]),
  ...section({ modes: ['help'] }, [
    on('? escape return q', { kind: 'dismiss' }, 'Close this help.', { label: 'back', shown: 'Esc' }),
    on('j down space pagedown', { kind: 'help-scroll', by: 1 }, 'Further.', {
      label: 'scroll',
      shown: 'j k',
    }),
    on('k up pageup', { kind: 'help-scroll', by: -1 }, 'Back.'),
  ]),
];

/**
 * Every key of every view. The handler, the key line, the help, the tabs and the commands are made of it; the
 * first match counts.
 */
export const KEY_MAP: readonly KeyBinding[] = [
  ...DIALOG_KEYS,
  ...TEXT_KEYS,
  ...STUCK_KEYS,
  ...DETAIL_KEYS,
  ...LIST_KEYS,
  ...LEAVING_KEYS,
  ...ACT_KEYS,
  ...TEXT_OUT_KEYS,
  ...VIEWS,
  ...COMMON_KEYS,
];
