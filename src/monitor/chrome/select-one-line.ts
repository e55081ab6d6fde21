import { formatCount, formatPercent } from '../../core/format.ts';
import type { RunSnapshot } from '../../store/task-store.ts';
import { formatAge } from '../parts/format.ts';
import { selectRunStatus } from './select-header.ts';
import { type ProgressHistory, remainingMs } from '../history/throughput.ts';
import type { Part, Status } from '../parts/view-model.ts';

/**
 * A run in one line of so many cells, for a terminal that is too small for a screen: what is stuck and errored
 * too. The share and the time left are left out where they do not fit, the way to more last of all.
 */
export function selectOneLine(
  snapshot: RunSnapshot,
  history: ProgressHistory,
  now: number,
  columns: number,
  isLost: boolean,
): readonly Part[] {
  const { counts, run, stuck } = snapshot;
  const { status, word } = selectRunStatus(run, isLost);
  const finished = counts.done + counts.errored + counts.cancelled;
  const total = finished + counts.queued + counts.running;
  const left = isLost ? null : remainingMs(history, snapshot, now);
  const share: Part = { text: total === 0 ? '' : ` ${formatPercent(finished / total)}` };
  const rest: Part = { text: left === null ? '' : ` ETA ${formatAge(left)}` };
  const line = (middle: readonly Part[], end: readonly Part[]): readonly Part[] => [
    { status, text: word },
    { text: ` ${formatCount(finished)}/${formatCount(total)}` },
    ...middle,
    ...alarm('stuck', stuck.length),
    ...alarm('errored', counts.errored),
    ...end,
    { text: ' · 60x15 shows more', tone: 'muted' },
  ];
  const lines = [line([share], [rest]), line([], [rest]), line([share], []), line([], [])];
  return lines.find((parts) => cellsOf(parts) <= columns) ?? line([], []);
}

function alarm(status: Status, count: number): readonly Part[] {
  return count === 0 ? [] : [{ text: ' ' }, { status, text: formatCount(count) }];
}

/** A glyph and the blank behind it are two. */
function cellsOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { text, status }) => sum + text.length + (status === undefined ? 0 : 2), 0);
}
