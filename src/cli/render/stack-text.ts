import stringWidth from 'string-width';
import { formatDuration } from '../../core/duration.ts';
import { formatQuantity } from '../../core/format.ts';
import type { InspectedThread, StackFrame } from '../../core/inspection.ts';
import type { JsonObject } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import type { StacksSeen } from '../../inspect/look-at-stacks.ts';
import { fit, truncate, truncateStart } from '../../monitor/parts/columns.ts';
import { executorHeading, type NamedExecutor } from './executor-heading.ts';
import { placeText } from './code-place.ts';
import { describeFacts, renderFacts } from './process-facts.ts';

/** A task on a stack, or the one that was asked about. */
export interface NamedTask {
  readonly taskId: number;
  /** `sample.attempt`, with the eval where it is needed. */
  readonly name: string;
  /** The step chain; null while the eval's own code runs. */
  readonly step: string | null;
  readonly stepStartedAt: number | null;
}

export interface StackTextOptions {
  readonly executor: NamedExecutor;
  /** The task that was asked about. */
  readonly asked?: NamedTask;
  readonly tasks: ReadonlyMap<number, NamedTask>;
  readonly now: number;
  /** Cells; `Infinity` cuts nothing. */
  readonly width: number;
  /** Paths below it are shown from there. */
  readonly folder: string;
}

const INDENT = '  ';
const MOST_OF_NAME = 40;
const YOURS = '  ◀ yours';

/** The threads of an executor with their stacks, for a terminal. */
export function renderStacks(seen: StacksSeen, options: StackTextOptions): readonly string[] {
  const { executor, now, width } = options;
  const asked = askedTask(options);
  const cut = (line: string): string => truncate(line, width);
  const known = new Map(asked === undefined ? [] : [[asked.taskId, asked]]);
  return [
    cut(executorHeading(executor)),
    ...(asked === undefined ? [] : [cut(`Task ${taskText(asked, now)}`)]),
    ...seen.threads.flatMap((thread) => [
      '',
      ...threadLines(thread, { ...options, tasks: new Map([...options.tasks, ...known]) }),
    ]),
    ...(asked === undefined || seen.threads.length === 0 ? [] : whereLines(asked, seen, options)),
    ...(seen.facts === undefined ? [] : ['', ...renderFacts(seen.facts, { pid: executor.pid, width })]),
  ];
}

/** The same as plain data. */
export function describeStacks(seen: StacksSeen, options: StackTextOptions): JsonObject {
  const { executor, tasks, now } = options;
  const asked = askedTask(options);
  const describeTask = ({ name, step, stepStartedAt }: NamedTask): JsonObject => ({
    name,
    step,
    stepAgeMs: stepStartedAt === null ? null : Math.max(0, now - stepStartedAt),
  });
  return {
    pid: executor.pid,
    runId: executor.runId,
    executorId: executor.executorId,
    source: seen.source,
    notes: [...seen.notes],
    ...(asked === undefined ? {} : { task: describeTask(asked) }),
    threads: seen.threads.map(({ threadId, name, state, frames, taskId }) => {
      const task = taskId === undefined ? undefined : tasks.get(taskId);
      return {
        threadId,
        name,
        state,
        ...(task === undefined ? {} : { task: describeTask(task) }),
        frames: frames.map(({ locals, ...frame }) => ({
          ...frame,
          ...(locals === undefined ? {} : { locals: locals.map((local) => ({ ...local })) }),
        })),
      };
    }),
    ...(seen.facts === undefined ? {} : { process: describeFacts(seen.facts) }),
  };
}

/** Where it is on a stack, that says best in which step it is. */
function askedTask({ asked, tasks }: StackTextOptions): NamedTask | undefined {
  return asked && (tasks.get(asked.taskId) ?? asked);
}

function taskText({ name, step, stepStartedAt }: NamedTask, now: number): string {
  const age = stepStartedAt === null ? '' : ` for ${formatDuration(now - stepStartedAt)}`;
  return `${printable(name)} · ${step === null ? 'in its own code' : `in "${printable(step)}"`}${age}`;
}

const STATES: Readonly<Record<InspectedThread['state'], string>> = {
  'in-js': 'in JavaScript',
  idle: 'idle: in its event loop, no JavaScript is running',
  native: 'in native code: no stack can be had',
};

function threadLines(thread: InspectedThread, options: StackTextOptions): readonly string[] {
  const { tasks, now, width } = options;
  const task = thread.taskId === undefined ? undefined : tasks.get(thread.taskId);
  const name = thread.threadId === 0 ? 'main' : printable(thread.name);
  const heading = `Thread ${thread.threadId} ${name}`.trimEnd();
  const of = task === undefined ? '' : ` · task ${taskText(task, now)}`;
  return [
    truncate(`${heading} · ${STATES[thread.state]}${of}`, width),
    ...frameLines(thread.frames, options),
  ];
}

function frameLines(frames: readonly StackFrame[], { width, folder }: StackTextOptions): readonly string[] {
  const nameOf = (frame: StackFrame): string =>
    `${frame.isAwaiting ? 'await ' : ''}${printable(frame.functionName)}`;
  const widest = frames.reduce((most, frame) => Math.max(most, stringWidth(nameOf(frame))), 0);
  const nameWidth = Math.min(widest, MOST_OF_NAME, Math.max(12, Math.floor((width - INDENT.length) / 2)));
  const room = width - INDENT.length - nameWidth - 2;
  return frames.flatMap((frame) => {
    const mark = frame.isYours ? YOURS : '';
    const place = truncateStart(placeText(frame, folder), Math.max(8, room - mark.length));
    const line = truncate(`${INDENT}${fit(nameOf(frame), nameWidth)}  ${place}${mark}`, width);
    const locals = (frame.locals ?? []).map(({ name, value }) =>
      truncate(`${INDENT}    ${printable(name)} = ${printable(value)}`, width),
    );
    return [line, ...locals];
  });
}

/** A task that waits has no frame on any stack. */
function whereLines(
  asked: NamedTask,
  { threads }: StacksSeen,
  { executor }: StackTextOptions,
): readonly string[] {
  if (threads.some(({ taskId }) => taskId === asked.taskId)) return [];
  const isBusy = threads.some(({ state, threadId }) => threadId !== 0 && state !== 'idle');
  const why = isBusy ? 'it waits, or its thread is busy with another task' : 'it waits for something';
  return [
    '',
    `Task ${printable(asked.name)} is on no stack now: ${why}.`,
    `evaltui inflight ${executor.pid} --deep shows in which await.`,
  ];
}

/** What is printed beside the stacks, on stderr. */
export function renderNotes({ notes, threads }: StacksSeen): readonly string[] {
  const native = threads.filter(({ state }) => state === 'native');
  if (native.length === 0) return notes.map(printable);
  const isMain = native.some(({ threadId }) => threadId === 0);
  const hidden = isMain ? ' Threads that are not shown cannot be asked while the main one is.' : '';
  const facts = "in native code: the system's facts stand in for the stack.";
  return [...notes.map(printable), `${formatQuantity(native.length, 'thread')} ${facts}${hidden}`];
}
