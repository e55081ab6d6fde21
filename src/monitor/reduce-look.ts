import type { Looks } from './live-look.ts';
import { selectedRow } from './list-state.ts';
import { change, currentView, type ScreenState, type ScreenStep, type ViewFacts } from './screen-state.ts';

/** Looks at the live process of the selected row: its stack, or for some seconds where its time goes. */
export function askLook(state: ScreenState, at: keyof Looks, { listing }: ViewFacts): ScreenStep {
  const row = listing === null ? undefined : selectedRow(currentView(state).list, listing);
  if (row === undefined) return change(state, { note: 'nothing is selected' });
  const { key, label, place } = row;
  if (place === undefined) return change(state, { note: `nothing of ${label} is running` });
  const serial = 1 + Math.max(state.looks.stack?.serial ?? 0, state.looks.profile?.serial ?? 0);
  return change(state, { looks: { ...state.looks, [at]: { serial, key, ...place } } });
}
