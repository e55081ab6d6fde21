import type { StackFrame } from '../../core/inspection.ts';
import { printable } from '../../core/printable.ts';
import { fit, truncate, truncateStart } from './columns.ts';
import type { SourceExcerpt, SourcePlace } from '../state/live-look.ts';
import { type Row, textRow } from './view-model.ts';

/** A function on a stack, wherever it was read from. */
export type ShownFrame = Omit<StackFrame, 'locals'>;

const FRAME_TEXT = /^(async )?(.*) \((.*):(\d+):(\d+)\)$/s;

/**
 * A stack that was kept as lines, `function (file:line:column)`. `yours` are the places in it that are the user's
 * own; when that was not kept, all but Node's and packages' are held to be.
 */
export function framesOfText(stack: readonly string[], yours?: readonly number[]): readonly ShownFrame[] {
  return stack.map((text, index): ShownFrame => {
    const [, awaiting, functionName = text, file = '', line = '0', column = '0'] =
      FRAME_TEXT.exec(text) ?? [];
    const isYours =
      yours?.includes(index) ?? (file !== '' && !/^(node:|eval'd code$)|[/\\]node_modules[/\\]/.test(file));
    const isAwaiting = awaiting !== undefined;
    return { functionName, file, line: Number(line), column: Number(column), isYours, isAwaiting };
  });
}

const MOST_OF_NAME = 40;
const YOURS = '  ◀ yours';

/** So many frames of others in a row are shown below one of the user's; of more only the first, where they end a stack. */
const MOST_OF_OTHERS = 2;

/**
 * A stack, innermost first: each function with its place, those that await said to. What lies between the user's own
 * functions and what called them is of Node, packages and evaltui, and mostly only counted.
 */
export function frameRows(all: readonly ShownFrame[], room: number): readonly Row[] {
  const first = all.findIndex(({ isYours }) => isYours);
  const last = all.findLastIndex(({ isYours }) => isYours);
  const isShown = all.map((frame, index) => {
    if (frame.isYours || index <= first || last === -1) return true;
    const begin = all.findLastIndex(({ isYours }, each) => isYours && each < index) + 1;
    const next = all.findIndex(({ isYours }, each) => isYours && each > index);
    const end = next === -1 ? all.length : next;
    return end - begin <= MOST_OF_OTHERS || (next === -1 && index === begin);
  });
  const rows = shownRows(all, room);
  return rows.flatMap((row, index): readonly Row[] => {
    if (isShown[index] === true) return [row];
    if (isShown[index - 1] === false) return [];
    const next = isShown.indexOf(true, index);
    const hidden = (next === -1 ? all.length : next) - index;
    const more = next === -1 ? `${hidden} more` : String(hidden);
    return [textRow(` …  ${more}, of Node, packages and evaltui`, 'muted')];
  });
}

function shownRows(frames: readonly ShownFrame[], room: number): readonly Row[] {
  const names = frames.map(nameOf);
  const widest = Math.max(0, ...names.map((name) => name.length));
  const nameWidth = Math.min(widest, MOST_OF_NAME, Math.floor(room * 0.45));
  return frames.map((frame, index): Row => {
    const number = frame.isAwaiting ? ' ↑ ' : `#${index}`.padEnd(3);
    const mark = frame.isYours ? YOURS : '';
    const left = room - number.length - nameWidth - 3 - mark.length;
    return {
      kind: 'parts',
      parts: [
        { text: `${number} `, tone: 'muted' },
        { text: `${fit(names[index] ?? '', nameWidth)}  `, tone: frame.isYours ? 'strong' : 'plain' },
        { text: truncateStart(placeText(frame), Math.max(8, left)), tone: frame.isYours ? 'plain' : 'muted' },
        { text: mark, tone: 'accent' },
      ],
    };
  });
}

function nameOf({ functionName, isAwaiting }: ShownFrame): string {
  return `${isAwaiting ? 'await ' : ''}${printable(functionName)}`;
}

/** `file:line:column`; `native` for no file. */
export function placeText({
  file,
  line,
  column,
}: Omit<ShownFrame, 'functionName' | 'isAwaiting' | 'isYours'>): string {
  return file === '' ? 'native' : `${printable(file)}:${line}:${column}`;
}

/** A stack as text to be pasted somewhere. */
export function stackText(frames: readonly ShownFrame[]): string {
  return frames.map((frame) => `    at ${nameOf(frame)} (${placeText(frame)})`).join('\n');
}

/** Where the user's own code stands: its innermost function, one on the stack before one that awaits. */
export function ownPlace(frames: readonly ShownFrame[]): SourcePlace | null {
  const own = frames.filter(({ isYours, file }) => isYours && file !== '');
  const frame = own.find(({ isAwaiting }) => !isAwaiting) ?? own[0];
  return frame === undefined ? null : { file: frame.file, line: frame.line };
}

/** Lines of code with their numbers, the one that is meant with a mark. */
export function sourceRows({ firstLine, lines }: SourceExcerpt, line: number, room: number): readonly Row[] {
  const width = String(firstLine + lines.length).length;
  return lines.map((text, index): Row => {
    const number = firstLine + index;
    const isMeant = number === line;
    const shown = truncate(`${isMeant ? '▸' : ' '} ${String(number).padStart(width)}  ${text}`, room);
    return textRow(shown, isMeant ? 'strong' : 'muted');
  });
}
