import { formatCount } from '../../core/format.ts';
import type { RunSnapshot, TaskStanding } from '../../store/task-store.ts';
import { standingPart } from '../parts/task-rows.ts';
import type { Part, Row } from '../parts/view-model.ts';

/**
 * How many tasks stand how, the most urgent first; standings that nobody has are left out. In a narrow row the
 * glyph and the number have to do.
 */
function selectStandingParts(snapshot: RunSnapshot, room: number): readonly Part[] {
  const { counts, run, stuck, waiting } = snapshot;
  const { evals } = run;
  const judged = evals.filter(({ isBinary }) => isBinary);
  const right = judged.reduce((sum, { correct }) => sum + correct, 0);
  const wrong = judged.reduce((sum, { scored, correct }) => sum + scored - correct, 0);
  // At most twenty that wait are known, and all that wait are queued.
  const retrying = run.state === 'finished' ? 0 : waiting.length;
  const amounts: readonly (readonly [TaskStanding, number, string?])[] = [
    ['stuck', stuck.length],
    ['running', Math.max(0, counts.running - stuck.length)],
    ['retrying', retrying, retrying === MOST_WAITING ? '+' : ''],
    ['errored', counts.errored],
    ['wrong', wrong],
    ['right', right],
    ['done', Math.max(0, counts.done - right - wrong)],
    ['queued', Math.max(0, counts.queued - retrying)],
    ['cancelled', counts.cancelled],
  ];
  return amounts
    .filter(([, amount]) => amount > 0)
    .flatMap(([standing, amount, more = ''], index): readonly Part[] => [
      ...(index === 0 ? [] : [{ text: '  ' }]),
      {
        ...standingPart(standing),
        text: `${formatCount(amount)}${more}${room < WORDY_ROOM ? '' : ` ${standing}`}`,
      },
    ]);
}

const MOST_WAITING = 20;
const WORDY_ROOM = 76;

export function selectStandingRow(snapshot: RunSnapshot, room: number): Row {
  return { kind: 'parts', parts: selectStandingParts(snapshot, room) };
}
