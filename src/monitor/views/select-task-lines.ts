import { formatDuration } from '../../core/duration.ts';
import type { JsonValue } from '../../core/json.ts';
import { shortPlace } from '../../core/error-place.ts';
import { printable } from '../../core/printable.ts';
import type { ListedTask, TaskDetail, TryRow } from '../../store/task-store.ts';
import { errorKindText } from '../parts/error-kind-text.ts';
import { evidenceTexts } from '../parts/evidence-texts.ts';
import { formatAge, formatScore, formatTokens } from '../parts/format.ts';
import { heading } from '../parts/section-heading.ts';
import { isReturned } from '../parts/is-returned.ts';
import { selectTranscript } from './select-transcript.ts';
import { formatClock } from '../parts/clock-text.ts';
import { standingPart } from '../parts/task-rows.ts';
import { openStepTexts, pastStepTexts } from '../parts/step-texts.ts';
import { wrapLines } from '../parts/text-lines.ts';
import { type Part, type Row, textRow } from '../parts/view-model.ts';

interface TaskText {
  readonly task: ListedTask | undefined;
  /** Undefined while it is read. */
  readonly detail: TaskDetail | undefined;
  /** ms UTC */
  readonly now: number;
  /** Cells of a row. */
  readonly room: number;
}

/** A task in full, as rows to scroll in: how it stands, what it does, what was asked and answered, every try. */
export function selectTaskLines({ task, detail, now, room }: TaskText): readonly Row[] {
  if (task === undefined) return [textRow('no task is selected', 'muted')];
  return [
    ...standingRows(detail ?? task, now, room),
    ...(detail === undefined ? [textRow(''), textRow('reading …', 'muted')] : stepRows(detail, now, room)),
    ...(detail === undefined ? [] : settledRows(detail, room)),
  ];
}

function standingRows(task: ListedTask, now: number, room: number): readonly Row[] {
  const { startedAt, endedAt, pid, group, score, tokens, message, errorKind } = task;
  const took =
    startedAt === null
      ? ''
      : endedAt === null
        ? formatAge(now - startedAt)
        : `took ${formatDuration(Math.max(0, endedAt - startedAt))}`;
  const facts = [
    took,
    `try ${task.try}`,
    ...(score === null ? [] : [`score ${formatScore(score)}`]),
    ...(pid === null ? [] : [`pid ${pid}`]),
    ...(group === null ? [] : [`group ${printable(group)}`]),
    ...(tokens === 0 ? [] : [`${formatTokens(tokens)} tokens`]),
  ].filter((text) => text !== '');
  const first: Row = {
    kind: 'parts',
    parts: [standingPart(task.standing), { text: `  ${facts.join(' · ')}`, tone: 'muted' }],
  };
  const isFailed = task.standing === 'errored' || task.standing === 'retrying';
  const waits = task.standing === 'retrying' && task.readyAt > now;
  return [
    first,
    ...(task.verdict === null ? [] : [textRow(`held to be stuck: ${task.verdict}`, 'warning')]),
    ...(waits ? [textRow(`tried again in ${formatAge(task.readyAt - now + 999)}`, 'warning')] : []),
    ...(errorKind === null || message === null
      ? []
      : wrapLines(`${isFailed ? '' : 'the try before: '}${errorKindText(errorKind)}: ${message}`, room).map(
          (line) => textRow(line, isFailed ? 'bad' : 'muted'),
        )),
  ];
}

function stepRows(
  { steps, pastSteps, progressAt, state }: TaskDetail,
  now: number,
  room: number,
): readonly Row[] {
  const ended = state === 'running' ? pastStepTexts(pastSteps) : [];
  return [
    ...(steps.length === 0 ? [] : heading('Now in', room)),
    ...openStepTexts(steps, now).map((line) => textRow(line)),
    ...(progressAt === null
      ? []
      : [textRow(`nothing has happened for ${formatAge(now - progressAt)}`, 'muted')]),
    ...(ended.length === 0 ? [] : heading('Steps that have ended in this try', room)),
    ...ended.map((line) => textRow(line, 'muted')),
  ];
}

/** Laid out once for what was read: moving in a long text must not lay it out again. */
const laidOut = new WeakMap<TaskDetail, { readonly room: number; readonly rows: readonly Row[] }>();

function settledRows(detail: TaskDetail, room: number): readonly Row[] {
  const known = laidOut.get(detail);
  if (known?.room === room) return known.rows;
  const { expected, result, input } = detail;
  const transcript = selectTranscript(detail, room);
  const rows = [
    ...(transcript.length === 0 ? section('Input', input, room) : transcript),
    ...(expected === null ? [] : section('Expected', expected, room)),
    ...(result === null ? [] : section('Result', result, room)),
    ...tryRows(detail, room),
    ...evidenceRows(detail, room),
    ...eventRows(detail, room),
    ...(transcript.length === 0 ? [] : section('Input', input, room)),
  ];
  laidOut.set(detail, { room, rows });
  return rows;
}

function section(title: string, value: JsonValue, room: number): readonly Row[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return [...heading(title, room), ...wrapLines(text, room).map((line) => textRow(line))];
}

function tryRows(task: TaskDetail, room: number): readonly Row[] {
  const { tries } = task;
  if (tries.length === 0) return [];
  return [...heading('Tries', room), ...tries.flatMap((row) => tryLines(row, task, room))];
}

function tryLines(row: TryRow, task: TaskDetail, room: number): readonly Row[] {
  const took =
    row.startedAt === null ? 'not started' : formatDuration(Math.max(0, row.endedAt - row.startedAt));
  const round = row.round === 0 ? '' : `round ${row.round + 1} `;
  const where = [row.pid === null ? '' : `pid ${row.pid}`, row.thread === null ? '' : `thread ${row.thread}`];
  const from = row.place === null ? '' : `from ${printable(shortPlace(row.place))}`;
  const facts = [took, `ended ${formatClock(row.endedAt)}`, ...where, from].filter((text) => text !== '');
  return [
    {
      kind: 'parts',
      parts: [
        { text: `${round}${row.try}  ` },
        outcomePart(row, task),
        { text: `  ${facts.join(' · ')}`, tone: 'muted' },
      ],
    },
    ...(row.message === null ? [] : indented(row.message, room, 'plain')),
    ...(row.stack === null ? [] : indented(withoutMessage(row.stack), room, 'muted')),
    ...pastStepTexts(row.steps).flatMap((line) => indented(line, room, 'muted')),
  ];
}

function outcomePart(row: TryRow, task: TaskDetail): Part {
  if (row.outcome === 'completed') return { status: 'done', text: 'completed' };
  if (isReturned(row, task)) return { status: 'queued', text: 'sent back' };
  return { status: 'errored', text: errorKindText(row.outcome) };
}

/** A stack begins with its message, which stands above it already. */
function withoutMessage(stack: string): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.map((line) => line.trim().replace('file://', '')).join('\n');
}

function indented(text: string, room: number, tone: 'plain' | 'muted'): readonly Row[] {
  if (text === '') return [];
  return wrapLines(text, Math.max(10, room - 3)).map((line) => textRow(`   ${line}`, tone));
}

function evidenceRows({ evidence }: TaskDetail, room: number): readonly Row[] {
  if (evidence.length === 0) return [];
  return [
    ...heading('Evidence', room),
    ...evidence.flatMap(({ at, verdict, pid, thread, data }) => [
      textRow(`${formatClock(at)}  ${verdict}  pid ${pid ?? '–'} thread ${thread ?? '–'}`, 'warning'),
      ...evidenceTexts(data).flatMap((line) => indented(line, room, 'muted')),
    ]),
  ];
}

function eventRows({ events }: TaskDetail, room: number): readonly Row[] {
  const others = events.filter(({ type }) => type !== 'sampling');
  if (others.length === 0) return [];
  return [
    ...heading('Events', room),
    ...others.flatMap((event) => [
      textRow(`${formatClock(event.createdAt)}  try ${event.try}  ${printable(event.type)}`),
      ...indented(JSON.stringify(event.data, null, 1), room, 'muted'),
    ]),
  ];
}
