/** Terminals smaller than this get one line. */
export const MIN_COLUMNS = 60;
export const MIN_ROWS = 15;

const WIDE_COLUMNS = 110;
const WIDE_ROWS = 28;
/** Header, subheader, banner, key line. */
const CHROME_ROWS = 4;

/** Whether panels stand side by side in frames, or one below the other under a rule. */
export function isWide(columns: number, rows: number): boolean {
  return columns >= WIDE_COLUMNS && rows >= WIDE_ROWS;
}

/** Heights in lines, frames included; 0 leaves a panel out. */
interface LiveHeights {
  readonly progress: number;
  readonly executors: number;
  readonly running: number;
  readonly problems: number;
  readonly results: number;
}

interface LiveNeeds {
  readonly rows: number;
  readonly isWide: boolean;
  /** Bars of the progress panel, when all have room. */
  readonly bars: number;
  readonly executors: number;
}

/**
 * Shares the screen among the panels of a live run. It depends on the size of the terminal and of the run
 * only, not on lists that grow and shrink, so that nothing jumps while one reads.
 */
export function shareLiveRows(needs: LiveNeeds): LiveHeights {
  const body = needs.rows - CHROME_ROWS;
  return needs.isWide ? shareWide(needs, body) : shareNarrow(needs, body);
}

function shareWide({ bars, executors }: LiveNeeds, body: number): LiveHeights {
  const progress = 2 + clamp(bars + 2, 5, 9);
  const rest = body - progress;
  const executorRows = 3 + clamp(executors, 1, Math.max(1, Math.min(8, Math.floor(rest / 3) - 3)));
  const lists = rest - executorRows;
  const problems = Math.floor(lists * 0.4);
  // Running tasks and results stand side by side.
  return {
    progress,
    executors: executorRows,
    running: lists - problems,
    problems,
    results: lists - problems,
  };
}

function shareNarrow({ bars, executors }: LiveNeeds, body: number): LiveHeights {
  const progress = 1 + clamp(bars, 1, Math.max(1, Math.floor(body / 5))) + 2;
  const executorRows = 2 + clamp(executors, 1, Math.max(1, Math.floor(body / 6)));
  const lists = body - progress - executorRows;
  if (lists < 6) return { progress, executors: executorRows, running: lists, problems: 0, results: 0 };
  if (lists < 10) {
    const problems = Math.floor(lists * 0.45);
    return { progress, executors: executorRows, running: lists - problems, problems, results: 0 };
  }
  const results = Math.floor(lists * 0.28);
  const problems = Math.floor(lists * 0.32);
  return { progress, executors: executorRows, running: lists - problems - results, problems, results };
}

/** Heights for a finished run: the summary as it needs, what is left for the two lists. */
export function shareFinishedRows(needs: {
  readonly rows: number;
  readonly isWide: boolean;
  /** Rows of the summary, when all have room. */
  readonly summary: number;
  /** Errors that are listed. */
  readonly problems: number;
}): { readonly summary: number; readonly problems: number; readonly results: number } {
  const body = needs.rows - CHROME_ROWS;
  const frame = needs.isWide ? 2 : 1;
  const leastLists = needs.isWide ? 10 : 4;
  const summary = clamp(needs.summary + frame, frame + 1, Math.max(frame + 1, body - leastLists));
  const lists = body - summary;
  const problems = Math.min(needs.problems + frame, Math.ceil(lists / 2));
  return { summary, problems, results: lists - problems };
}

/** Widths of two panels that share a line, cells. */
export function splitColumns(columns: number, leftShare: number): readonly [number, number] {
  const left = Math.round(columns * leftShare);
  return [left, columns - left];
}

/** Rows that fit into a panel of this height, a table's heading among them. */
export function bodyRows(height: number, frame: 'box' | 'rule'): number {
  return Math.max(0, height - (frame === 'box' ? 2 : 1));
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
