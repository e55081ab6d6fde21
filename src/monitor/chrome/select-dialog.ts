import { formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { truncate } from '../parts/columns.ts';
import type { RunSnapshot } from '../../store/task-store.ts';
import type { StopStage } from '../../core/stop-stage.ts';
import { TASK_FATES, type TaskFate } from '../../core/task-fate.ts';
import { type EndDialog, endName, lossOf } from '../state/end-choice.ts';
import { selectHelp } from '../keys/key-map.ts';
import { fateOf } from '../reduce/reduce-end.ts';
import type { RunFacts, ScreenState } from '../state/screen-state.ts';
import { wrapLines } from '../parts/text-lines.ts';

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
    case 'end':
      return endContent(state.dialog, room);
    case 'confirm-look':
      return wrapped(awaitsQuestion(state.dialog.label), room);
    case 'confirm-acts':
      return wrapped({ title: state.dialog.title, lines: [...state.dialog.lines, ...CHOICE] }, room);
  }
}

function wrapped({ title, lines }: DialogContent, room: number): DialogContent {
  const safe = printable(title);
  const short = truncate(safe, room - MARGIN);
  const all = short === safe ? lines : [safe, '', ...lines];
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

const FATE_NAMES: Readonly<Record<TaskFate, string>> = {
  retry: 'back to the queue',
  errored: 'errored',
  cancelled: 'cancelled',
};

/** As wide and high for every choice, so that it stands still while one is looked for. */
function endContent(dialog: EndDialog, room: number): DialogContent {
  const { choices } = dialog;
  const all = choices.flatMap((_, chosen) =>
    TASK_FATES.map((fate) => wrapped(oneEnd({ ...dialog, chosen, fate }, room), room).lines),
  );
  const { title, lines } = wrapped(oneEnd(dialog, room), room);
  const width = Math.max(...all.flat().map((line) => line.length));
  const height = Math.max(...all.map((each) => each.length));
  const blanks = Array.from({ length: height - lines.length }, () => '');
  const [choice = '', ...before] = lines.toReversed();
  return { title, lines: [...before.toReversed(), ...blanks, choice.padEnd(width)] };
}

function oneEnd(dialog: EndDialog, room: number): DialogContent {
  const { choices, chosen, field } = dialog;
  const choice = choices[chosen];
  if (choice === undefined) return { title: '', lines: [] };
  const fate = fateOf(dialog);
  const names = choices.map((each) => printable(endName(each)));
  const fates = TASK_FATES.map((each) => FATE_NAMES[each]);
  const lines = [
    ...radioLines('what ', { names, chosen, isActive: field === 'what', room }),
    ...radioLines('tasks', {
      names: fates,
      chosen: TASK_FATES.indexOf(fate),
      isActive: field === 'fate',
      room,
    }),
    '',
    ...lossOf(choice, dialog.fate),
    'What can be seen of it is saved first. Lists stand still meanwhile.',
    ...END_CHOICE,
  ];
  return { title: `Kill ${endName(choice)}?`, lines };
}

const END_CHOICE = ['', 'y kill    n cancel (also Enter, Esc)'];

/** Choices side by side, on as many lines as they need. */
function radioLines(
  label: string,
  {
    names,
    chosen,
    isActive,
    room,
  }: {
    readonly names: readonly string[];
    readonly chosen: number;
    readonly isActive: boolean;
    readonly room: number;
  },
): readonly string[] {
  const lines: string[] = [];
  let line = `${isActive ? '▸' : ' '} ${label} `;
  const indent = ' '.repeat(line.length);
  for (const [index, name] of names.entries()) {
    const piece = ` (${index === chosen ? '•' : ' '}) ${name} `;
    if (line.length > indent.length && line.length + piece.length > room) {
      lines.push(line);
      line = indent;
    }
    line += piece;
  }
  return [...lines, line];
}

function awaitsQuestion(label: string): DialogContent {
  return {
    title: `Look for the awaits around ${label}?`,
    lines: [
      'Its executor writes a snapshot of the heap of each thread, which stands still meanwhile:',
      'about a second for 20 MB of objects. Nothing is lost by it.',
      ...CHOICE,
    ],
  };
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
