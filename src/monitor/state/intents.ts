import type { StopStage } from '../../core/stop-stage.ts';
import type { TaskFate } from '../../core/task-fate.ts';

/** What is asked of a run: a command for its supervisor. */
export type RunAct =
  | { readonly kind: 'stop'; readonly stage: StopStage }
  | { readonly kind: 'pause' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'limit'; readonly concurrency: number }
  | { readonly kind: 'retry-task'; readonly taskId: number }
  | { readonly kind: 'retry-errored' }
  | {
      readonly kind: 'cancel-task';
      readonly taskId: number;
      /** Only while it is in this try. Absent: in any. */
      readonly try?: number;
      /** What becomes of it. Absent: it is cancelled. */
      readonly fate?: TaskFate;
    }
  | {
      readonly kind: 'end-worker';
      readonly executorId: string;
      readonly thread: number;
      readonly fate: TaskFate;
    }
  | { readonly kind: 'end-executor'; readonly executorId: string; readonly fate: TaskFate };

/** What a screen asks of the process that shows it. It does nothing to a run by itself. */
export type ScreenIntent =
  | RunAct
  /** Of a task, or of the whole run. */
  | { readonly kind: 'write-report'; readonly taskId: number | null }
  /** `what` names the text in a message. */
  | { readonly kind: 'copy'; readonly what: string; readonly text: string };

/** Every name has one screen in `ui/screens` and one selector here. */
export type ScreenName =
  | 'dashboard'
  | 'tasks'
  | 'executors'
  | 'stuck'
  | 'history'
  | 'errors'
  | 'acts'
  | 'strays';

/** What a line of text at the foot of the screen is for. */
export type InputPurpose = 'filter' | 'search' | 'command';

/** What a key, a command, or the process that shows the screen wants of the screen itself. */
export type ViewIntent =
  | { readonly kind: 'show'; readonly screen: ScreenName }
  /** The view before or behind in the order of the tabs. */
  | { readonly kind: 'turn'; readonly by: 1 | -1 }
  /** One step out: of the detail, of marks, of a filter, of a view, of another run. */
  | { readonly kind: 'back' }
  /** Into the detail of what is selected; of a run, into the run. */
  | { readonly kind: 'open' }
  | { readonly kind: 'open-run'; readonly runId: string | null }
  /** Of the selection in a list, of the text in a detail. */
  | { readonly kind: 'move'; readonly unit: 'line' | 'page'; readonly by: number }
  | { readonly kind: 'move-to'; readonly end: 'first' | 'last' }
  | { readonly kind: 'mark' }
  | { readonly kind: 'sort-next' }
  | { readonly kind: 'sort-reverse' }
  | { readonly kind: 'sort-by'; readonly column: string }
  | { readonly kind: 'filter'; readonly text: string }
  | { readonly kind: 'follow' }
  /** The next or previous place that holds what was searched for. */
  | { readonly kind: 'search'; readonly by: 1 | -1 }
  | { readonly kind: 'input-open'; readonly purpose: InputPurpose }
  | { readonly kind: 'input-type'; readonly text: string }
  | { readonly kind: 'input-erase'; readonly unit: 'grapheme' | 'word' | 'all' | 'ahead' }
  | { readonly kind: 'input-move'; readonly to: 'left' | 'right' | 'start' | 'end' }
  | { readonly kind: 'input-complete' }
  /** A line that was given before: older, or newer. */
  | { readonly kind: 'input-recall'; readonly by: 1 | -1 }
  | { readonly kind: 'input-submit' }
  | { readonly kind: 'input-cancel' }
  | { readonly kind: 'toggle-pause' }
  | { readonly kind: 'limit-by'; readonly by: 1 | -1 }
  | { readonly kind: 'limit-to'; readonly concurrency: number }
  | { readonly kind: 'retry' }
  | { readonly kind: 'ask-retry-errored' }
  | { readonly kind: 'ask-cancel' }
  /** Ask what of the selection is to be ended, and what becomes of its tasks. */
  | { readonly kind: 'ask-end' }
  /** In that question: another field, or another choice in it. */
  | { readonly kind: 'turn-end'; readonly field: boolean; readonly by: 1 | -1 }
  /** Look at the live process of the selection. */
  | { readonly kind: 'look'; readonly at: 'stack' | 'profile' }
  /** Ask whether to look for the awaits that its tasks stand in. */
  | { readonly kind: 'ask-awaits' }
  | { readonly kind: 'write-report' }
  | { readonly kind: 'copy' }
  /** Ctrl-C: the next stage of stopping, without a question. */
  | { readonly kind: 'interrupt' }
  /** Leave, or ask first when leaving would stop the run. */
  | { readonly kind: 'quit' }
  /** Ask whether to go to the next stage of stopping. */
  | { readonly kind: 'ask-stop' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'dismiss' }
  | { readonly kind: 'help' }
  | { readonly kind: 'help-scroll'; readonly by: 1 | -1 }
  | { readonly kind: 'toggle-freeze' }
  | { readonly kind: 'repaint' }
  /** Ctrl-Z: hand the terminal back to the shell. */
  | { readonly kind: 'suspend' }
  /** New data, or a new size of the terminal: what is selected is found again. */
  | { readonly kind: 'settle' }
  | { readonly kind: 'note'; readonly text: string };
