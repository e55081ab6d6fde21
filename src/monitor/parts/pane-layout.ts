import { bodyRows } from './dashboard-layout.ts';
import type { ViewContext } from './view-context.ts';
import type { Band, Panel, ScreenView } from './view-model.ts';

/** Header, tabs, foot, key line. */
const CHROME_ROWS = 4;
/** From here on a list and a text have room side by side. */
export const SIDE_COLUMNS = 110;

export interface PaneSize {
  /** Frame included, cells and lines. */
  readonly width: number;
  readonly height: number;
  /** Cells of a row. */
  readonly room: number;
  /** Lines for rows. */
  readonly places: number;
}

/** Where a list and the detail of what is selected in it stand; null leaves one out. */
export interface PaneLayout {
  readonly frame: ScreenView['frame'];
  /** Both beside each other, both one above the other, or one alone. */
  readonly arrangement: 'side' | 'stack' | 'single';
  readonly list: PaneSize | null;
  readonly text: PaneSize | null;
}

/** Side by side where there is room, else the one that keys go to. */
export function layOutSide(context: ViewContext, isInDetail: boolean, listShare: number): PaneLayout {
  const { columns } = context;
  const height = context.rows - CHROME_ROWS;
  if (columns >= SIDE_COLUMNS) {
    const width = Math.round(columns * listShare);
    const frame = 'box';
    return {
      frame,
      arrangement: 'side',
      list: pane(width, height, frame),
      text: pane(columns - width, height, frame),
    };
  }
  const whole = pane(columns, height, 'rule');
  return {
    frame: 'rule',
    arrangement: 'single',
    list: isInDetail ? null : whole,
    text: isInDetail ? whole : null,
  };
}

/** Side by side where there is room for that, else one above the other; there a detail that is read fills the screen. */
export function layOutPair(
  context: ViewContext,
  pair: { readonly isInDetail: boolean; readonly listShare: number; readonly listRows: number },
): PaneLayout {
  if (context.columns >= SIDE_COLUMNS || pair.isInDetail)
    return layOutSide(context, pair.isInDetail, pair.listShare);
  return layOutStack(context, pair.isInDetail, pair.listRows);
}

/** One above the other, the list as high as it needs to be, up to half; below 20 lines the one that keys go to. */
export function layOutStack(context: ViewContext, isInDetail: boolean, listRows: number): PaneLayout {
  const { columns } = context;
  const body = context.rows - CHROME_ROWS;
  const frame = columns >= SIDE_COLUMNS ? 'box' : 'rule';
  if (context.rows < 20) {
    const whole = pane(columns, body, frame);
    return {
      frame,
      arrangement: 'single',
      list: isInDetail ? null : whole,
      text: isInDetail ? whole : null,
    };
  }
  const edge = frame === 'box' ? 2 : 1;
  const list = Math.max(3 + edge, Math.min(listRows + edge, Math.floor(body / 2)));
  return {
    frame,
    arrangement: 'stack',
    list: pane(columns, list, frame),
    text: pane(columns, body - list, frame),
  };
}

/** A single pane for the whole body. */
export function layOutWhole(context: ViewContext): PaneLayout & { readonly list: PaneSize } {
  const frame = context.columns >= SIDE_COLUMNS ? 'box' : 'rule';
  const list = pane(context.columns, context.rows - CHROME_ROWS, frame);
  return { frame, arrangement: 'single', list, text: null };
}

/** The panes as bands, as they were laid out. */
export function paneBands(layout: PaneLayout, list: Panel | null, text: Panel | null): readonly Band[] {
  const shown = [
    { size: layout.list, panel: list },
    { size: layout.text, panel: text },
  ].flatMap(({ size, panel }) => (size === null || panel === null ? [] : [{ height: size.height, panel }]));
  if (layout.arrangement !== 'side')
    return shown.map(({ panel, height }) => ({ key: panel.key, height, panels: [panel] }));
  const height = shown[0]?.height ?? 0;
  return [{ key: 'panes', height, panels: shown.map(({ panel }) => panel) }];
}

function pane(width: number, height: number, frame: ScreenView['frame']): PaneSize {
  return {
    width,
    height,
    room: frame === 'box' ? width - 4 : width - 2,
    places: bodyRows(height, frame),
  };
}
