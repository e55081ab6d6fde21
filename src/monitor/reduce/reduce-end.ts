import { TASK_FATES, type TaskFate } from '../../core/task-fate.ts';
import { formatCount } from '../../core/format.ts';
import {
  actsOf,
  type EndChoice,
  type EndDialog,
  endName,
  type OneEnd,
  usualFate,
} from '../state/end-choice.ts';
import { type ListedRow, selectedRow } from '../state/list-state.ts';
import {
  change,
  changeView,
  currentView,
  type RunFacts,
  type ScreenState,
  type ScreenStep,
  type ViewFacts,
  whyOver,
} from '../state/screen-state.ts';

/** Opens the question. Nothing is ended without it. */
export function askEnd(state: ScreenState, run: RunFacts, { listing }: ViewFacts): ScreenStep {
  const over = run.isLost ? LOST : whyOver(run);
  if (over !== null) return change(state, { note: over });
  const { list } = currentView(state);
  const row = listing === null ? undefined : selectedRow(list, listing);
  if (row === undefined) return change(state, { note: 'nothing is selected' });
  const isMarked = list.marks.length > 0;
  const choices = isMarked ? endsOfMarked(list.marks) : (row.ends ?? []);
  const whose = isMarked ? 'what is marked' : row.label;
  if (choices.length === 0) return change(state, { note: `nothing of ${whose} is running` });
  return change(state, { dialog: { kind: 'end', choices, chosen: 0, fate: null, field: 'what' } });
}

const LOST = 'no process supervises the run any more; `evaltui kill --orphans` ends what it left behind';

/** Of each marked row what is meant most likely, all at once. Of a single one all that can be ended of it. */
function endsOfMarked(marks: readonly ListedRow[]): readonly EndChoice[] {
  const [first, ...others] = marks.filter(({ ends }) => ends !== undefined && ends.length > 0);
  if (first === undefined || others.length === 0) return first?.ends ?? [];
  const ends = [first, ...others].flatMap((row) => row.ends?.slice(0, 1) ?? []).filter(isOne);
  return [{ kind: 'several', label: `the ${formatCount(ends.length)} marked`, ends }];
}

function isOne(choice: EndChoice): choice is OneEnd {
  return choice.kind !== 'several';
}

/** The arrow keys: another field, or another choice in it. Choices do not go round: an end is felt. */
export function turnEnd(
  state: ScreenState,
  { field, by }: { readonly field: boolean; readonly by: 1 | -1 },
): ScreenStep {
  const { dialog } = state;
  if (dialog?.kind !== 'end') return change(state, {});
  if (field)
    return change(state, { dialog: { ...dialog, field: dialog.field === 'what' ? 'fate' : 'what' } });
  if (dialog.field === 'what') {
    const chosen = Math.max(0, Math.min(dialog.choices.length - 1, dialog.chosen + by));
    return change(state, { dialog: { ...dialog, chosen } });
  }
  const at = TASK_FATES.indexOf(fateOf(dialog)) + by;
  return change(state, { dialog: { ...dialog, fate: TASK_FATES[at] ?? fateOf(dialog) } });
}

/** Ends what was chosen of what was asked about, as an act of the run. */
export function confirmEnd(state: ScreenState, dialog: EndDialog, run: RunFacts): ScreenStep {
  const closed = { ...state, dialog: null };
  const over =
    run.runState === 'finished' ? 'the run has finished meanwhile' : run.isLost ? LOST : whyOver(run);
  const choice = dialog.choices[dialog.chosen];
  if (over !== null || choice === undefined) return change(closed, { note: over });
  const note = `asked the run to end ${endName(choice)}`;
  const { list } = currentView(closed);
  const unmarked = changeView(closed, { list: { ...list, marks: [] } });
  return { state: { ...unmarked, note }, requests: actsOf(choice, dialog.fate) };
}

/** What becomes of the tasks, as it stands in the dialog. */
export function fateOf({ choices, chosen, fate }: EndDialog): TaskFate {
  const choice = choices[chosen];
  return fate ?? (choice === undefined ? 'retry' : usualFate(choice));
}
