import { formatCount } from '../../core/format.ts';
import type { ListKind } from '../parts/list-panel.ts';
import { selectListView } from './list-view.ts';
import { layOutWhole } from '../parts/pane-layout.ts';
import type { ViewContext } from '../parts/view-context.ts';
import type { ScreenView } from '../parts/view-model.ts';
import type { StrayLine } from '../state/view-query.ts';

/** What others wrote to the terminal while the screen stood, newest first. */
export function selectStrayView(context: ViewContext): ScreenView {
  const lines = context.data.strays?.value;
  return selectListView(context, {
    screen: 'strays',
    kind: STRAYS,
    items: (lines ?? []).toReversed(),
    ownSort: 'newest',
    title: 'Written past the screen',
    empty: lines === undefined ? 'reading …' : 'nobody wrote anything',
    layOut: () => layOutWhole(context),
  });
}

const STRAYS: ListKind<StrayLine> = {
  statusTitle: 'LINE',
  statusWidth: 6,
  status: ({ number }) => ({ text: formatCount(number).padStart(6) }),
  identify: ({ number }) => ({ key: String(number), label: `line ${number}` }),
  columns: [{ title: 'TEXT', width: 20, share: 1, text: ({ text }) => text }],
};
