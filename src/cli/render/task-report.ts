import { formatDuration } from '../../core/duration.ts';
import { taskName } from '../../core/task-name.ts';
import { isReturned } from '../../monitor/parts/is-returned.ts';
import { pastStepTexts } from '../../monitor/parts/step-texts.ts';
import type { PastStep, RunRow, TaskDetail, TryRow } from '../../store/task-store.ts';
import { renderEvidence, timeText } from './evidence-report.ts';
import { codeBlock, codeText, markdownTable, plainText } from './markdown.ts';

/**
 * One task as Markdown: its tries with their causes, where its time went, what its executor's threads
 * do now, and all that was found of it.
 */
export function renderTaskReport(
  task: TaskDetail,
  { run, threads, now }: { readonly run: RunRow; readonly threads: readonly string[]; readonly now: number },
): readonly string[] {
  const key = codeText(taskName(task, run.evals));
  return [
    ...markdownTable(
      ['', ''],
      [
        ['task', key],
        ['eval', codeText(task.evalName)],
        [
          'state',
          `${task.state}, try ${task.try}${task.verdict === null ? '' : `, held to be ${plainText(task.verdict)}`}`,
        ],
        ['executor', task.pid === null ? '–' : `pid ${task.pid}`],
      ],
    ),
    ...section('Steps', [
      ...markdownTable(
        ['step', 'for'],
        [
          ...task.steps.map(({ name, startedAt }) => [codeText(name), formatDuration(now - startedAt)]),
          ...task.pastSteps.map(({ name, startedAt, endedAt, depth }) => [
            `${'· '.repeat(depth)}${codeText(name)}`,
            `${formatDuration(endedAt - startedAt)}, ended`,
          ]),
        ],
      ),
      ...(task.state === 'running' ? endedSteps('Steps that have ended in this try:', task.pastSteps) : []),
    ]),
    ...section('Threads now', threads.length === 0 ? [] : codeBlock(threads)),
    ...section('Tries', [
      ...markdownTable(
        ['try', 'outcome', 'from', 'started', 'took', 'pid', 'thread'],
        task.tries.map((each) => tryCells(each, task)),
      ),
      ...task.tries.flatMap((each) =>
        each.message === null
          ? []
          : [`Try ${each.try}:`, '', ...codeBlock((each.stack ?? each.message).split('\n'))],
      ),
      ...task.tries.flatMap((each) => endedSteps(`Where the time of try ${each.try} went:`, each.steps)),
    ]),
    ...section(
      'Evidence',
      task.evidence.flatMap((each) => renderEvidence(each, key)),
    ),
  ];
}

function tryCells(each: TryRow, task: TaskDetail): readonly string[] {
  return [
    String(each.try),
    isReturned(each, task) ? 'sent back to the queue' : each.outcome,
    each.place === null ? '–' : codeText(each.place),
    each.startedAt === null ? 'not started' : timeText(each.startedAt),
    each.startedAt === null ? '–' : formatDuration(each.endedAt - each.startedAt),
    String(each.pid ?? '–'),
    String(each.thread ?? '–'),
  ];
}

function endedSteps(title: string, steps: readonly PastStep[]): readonly string[] {
  return steps.length === 0 ? [] : [title, '', ...codeBlock(pastStepTexts(steps))];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines];
}
