import type { ViewIntent } from '../state/intents.ts';
import { NO_LOOKS } from '../state/live-look.ts';
import {
  INITIAL_LIST,
  moveLines,
  movePages,
  moveToEnd,
  selectedRow,
  settleList,
  sortBy,
  sortNext,
  toggleMark,
} from '../state/list-state.ts';
import {
  change,
  changeView,
  currentView,
  INITIAL_VIEWS,
  isInText,
  type ScreenState,
  type ScreenStep,
  type ViewFacts,
  type ViewState,
} from '../state/screen-state.ts';
import { goToHit, INITIAL_SCROLL, scrollBy, scrollToEnd, toggleFollow } from '../state/scroll-state.ts';

type ListIntent = ViewIntent & {
  readonly kind:
    | 'move'
    | 'move-to'
    | 'mark'
    | 'sort-next'
    | 'sort-reverse'
    | 'sort-by'
    | 'filter'
    | 'follow'
    | 'search'
    | 'settle';
};

/** What happens to the list of the view that is shown, or to the text beside it when keys go there. */
export function reduceList(state: ScreenState, intent: ListIntent, facts: ViewFacts): ScreenStep {
  const view = currentView(state);
  const { listing, text } = facts;
  switch (intent.kind) {
    case 'move':
      return isInText(state, facts) ? scrollView(state, intent, facts) : moveView(state, intent, facts);
    case 'move-to': {
      if (isInText(state, facts))
        return text === null
          ? keep(state)
          : withView(state, { scroll: scrollToEnd(view.scroll, text, intent.end) });
      return listing === null
        ? keep(state)
        : selectIn(state, moveToEnd(view.list, listing, intent.end), facts);
    }
    case 'mark':
      return listing === null ? keep(state) : selectIn(state, toggleMark(view.list, listing), facts);
    case 'sort-next':
      return listing === null ? keep(state) : selectIn(state, sortNext(view.list, listing), facts);
    case 'sort-reverse':
      return withView(state, {
        list: { ...sortBy(view.list, view.list.sort), isReversed: !view.list.isReversed },
      });
    case 'sort-by': {
      const sorts = listing?.sorts ?? [];
      const column = sorts.find((sort) => sort.startsWith(intent.column));
      if (column !== undefined) return withView(state, { list: sortBy(view.list, column) });
      const note = sorts.length === 0 ? 'nothing to sort here' : `sort by ${sorts.join(', ')}`;
      return change(state, { note });
    }
    case 'filter':
      return withView(state, filtered(view, intent.text));
    case 'follow':
      return text === null ? keep(state) : withView(state, { scroll: toggleFollow(view.scroll, text) });
    case 'search': {
      if (text === null) return keep(state);
      if (view.scroll.search === '') return change(state, { note: '/ searches the text' });
      const scroll = goToHit(view.scroll, text, intent.by);
      const note = scroll.hit === null ? `"${view.scroll.search}" is not in the text` : state.note;
      return change(changeView(state, { scroll }), { note });
    }
    case 'settle':
      return listing === null ? keep(state) : selectIn(state, settleList(view.list, listing), facts);
  }
}

/** A filter that changed is read from its top; what is marked stays so. */
export function filtered(view: ViewState, filter: string): Partial<ViewState> {
  if (filter === view.filter) return {};
  const { marks, sort, isReversed } = view.list;
  return { filter, list: { ...INITIAL_LIST, marks, sort, isReversed }, scroll: INITIAL_SCROLL };
}

/** One step out. */
export function goBack(state: ScreenState): ScreenStep {
  const view = currentView(state);
  if (view.scroll.search !== '' && view.isInDetail)
    return withView(state, { scroll: { ...view.scroll, search: '', hit: null } });
  if (view.isInDetail) return withView(state, { isInDetail: false });
  if (view.list.marks.length > 0) return withView(state, { list: { ...view.list, marks: [] } });
  if (view.filter !== '') return withView(state, filtered(view, ''));
  if (state.screen !== 'dashboard') return change(state, { screen: 'dashboard' });
  if (state.runId === null) return keep(state);
  return change(openRun(state, null), { screen: 'history' });
}

/** Into the detail; a row of the history is a run, and is opened as one. */
export function open(state: ScreenState, facts: ViewFacts): ScreenStep {
  const row = facts.listing === null ? undefined : selectedRow(currentView(state).list, facts.listing);
  if (row === undefined) return keep(state);
  if (state.screen === 'history') return { ...keep(state), next: { kind: 'open-run', runId: row.key } };
  if (facts.text === null) return keep(state);
  // What is being read stays what it is, whatever comes to the top of the list.
  const pinned = moveLines(currentView(state).list, facts.listing ?? NO_LISTING, 0);
  return withView(state, { isInDetail: true, list: pinned });
}

const NO_LISTING = { rows: [], offset: 0, total: 0, places: 0, sorts: [], isCurrent: false };

/** The views of another run begin anew: nothing that was selected is in it. The history stands as it stood. */
export function openRun(state: ScreenState, runId: string | null): ScreenState {
  return {
    ...state,
    runId,
    screen: 'dashboard',
    views: { ...INITIAL_VIEWS, history: state.views.history },
    looks: NO_LOOKS,
    stopStage: null,
    wantedLimit: null,
  };
}

type Move = ViewIntent & { readonly kind: 'move' };

function moveView(state: ScreenState, { unit, by }: Move, facts: ViewFacts): ScreenStep {
  const { listing } = facts;
  if (listing === null) return keep(state);
  const { list } = currentView(state);
  return selectIn(
    state,
    unit === 'line' ? moveLines(list, listing, by) : movePages(list, listing, by),
    facts,
  );
}

function scrollView(state: ScreenState, { unit, by }: Move, { text }: ViewFacts): ScreenStep {
  if (text === null) return keep(state);
  const lines = unit === 'line' ? by : by * Math.max(1, text.places - 2);
  return withView(state, { scroll: scrollBy(currentView(state).scroll, text, lines) });
}

/** Another row's text is read from its beginning. */
function selectIn(state: ScreenState, list: ViewState['list'], { listing }: ViewFacts): ScreenStep {
  const view = currentView(state);
  if (list === view.list) return keep(state);
  const before = listing === null ? undefined : selectedRow(view.list, listing);
  const after = listing === null ? undefined : selectedRow(list, listing);
  const isSame = before?.key === after?.key || view.list.key === list.key;
  return withView(
    state,
    isSame ? { list } : { list, scroll: { ...INITIAL_SCROLL, search: view.scroll.search } },
  );
}

function withView(state: ScreenState, changes: Partial<ViewState>): ScreenStep {
  return { state: changeView(state, changes), requests: [] };
}

function keep(state: ScreenState): ScreenStep {
  return { state, requests: [] };
}
