import { formatDuration } from '../../core/duration.ts';
import { printable } from '../../core/printable.ts';
import { taskName } from '../../core/task-name.ts';
import { formatAge } from '../../monitor/parts/format.ts';
import { evidenceTexts } from '../../monitor/parts/evidence-texts.ts';
import { isReturned } from '../../monitor/parts/is-returned.ts';
import { openStepTexts, pastStepTexts } from '../../monitor/parts/step-texts.ts';
import type { EvidenceRow, RunRow, TaskDetail, TryRow } from '../../store/task-store.ts';

const MAX_TEXT = 2000;

/** One task with its steps, tries, evidence and events, for a terminal. */
export function renderTask(
  task: TaskDetail,
  { evals }: Pick<RunRow, 'evals'>,
  now: number,
): readonly string[] {
  return [
    `Task ${printable(taskName(task, evals))} · ${stateText(task)}${task.group === null ? '' : ` · group ${printable(task.group)}`}`,
    `Input     ${text(task.input)}`,
    `Expected  ${text(task.expected)}`,
    `Result    ${text(task.result)}`,
    ...section('Now in', nowLines(task, now)),
    ...section(
      'Steps that have ended in this try',
      task.state === 'running' ? pastStepTexts(task.pastSteps) : [],
    ),
    ...section(
      'Tries',
      task.tries.flatMap((each) => tryLines(each, task)),
    ),
    ...section('Evidence', task.evidence.flatMap(evidenceLines)),
    ...section(
      'Events',
      task.events.map((event) => `try ${event.try}  ${printable(event.type)}  ${text(event.data)}`),
    ),
  ];
}

function stateText({ state, verdict, pid, thread }: TaskDetail): string {
  const where = [...(pid === null ? [] : [`pid ${pid}`]), ...(thread === null ? [] : [`thread ${thread}`])];
  const held = verdict === null ? '' : `, held to be stuck: ${printable(verdict)}`;
  return [`${state}${held}`, ...(state === 'running' ? where : [])].join(' · ');
}

function nowLines(
  { steps, progressAt, readyAt, standing, errorKind, message }: TaskDetail,
  now: number,
): readonly string[] {
  if (standing === 'retrying') {
    const cause = `after ${errorKind ?? 'its last try'}${message === null ? '' : `: ${printable(message)}`}`;
    return [
      ...openStepTexts(steps, now),
      `tried again in ${formatDuration(Math.max(0, readyAt - now))}, ${cause}`,
    ];
  }
  const idle = progressAt === null ? [] : [`nothing has happened in it for ${formatAge(now - progressAt)}`];
  return [...openStepTexts(steps, now), ...idle];
}

function tryLines(each: TryRow, task: TaskDetail): readonly string[] {
  const took = each.startedAt === null ? '' : ` after ${formatDuration(each.endedAt - each.startedAt)}`;
  const from = each.place === null ? '' : `, from ${printable(each.place)}`;
  const message = each.message === null ? '' : `: ${printable(each.message)}`;
  return [
    `${each.try}  ${isReturned(each, task) ? 'sent back to the queue' : each.outcome}${took}${from}${message}`,
    ...pastStepTexts(each.steps).map((line) => `   ${line}`),
  ];
}

function evidenceLines({ verdict, at, try: number, pid, thread, data }: EvidenceRow): readonly string[] {
  const where = [
    ...(number === null ? [] : [`try ${number}`]),
    ...(pid === null ? [] : [`pid ${pid}`]),
    ...(thread === null ? [] : [`thread ${thread}`]),
  ];
  return [
    `${[printable(verdict), new Date(at).toISOString(), ...where].join(' · ')}`,
    ...evidenceTexts(data).map((line) => `   ${line}`),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function text(value: unknown): string {
  const json = typeof value === 'string' ? value : JSON.stringify(value);
  const clean = printable(json);
  return clean.length <= MAX_TEXT ? clean : `${clean.slice(0, MAX_TEXT)}…`;
}
