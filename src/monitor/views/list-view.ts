import type { ScreenName } from '../state/intents.ts';
import { arrange, type ListKind, listPlaces, selectListPanel, wholeListing } from '../parts/list-panel.ts';
import { selectedRow } from '../state/list-state.ts';
import { paneBands, type PaneLayout } from '../parts/pane-layout.ts';
import { selectChrome } from '../chrome/select-chrome.ts';
import { scrolledText, selectTextPanel } from '../parts/text-panel.ts';
import type { ViewContext } from '../parts/view-context.ts';
import type { Row, ScreenView } from '../parts/view-model.ts';

/** A view of a list that is known as a whole, with or without the detail of what is selected in it. */
interface ListView<Item> {
  readonly screen: ScreenName;
  readonly kind: ListKind<Item>;
  readonly items: readonly Item[];
  /** What its own order is called. */
  readonly ownSort: string;
  readonly title: string;
  readonly empty: string;
  readonly layOut: (shown: number) => PaneLayout;
  /** Absent: there is no detail. */
  readonly detail?: (item: Item | undefined, room: number) => readonly Row[];
  /** What of it is copied; null, or absent: the text of the detail. */
  readonly copy?: (item: Item | undefined) => { readonly what: string; readonly text: string } | null;
}

export function selectListView<Item>(context: ViewContext, list: ListView<Item>): ScreenView {
  const view = context.state.views[list.screen];
  const { kind } = list;
  const items = arrange(kind, list.items, view);
  const layout = list.layOut(items.length);
  const listing = wholeListing(kind, items, listPlaces(layout.list), list.ownSort);
  const selected = selectedRow(view.list, listing);
  const item = items.find((one) => kind.identify(one).key === selected?.key);
  const isPaired = layout.arrangement !== 'single';
  const panel =
    layout.list === null
      ? null
      : selectListPanel(kind, items, {
          key: list.screen,
          title: list.title + (view.filter === '' ? '' : ` · ${view.filter}`),
          empty: view.filter === '' ? list.empty : 'nothing is so',
          view,
          listing,
          size: layout.list,
          isActive: isPaired && !view.isInDetail,
        });
  const rows = layout.text === null ? [] : (list.detail?.(item, layout.text.room) ?? []);
  const text = layout.text === null ? { lines: [], places: 1 } : scrolledText(rows, layout.text);
  const copy = list.copy?.(item) ?? null;
  const name = selected?.label ?? '';
  const detail =
    layout.text === null
      ? null
      : selectTextPanel(rows, {
          key: `${list.screen}-detail`,
          title: name,
          scroll: view.scroll,
          text,
          size: layout.text,
          isActive: isPaired && view.isInDetail,
        });
  return {
    ...selectChrome(context, view.isInDetail ? name : null),
    frame: layout.frame,
    bands: paneBands(layout, panel, detail),
    facts: {
      listing,
      text: list.detail === undefined ? null : text,
      ...(copy === null ? {} : { copy }),
    },
  };
}
