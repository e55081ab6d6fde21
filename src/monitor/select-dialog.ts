import { formatCount } from '../core/format.ts';
import { truncate } from './columns.ts';
import type { RunSnapshot } from '../store/task-store.ts';
import type { StopStage } from '../core/stop-stage.ts';
import { selectHelp } from './key-map.ts';
import type { RunFacts, ScreenState } from './screen-state.ts';
import { wrapLines } from './text-lines.ts';

interface DialogContent {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Frame and blanks at both sides. */
const MARGIN = 4;

/**
 * What lies over the screen, ready to print in so many columns, or null. A question says what is lost by a yes, and
 * nothing of it is cut off.
 */
export function selectDialog(
  state: ScreenState,
  facts: RunFacts,
  snapshot: RunSnapshot | null,
  columns: number,
): DialogContent | null {
  const room = columns - MARGIN;
  switch (state.dialog?.kind) {
    case undefined:
      return null;
    case 'help':
      return { title: 'Keys', lines: helpLines(state, facts, state.dialog.top, room) };
    case 'confirm-stop':
      return wrapped(questionOf(state.dialog.stage, snapshot), room);
    case 'confirm-acts':
      return wrapped({ title: state.dialog.title, lines: [...state.dialog.lines, ...CHOICE] }, room);
  }
}

function wrapped({ title, lines }: DialogContent, room: number): DialogContent {
  const short = truncate(title, room - MARGIN);
  const all = short === title ? lines : [title, '', ...lines];
  return { title: short, lines: all.flatMap((line) => wrapLines(line, room)) };
}

function helpLines(state: ScreenState, facts: RunFacts, top: number, room: number): readonly string[] {
  const help = selectHelp(state, facts);
  const width = Math.max(...help.map(({ keys }) => keys.length)) + 2;
  return help
    .slice(top)
    .flatMap(({ keys, label }) =>
      wrapLines(label, room - width).map((line, index) => (index === 0 ? keys : '').padEnd(width) + line),
    );
}

const CHOICE = ['', 'y yes    n no (also Enter, Esc)'];

function questionOf(stage: StopStage, snapshot: RunSnapshot | null): DialogContent {
  const running = formatCount(snapshot?.counts.running ?? 0);
  const queued = formatCount(snapshot?.counts.queued ?? 0);
  switch (stage) {
    case 'drain':
      return {
        title: 'Stop the run?',
        lines: [
          `The ${running} tasks in flight finish. The ${queued} queued ones`,
          'are not started; `evaltui resume` goes on with them.',
          ...CHOICE,
        ],
      };
    case 'abort':
      return {
        title: 'Abort the tasks in flight?',
        lines: [
          `The ${running} tasks in flight lose what they did so far;`,
          '`evaltui resume` starts them again.',
          ...CHOICE,
        ],
      };
    case 'kill':
      return {
        title: 'Kill the executors?',
        lines: [
          'They end at once, whatever they do. What is finished is kept;',
          '`evaltui resume` goes on with the rest.',
          ...CHOICE,
        ],
      };
  }
}
