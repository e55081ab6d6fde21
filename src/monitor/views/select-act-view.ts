import type { JsonValue } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import type { CommandRow } from '../../store/task-store.ts';
import { formatClock } from '../parts/clock-text.ts';
import type { ListKind } from '../parts/list-panel.ts';
import { selectListView } from './list-view.ts';
import { layOutWhole } from '../parts/pane-layout.ts';
import type { ViewContext } from '../parts/view-context.ts';
import type { Part, ScreenView } from '../parts/view-model.ts';

/** What was done to the run, newest first: when, by whom, from what to what. */
export function selectActView(context: ViewContext): ScreenView {
  const { data, snapshot } = context;
  const acts = data.acts?.query.runId === snapshot.run.runId ? data.acts.value : undefined;
  return selectListView(context, {
    screen: 'acts',
    kind: ACTS,
    items: acts ?? [],
    ownSort: 'newest',
    title: 'Acts',
    empty: acts === undefined ? 'reading …' : 'nothing was done to this run',
    layOut: () => layOutWhole(context),
  });
}

const ACTS: ListKind<CommandRow> = {
  statusTitle: 'RESULT',
  statusWidth: 13,
  status: statusOf,
  identify: ({ id, kind }) => ({ key: String(id), label: kind }),
  columns: [
    {
      title: 'TIME',
      width: 8,
      sort: 'time',
      value: ({ createdAt }) => createdAt,
      text: ({ createdAt }) => formatClock(createdAt),
    },
    { title: 'ACT', width: 13, sort: 'act', value: ({ kind }) => kind, text: ({ kind }) => kind },
    {
      title: 'BY',
      width: 13,
      minRoom: 52,
      sort: 'by',
      value: ({ createdBy }) => createdBy,
      text: ({ createdBy }) => printable(createdBy),
    },
    { title: 'OLD → NEW', width: 12, share: 1, text: changeText },
    { title: '', width: 8, share: 3, minRoom: 62, text: ({ result }) => printable(result?.message ?? '') },
  ],
};

function statusOf({ result, takenAt }: CommandRow): Part {
  if (result !== null)
    return result.done ? { status: 'done', text: 'done' } : { status: 'cancelled', text: 'nothing done' };
  return takenAt === null
    ? { status: 'queued', text: 'not taken yet' }
    : { status: 'running', text: 'under way' };
}

function changeText({ result }: CommandRow): string {
  if (result === null || (result.old === null && result.new === null)) return '';
  return `${valueText(result.old)} → ${valueText(result.new)}`;
}

function valueText(value: JsonValue): string {
  return printable(typeof value === 'string' ? value : JSON.stringify(value));
}
