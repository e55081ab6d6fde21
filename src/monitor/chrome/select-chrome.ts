import stringWidth from 'string-width';
import { formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { truncate } from '../parts/columns.ts';
import { completions } from '../keys/command-line.ts';
import type { ScreenName } from '../state/intents.ts';
import { VIEW_TABS } from '../keys/key-map.ts';
import { currentStopStage } from '../reduce/reduce-stop.ts';
import { currentView } from '../state/screen-state.ts';
import { selectBanner } from './select-banner.ts';
import { selectModel, selectStanding, selectTitle } from './select-header.ts';
import { parseTaskFilter } from '../state/task-filter.ts';
import type { ViewContext } from '../parts/view-context.ts';
import type { Part, ScreenView } from '../parts/view-model.ts';

const WIDE_TABS = 100;

const UNTABBED: Readonly<Partial<Record<ScreenName, string>>> = {
  acts: 'Acts',
  strays: 'Log',
};

/** Header, tabs and foot: what is the same on every view. `crumb` names what is open in the view. */
export function selectChrome(
  context: ViewContext,
  crumb: string | null = null,
): Pick<ScreenView, 'header' | 'tabs' | 'foot'> {
  const { snapshot, state, history, now, columns } = context;
  const tabs = selectTabs(context);
  const right = selectStanding(snapshot, history, now, columns, context.run.isLost);
  return {
    header: { left: selectTitle(context, viewTitle(state.screen), crumb), right },
    tabs: { left: tabs, right: fitParts(selectModel(snapshot.run, columns), columns - 4 - cellsOf(tabs)) },
    foot: selectFoot(context),
  };
}

function cellsOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { text }) => sum + stringWidth(text), 0);
}

/** Parts cut to so many cells in all. */
function fitParts(parts: readonly Part[], room: number): readonly Part[] {
  let left = Math.max(0, room);
  return parts.map((part) => {
    const text = truncate(part.text, left);
    left -= stringWidth(text);
    return { ...part, text };
  });
}

function viewTitle(screen: ScreenName): string {
  return VIEW_TABS.find((tab) => tab.screen === screen)?.title ?? UNTABBED[screen] ?? '';
}

/** Every view with its key; the shown one in brackets, so that it is not told by colour alone. */
function selectTabs({ state, snapshot, columns }: ViewContext): readonly Part[] {
  const counts: Readonly<Partial<Record<ScreenName, number>>> = {
    stuck: snapshot.stuck.length,
    errors: snapshot.counts.errored,
  };
  return VIEW_TABS.flatMap(({ key, screen, title, short }): readonly Part[] => {
    const count = counts[screen] ?? 0;
    const name = columns >= WIDE_TABS ? title : short;
    const text = `${key} ${name}${count === 0 ? '' : ` ${formatCount(count)}`}`;
    if (screen === state.screen) return [{ text: `[${text}]`, tone: 'strong' }];
    const isAlarming = screen === 'stuck' && count > 0;
    return [{ text: ` ${text} `, tone: isAlarming ? 'warning' : 'muted' }];
  });
}

function selectFoot(context: ViewContext): readonly Part[] {
  const { snapshot, state, run, now } = context;
  if (state.input !== null) return selectInput(context);
  const banner = selectBanner(snapshot, {
    stopStage: currentStopStage(state, snapshot.run.state),
    isOwner: run.isOwner,
    isLost: run.isLost,
    isFrozen: state.isFrozen,
    note: context.readError ?? state.note,
    acts: context.data.acts?.value ?? [],
    now,
  });
  return banner === null ? [] : [banner];
}

const PROMPTS = { filter: '/', search: '/', command: ':' } as const;
const NAMES = { filter: 'filter ', search: 'search ', command: '' } as const;

/** What is typed, with the cursor in it, and what it may become or is wrong with it. */
function selectInput({ state, run, columns }: ViewContext): readonly Part[] {
  const { input } = state;
  if (input === null) return [];
  const { text, cursor, purpose } = input;
  const rest = text.slice(cursor);
  const [under = ' '] = rest;
  const parts: Part[] = [
    { text: `${NAMES[purpose]}${PROMPTS[purpose]}`, tone: 'accent' },
    { text: printable(text.slice(0, cursor)) },
    { text: under, tone: 'cursor' },
    { text: printable(rest.slice(under.length)) },
  ];
  const problem =
    purpose === 'filter' && state.screen === 'tasks'
      ? parseTaskFilter(currentView(state).filter, run.names).problem
      : purpose === 'command'
        ? state.note
        : null;
  if (problem !== null) return [...parts, { text: `   ${printable(problem)}`, tone: 'warning' }];
  const candidates = completions(state, run).filter((candidate) => candidate !== text);
  const room = Math.max(0, columns - text.length - 16);
  return [...parts, { text: truncate(`   ${candidates.join('  ')}`, room), tone: 'muted' }];
}
