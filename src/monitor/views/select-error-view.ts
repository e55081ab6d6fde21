import { shortPlace } from '../../core/error-place.ts';
import { formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import type { ErrorGroup } from '../../store/task-store.ts';
import { formatClock } from '../parts/clock-text.ts';
import { errorKindText } from '../parts/error-kind-text.ts';
import { errorCurve, errorGroupKey, type ErrorHistory } from '../history/error-history.ts';
import { formatAge } from '../parts/format.ts';
import type { ListKind } from '../parts/list-panel.ts';
import { selectListView } from './list-view.ts';
import { layOutPair } from '../parts/pane-layout.ts';
import { heading } from '../parts/section-heading.ts';
import { wrapLines } from '../parts/text-lines.ts';
import type { ViewContext } from '../parts/view-context.ts';
import { type Row, type ScreenView, textRow } from '../parts/view-model.ts';

/** What failed, grouped by kind, message and place, with one full example of each. */
export function selectErrorView(context: ViewContext): ScreenView {
  const { data, state, snapshot, now, errors } = context;
  const { runId } = snapshot.run;
  const groups = data.errors?.query.runId === runId ? data.errors.value : undefined;
  return selectListView(context, {
    screen: 'errors',
    kind: errorKind(now),
    items: groups ?? [],
    ownSort: 'tries',
    title: `Errors${groups === undefined ? '' : ` ${formatCount(groups.length)} ${groups.length === 1 ? 'kind' : 'kinds'}`} · ${formatCount(snapshot.counts.errored)} tasks errored`,
    empty: groups === undefined ? 'reading …' : 'nothing has failed',
    layOut: (shown) =>
      layOutPair(context, {
        isInDetail: state.views.errors.isInDetail,
        listShare: 0.5,
        listRows: Math.max(3, shown + 1),
      }),
    detail: (group, room) => groupLines(group, errors, now, room),
  });
}

function errorKind(now: number): ListKind<ErrorGroup> {
  return {
    statusTitle: 'KIND',
    statusWidth: 14,
    // What was mended by another try is a warning, not a loss.
    status: ({ kind, tasks }) => ({ status: tasks > 0 ? 'errored' : 'waiting', text: errorKindText(kind) }),
    identify: (group) => ({ key: errorGroupKey(group), label: errorKindText(group.kind) }),
    columns: [
      {
        title: 'TRIES',
        width: 6,
        align: 'right',
        sort: 'tries',
        value: ({ tries }) => tries,
        text: ({ tries }) => formatCount(tries),
      },
      {
        title: 'TASKS',
        width: 6,
        align: 'right',
        minRoom: 46,
        sort: 'tasks',
        value: ({ tasks }) => tasks,
        text: ({ tasks }) => formatCount(tasks),
      },
      {
        title: 'LAST',
        width: 7,
        align: 'right',
        minRoom: 58,
        sort: 'last',
        value: ({ lastAt }) => lastAt,
        text: ({ lastAt }) => formatAge(now - lastAt),
      },
      {
        title: 'PLACE',
        width: 14,
        share: 1,
        minRoom: 34,
        sort: 'place',
        value: placeText,
        text: placeText,
      },
      {
        title: 'MESSAGE',
        width: 12,
        share: 2,
        sort: 'message',
        value: ({ pattern }) => pattern,
        text: ({ pattern }) => printable(pattern),
      },
    ],
  };
}

function placeText({ place }: ErrorGroup): string {
  return place === null ? '' : printable(shortPlace(place));
}

function isOwnFrame(frame: string): boolean {
  return !/node:|node_modules/.test(frame);
}

function groupLines(
  group: ErrorGroup | undefined,
  errors: ErrorHistory,
  now: number,
  room: number,
): readonly Row[] {
  if (group === undefined) return [textRow('no error is selected', 'muted')];
  const { example, tries, tasks, lastAt, place } = group;
  const tryWord = tries === 1 ? 'try' : 'tries';
  const cells = Math.max(8, Math.min(60, room - 24));
  return [
    textRow(
      `${formatCount(tries)} ${tryWord} failed so, ${formatCount(tasks)} ${tasks === 1 ? 'task is' : 'tasks are'} errored for it`,
    ),
    textRow(`the last one at ${formatClock(lastAt)}, ${formatAge(now - lastAt)} ago`, 'muted'),
    ...(place === null ? [] : wrapLines(`from ${place}`, room).map((line) => textRow(line, 'strong'))),
    {
      kind: 'curve',
      label: 'by second',
      values: errorCurve(errors, errorGroupKey(group), now, cells),
      text: '',
    },
    ...heading('Message, without its numbers', room),
    ...wrapLines(group.pattern, room).map((line) => textRow(line)),
    ...heading(`Example: ${printable(example.task)}`, room),
    ...wrapLines(example.message, room).map((line) => textRow(line, 'bad')),
    ...(example.stack === null ? [] : stackRows(example.stack, room)),
  ];
}

/** Frames of the user's own code stand out from those of packages and of Node. */
function stackRows(stack: string, room: number): readonly Row[] {
  const frames = stack.split('\n').filter((line) => /^\s*at /.test(line));
  return [
    textRow(''),
    ...frames.flatMap((frame) => {
      const isOwn = isOwnFrame(frame);
      return wrapLines(frame.trim().replace('file://', ''), room).map((line) =>
        textRow(line, isOwn ? 'plain' : 'muted'),
      );
    }),
  ];
}
