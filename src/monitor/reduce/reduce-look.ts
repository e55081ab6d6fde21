import type { Look, Looks } from '../state/live-look.ts';
import { type ListedRow, selectedRow } from '../state/list-state.ts';
import {
  change,
  currentView,
  type ScreenState,
  type ScreenStep,
  type ViewFacts,
} from '../state/screen-state.ts';

/** Looks at the live process of the selected row: its stack, or for some seconds where its time goes. */
export function askLook(state: ScreenState, at: 'stack' | 'profile', view: ViewFacts): ScreenStep {
  const row = rowOf(state, view);
  const look = row === undefined ? undefined : lookAt(row, state.looks);
  if (look === undefined) return nothingRuns(state, row);
  return change(state, { looks: { ...state.looks, [at]: look } });
}

/** What is suspended in it stops its threads for a moment, so it is asked about. */
export function askAwaits(state: ScreenState, view: ViewFacts): ScreenStep {
  const row = rowOf(state, view);
  const look = row === undefined ? undefined : lookAt(row, state.looks);
  if (row === undefined || look === undefined) return nothingRuns(state, row);
  return change(state, { dialog: { kind: 'confirm-look', label: row.label, look } });
}

export function confirmLook(state: ScreenState, look: Look): ScreenStep {
  return change(state, { dialog: null, looks: { ...state.looks, awaits: look } });
}

function rowOf(state: ScreenState, { listing }: ViewFacts): ListedRow | undefined {
  return listing === null ? undefined : selectedRow(currentView(state).list, listing);
}

/** Undefined: nothing of it runs. */
function lookAt({ key, place }: ListedRow, looks: Looks): Look | undefined {
  if (place === undefined) return undefined;
  const last = Math.max(0, ...Object.values(looks).map((look: Look | null) => look?.serial ?? 0));
  return { serial: last + 1, key, ...place };
}

function nothingRuns(state: ScreenState, row: ListedRow | undefined): ScreenStep {
  return change(state, {
    note: row === undefined ? 'nothing is selected' : `nothing of ${row.label} is running`,
  });
}
