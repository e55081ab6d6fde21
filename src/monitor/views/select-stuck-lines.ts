import { formatPercent, formatQuantity } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import type { StuckRow, TaskDetail } from '../../store/task-store.ts';
import { formatClock } from '../parts/clock-text.ts';
import { truncateStart } from '../parts/columns.ts';
import { formatAge } from '../parts/format.ts';
import type { Look, ThreadProfileSight } from '../state/live-look.ts';
import { processRows } from './process-rows.ts';
import { heading } from '../parts/section-heading.ts';
import { frameRows, ownPlace, placeText, sourceRows } from '../parts/stack-rows.ts';
import { stepRows } from '../parts/step-rows.ts';
import { detailOf, foundWith, framesOf, stackLook, stuckStack, type StuckStack } from './stuck-stack.ts';
import { wrapLines } from '../parts/text-lines.ts';
import type { ViewContext } from '../parts/view-context.ts';
import { type Row, textRow } from '../parts/view-model.ts';

const MEANINGS: Readonly<Record<string, string>> = {
  'cpu-bound': 'Its thread is busy in JavaScript: nothing else of that thread goes on.',
  native: 'Its thread is inside native code, of which no stack can be had, and does not come back.',
  awaiting: 'Its thread is idle: it waits for something that does not come.',
  blocked: 'Its thread waits in a synchronous call: nothing else of that thread goes on.',
  lost: 'Its executor is there and does not answer.',
  orphaned: 'Its executor goes on although its supervisor is gone.',
};

/** Why a task is held to be stuck, and all that is known of where it stands, as rows to scroll in. */
export function selectStuckLines(
  context: ViewContext,
  row: StuckRow | undefined,
  room: number,
): readonly Row[] {
  if (row === undefined) return [textRow('Nothing is held to be stuck.', 'muted')];
  const { data, now } = context;
  const detail = detailOf(row, data);
  const stack = stuckStack(row, data);
  return [
    ...verdictRows(row, context, room),
    ...stackRows(context, { row, stack, room }),
    ...profileRows(context, row, room),
    ...awaitRows(context, row, room),
    ...sourceSection(context, stack, room),
    ...stepSection(row, detail, now, room),
    ...processRows(context, row, room),
    ...earlierRows(row, detail, room),
  ];
}

function verdictRows(row: StuckRow, { now }: ViewContext, room: number): readonly Row[] {
  const { verdict, since, pid, thread, reasons } = row;
  const meaning = MEANINGS[verdict] ?? 'It went on for long without a sign.';
  const stands = `  for ${formatAge(now - since)}, since ${formatClock(since)}`;
  return [
    {
      kind: 'parts',
      parts: [
        { status: 'stuck', text: printable(verdict) },
        { text: `${stands} · pid ${pid ?? '–'} · thread ${thread ?? '–'} · try ${row.try}`, tone: 'muted' },
      ],
    },
    ...wrapLines(meaning, room).map((line) => textRow(line)),
    ...reasons.flatMap((reason) =>
      wrapLines(reason, room - 2).map((line, index) => textRow(`${index === 0 ? '· ' : '  '}${line}`)),
    ),
  ];
}

interface StackPart {
  readonly row: StuckRow;
  readonly stack: StuckStack;
  readonly room: number;
}

const STATES = {
  'in-js': 'in JavaScript',
  idle: 'idle: in its event loop, no JavaScript is running',
  native: 'in native code: no stack can be had',
} as const;

function stackRows({ state, data }: ViewContext, { row, stack, room }: StackPart): readonly Row[] {
  const looked = stackLook(row, data);
  const at = stack.at === null ? '' : ` ${formatClock(stack.at)}`;
  const how = stack.isLive ? `sampled${at}` : `as it was found${at}`;
  const notes = looked?.kind === 'seen' ? looked.sight.notes : looked?.kind === 'failed' ? [looked.why] : [];
  return [
    ...heading(
      isUnderWay(state.looks.stack, row, data.stack?.query.look) ? 'Stack · sampling …' : `Stack · ${how}`,
      room,
    ),
    ...notes.flatMap((note) => wrapLines(note, room)).map((line) => textRow(line, 'warning')),
    ...(framesOf(stack).length > 0 || stack.threads.length > 0 ? [] : [textRow(noStack(row), 'muted')]),
    ...stack.threads.flatMap(({ threadId, state: doing, taskId, frames }) => {
      const name = threadId === null ? '' : `thread ${threadId} · `;
      const whose = taskId === null || taskId === row.taskId ? '' : ' · the code of another task';
      const isPlain = threadId === null && doing === 'in-js' && whose === '';
      const title = isPlain ? [] : [textRow(`${name}${STATES[doing]}${whose}`, 'muted')];
      return [...title, ...frameRows(frames, room)];
    }),
  ];
}

function noStack({ verdict }: StuckRow): string {
  if (verdict === 'native') return 'none: native code cannot be looked into; see Process below';
  return verdict === 'awaiting' ? 'none: it waits, so it is on no stack' : 'none: no JavaScript was running';
}

/** Whether an answer to what was asked for this task is still to come. */
function isUnderWay(asked: Look | null, { taskId }: StuckRow, answered: Look | undefined): boolean {
  return asked !== null && asked.key === String(taskId) && asked.serial !== answered?.serial;
}

/** Functions that are listed of a thread. */
const TOP = 8;
const BAR_CELLS = 12;
/** A share, and a blank on either side of its bar. */
const LABEL_CELLS = 9;

function profileRows({ state, data }: ViewContext, row: StuckRow, room: number): readonly Row[] {
  const { profile } = data;
  if (isUnderWay(state.looks.profile, row, profile?.query.look))
    return heading('Profile · measuring …', room);
  if (profile === undefined || profile.query.look.key !== String(row.taskId)) return [];
  const { value } = profile;
  if (value.kind === 'failed') {
    return [
      ...heading('Profile', room),
      ...wrapLines(value.why, room).map((line) => textRow(line, 'warning')),
    ];
  }
  const { seconds, threads } = value.sight;
  return [
    ...heading(`Profile · ${seconds} s until ${formatClock(value.at)}`, room),
    ...threads.flatMap((thread) => threadProfileRows(thread, threads.length > 1, room)),
  ];
}

function threadProfileRows(thread: ThreadProfileSight, isNamed: boolean, room: number): readonly Row[] {
  const name = isNamed ? `thread ${thread.threadId} · ` : '';
  return [
    textRow(`${name}${formatQuantity(thread.samples, 'sample')}`, 'muted'),
    ...(thread.functions.length === 0 ? [textRow('idle all the time', 'muted')] : []),
    ...thread.functions.slice(0, TOP).map((each): Row => {
      const mark = each.isYours ? '  ◀ yours' : '';
      const name = printable(each.functionName);
      const left = room - LABEL_CELLS - BAR_CELLS - name.length - mark.length - 2;
      const place = each.file === '' ? '' : `  ${truncateStart(placeText(each), Math.max(8, left))}`;
      return {
        kind: 'bar',
        label: formatPercent(each.self).padStart(LABEL_CELLS - 2),
        fraction: Math.min(0.999, each.self),
        width: BAR_CELLS,
        text: `${name}${place}${mark}`,
      };
    }),
    ...wrapLines(`written to ${thread.path}`, room).map((line) => textRow(line, 'muted')),
  ];
}

/** Suspended functions that are listed. */
const MOST_AWAITS = 6;
const NO_AWAITS =
  'none of your own is in memory: what waits for a promise that nothing can resolve any more is gone from it';

function awaitRows({ state, data }: ViewContext, row: StuckRow, room: number): readonly Row[] {
  const { awaits } = data;
  if (isUnderWay(state.looks.awaits, row, awaits?.query.look)) return heading('Awaits · looking …', room);
  if (awaits === undefined || awaits.query.look.key !== String(row.taskId)) return [];
  const { value } = awaits;
  const title = heading(`Awaits of its executor · ${formatClock(value.at)}`, room);
  if (value.kind === 'failed') {
    return [...title, ...wrapLines(value.why, room).map((line) => textRow(line, 'warning'))];
  }
  const { groups } = value.sight;
  return [
    ...title,
    ...(groups.length === 0 ? wrapLines(NO_AWAITS, room).map((line) => textRow(line, 'muted')) : []),
    ...groups
      .slice(0, MOST_AWAITS)
      .flatMap(({ threadId, count, frames }) => [
        textRow(`${formatQuantity(count, 'function')} in thread ${threadId}`, 'muted'),
        ...frameRows(frames, room),
      ]),
  ];
}

/** The rule and the word before the path. */
const HEADING_CELLS = 18;

function sourceSection({ data }: ViewContext, stack: StuckStack, room: number): readonly Row[] {
  const place = ownPlace(framesOf(stack));
  const { source } = data;
  const isOfPlace = source?.query.place.file === place?.file && source?.query.place.line === place?.line;
  if (place === null || source === undefined || source.value === null || !isOfPlace) return [];
  return [
    ...heading(`Source · ${truncateStart(printable(place.file), room - HEADING_CELLS)}`, room),
    ...sourceRows(source.value, place.line, room),
  ];
}

function stepSection(
  row: StuckRow,
  detail: TaskDetail | undefined,
  now: number,
  room: number,
): readonly Row[] {
  if (detail === undefined) {
    return row.step === null
      ? []
      : [...heading('Steps', room), ...wrapLines(row.step, room).map((line) => textRow(line))];
  }
  const rows = stepRows(detail, now);
  const last = detail.progressAt === null ? '' : ` · last progress ${formatAge(now - detail.progressAt)} ago`;
  return [
    ...heading(`Steps${last}`, room),
    ...(rows.length === 0 ? [textRow('none: it is in its own code since it began', 'muted')] : rows),
  ];
}

/** What else was found of the task, newest first. */
function earlierRows(row: StuckRow, detail: TaskDetail | undefined, room: number): readonly Row[] {
  const found = foundWith(row, detail);
  const others = detail?.evidence.filter((evidence) => evidence !== found) ?? [];
  if (others.length === 0) return [];
  return [
    ...heading('Found before', room),
    ...others
      .toReversed()
      .map(({ at, verdict, pid, thread }) =>
        textRow(
          `${formatClock(at)}  ${printable(verdict)}  pid ${pid ?? '–'} thread ${thread ?? '–'}`,
          'muted',
        ),
      ),
  ];
}
