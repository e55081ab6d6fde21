import { formatDuration } from '../../core/duration.ts';
import { formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import type { TaskDetail } from '../../store/task-store.ts';
import { formatClock } from './clock-text.ts';
import { formatAge } from './format.ts';
import { type Row, textRow } from './view-model.ts';

/** Of the steps that have ended, so many of the newest are shown. */
const PAST_ROWS = 12;
const DURATION_CELLS = 9;

/** Where the time of a try went: steps that have ended, oldest first, then those that it is in, outermost first. */
export function stepRows(
  { steps, pastSteps }: Pick<TaskDetail, 'steps' | 'pastSteps'>,
  now: number,
): readonly Row[] {
  const past = pastSteps.slice(-PAST_ROWS);
  const left = pastSteps.length - past.length;
  return [
    ...(left === 0 ? [] : [textRow(`${' '.repeat(DURATION_CELLS + 2)}${formatCount(left)} before`, 'muted')]),
    ...past.map(({ name, startedAt, endedAt, depth }): Row => ({
      kind: 'parts',
      parts: [
        {
          text: `  ${formatDuration(Math.max(0, endedAt - startedAt)).padStart(DURATION_CELLS)}  `,
          tone: 'muted',
        },
        { text: '  '.repeat(depth) + printable(name) },
        { text: `  ended ${formatClock(endedAt)}`, tone: 'muted' },
      ],
    })),
    ...steps.map(({ name, startedAt }, depth): Row => {
      const isInnermost = depth === steps.length - 1;
      return {
        kind: 'parts',
        parts: [
          {
            text: `${isInnermost ? '▸' : ' '} ${formatAge(now - startedAt).padStart(DURATION_CELLS)}  `,
            tone: 'accent',
          },
          { text: '  '.repeat(depth) + printable(name), tone: isInnermost ? 'strong' : 'plain' },
          { text: '  goes on', tone: 'muted' },
        ],
      };
    }),
  ];
}
