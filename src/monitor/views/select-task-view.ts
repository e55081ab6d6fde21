import { formatCount } from '../../core/format.ts';
import type { ListedTask, TaskColumn } from '../../store/task-store.ts';
import { listPlaces, selectListPanel } from '../parts/list-panel.ts';
import { type Listing, selectedIndex, selectedRow } from '../state/list-state.ts';
import { layOutSide, paneBands, type PaneLayout, SIDE_COLUMNS } from '../parts/pane-layout.ts';
import type { RunFacts, ScreenState, ViewFacts } from '../state/screen-state.ts';
import { selectChrome } from '../chrome/select-chrome.ts';
import { selectStandingRow } from './select-standings.ts';
import { selectTaskLines } from './select-task-lines.ts';
import { parseTaskFilter } from '../state/task-filter.ts';
import { taskKind } from '../parts/task-rows.ts';
import { scrolledText, selectTextPanel } from '../parts/text-panel.ts';
import type { ViewContext } from '../parts/view-context.ts';
import type { Panel, ScreenView } from '../parts/view-model.ts';
import { isSameList, type TaskPageQuery, type ViewQuery } from '../state/view-query.ts';

const SORTS: readonly TaskColumn[] = [
  'severity',
  'task',
  'eval',
  'group',
  'try',
  'age',
  'score',
  'tokens',
  'ended',
];

/** Columns whose largest value is what one looks for. */
const LARGEST_FIRST: ReadonlySet<TaskColumn> = new Set(['try', 'age', 'tokens', 'ended']);

/** Rows that are read at a time: enough for any screen and a page to either side. */
const PAGE_ROWS = 240;

/** All tasks of the run, and the selected one in full. */
export function selectTaskView(context: ViewContext): ScreenView {
  const { state, snapshot, now } = context;
  const view = state.views.tasks;
  const layout = layOutTasks(context);
  const kind = taskKind(snapshot, now);
  const page = currentPage(context);
  const items = page?.rows ?? [];
  const listing: Listing = {
    rows: items.map((task) => kind.identify(task)),
    offset: page?.offset ?? 0,
    total: page?.total ?? 0,
    places: listPlaces(layout.list) - (layout.list === null ? 0 : 1),
    sorts: SORTS,
    isCurrent: page !== undefined,
  };
  const task = items[selectedIndex(view.list, listing) - listing.offset];
  const list = layout.list === null ? null : listPanel(context, layout, kind, items, listing);
  const detail = detailOf(context, layout, task);
  return {
    ...selectChrome(context, view.isInDetail ? (selectedRow(view.list, listing)?.label ?? null) : null),
    frame: layout.frame,
    bands: paneBands(layout, list, detail?.panel ?? null),
    facts: { listing, text: detail?.text ?? NO_TEXT },
  };
}

const NO_TEXT: NonNullable<ViewFacts['text']> = { lines: [], places: 1 };

function layOutTasks(context: ViewContext): PaneLayout {
  return layOutSide(context, context.state.views.tasks.isInDetail, 0.5);
}

/** The page, when it is of the list that is asked for now. */
function currentPage({ state, snapshot, data, run }: ViewContext) {
  const query = pageQuery(state, run, snapshot.run.runId);
  return data.tasks !== undefined && isSameList(query, data.tasks.query) ? data.tasks.value : undefined;
}

function listPanel(
  context: ViewContext,
  layout: PaneLayout,
  kind: ReturnType<typeof taskKind>,
  items: readonly ListedTask[],
  listing: Listing,
): Panel | null {
  if (layout.list === null) return null;
  const { snapshot, state } = context;
  const view = state.views.tasks;
  const all = snapshot.run.evals.reduce((sum, { tasks }) => sum + tasks, 0);
  const shown =
    view.filter === '' ? formatCount(all) : `${formatCount(listing.total)} of ${formatCount(all)}`;
  const filter = view.filter === '' ? '' : ` · ${view.filter}`;
  const marks = view.list.marks.length === 0 ? '' : ` · ${formatCount(view.list.marks.length)} marked`;
  const order = `by ${view.list.sort ?? 'severity'}${view.list.isReversed ? ', reversed' : ''}`;
  const panel = selectListPanel(kind, items, {
    key: 'tasks',
    title: `Tasks ${shown}${filter}${marks} · ${order}`,
    empty: listing.isCurrent ? 'no task is so' : 'reading …',
    view,
    listing,
    size: layout.list,
    isActive: layout.arrangement === 'side' && !view.isInDetail,
  });
  return { ...panel, rows: [selectStandingRow(snapshot, layout.list.room), ...panel.rows] };
}

function detailOf(
  context: ViewContext,
  layout: PaneLayout,
  task: ListedTask | undefined,
): { readonly panel: Panel; readonly text: NonNullable<ViewFacts['text']> } | null {
  if (layout.text === null) return null;
  const { state, data, now } = context;
  const { scroll, isInDetail } = state.views.tasks;
  const known = data.task?.value;
  const detail = known !== undefined && known.taskId === task?.taskId ? known : undefined;
  const rows = selectTaskLines({ task, detail, now, room: layout.text.room });
  const text = scrolledText(rows, layout.text);
  const title = task === undefined ? 'Task' : taskKind(context.snapshot, now).identify(task).label;
  const isActive = layout.arrangement === 'side' && isInDetail;
  return {
    text,
    panel: selectTextPanel(rows, { key: 'task', title, scroll, text, size: layout.text, isActive }),
  };
}

/** What the view reads: the stretch of the list around the selected task, and that task where it is shown. */
export function queryTasks({ state, run, snapshot, data, columns }: ViewContext): readonly ViewQuery[] {
  const { runId } = snapshot.run;
  const page = pageQuery(state, run, runId);
  const isShown = state.views.tasks.isInDetail || columns >= SIDE_COLUMNS;
  const known = data.tasks !== undefined && isSameList(page, data.tasks.query) ? data.tasks.value : undefined;
  const { list } = state.views.tasks;
  const at = known === undefined || list.key !== null ? undefined : known.rows[list.index - known.offset];
  const taskId = list.key === null ? at?.taskId : Number(list.key);
  return isShown && taskId !== undefined ? [page, { part: 'task', runId, taskId }] : [page];
}

function pageQuery(state: ScreenState, run: RunFacts, runId: string): TaskPageQuery {
  const { list, filter } = state.views.tasks;
  const sort = SORTS.find((column) => column === list.sort) ?? 'severity';
  const parsed = parseTaskFilter(filter, run.names);
  const { key, index } = list;
  return {
    part: 'tasks',
    runId,
    filter: parsed.filter,
    sort,
    descending: LARGEST_FIRST.has(sort) !== list.isReversed,
    around: key === null ? { kind: 'index', index } : { kind: 'task', taskId: Number(key), index },
    limit: PAGE_ROWS,
  };
}
