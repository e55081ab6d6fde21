import { formatDuration } from '../../core/duration.ts';
import { taskName } from '../../core/task-name.ts';
import { formatBytes, formatCount, formatPercent, formatQuantity } from '../../core/format.ts';
import type {
  CommandRow,
  ErrorGroup,
  ExecutorRow,
  ListedEvidence,
  ReturnedTries,
  RunSnapshot,
  TaskRow,
} from '../../store/task-store.ts';
import { renderReturned, triesText } from './errors.ts';
import { renderEvidence, timeText } from './evidence-report.ts';
import { codeBlock, codeText, markdownTable, plainText } from './markdown.ts';

/** What a run report is made of. */
export interface ReportedRun {
  readonly snapshot: RunSnapshot;
  readonly isSupervised: boolean;
  readonly evidence: readonly ListedEvidence[];
  readonly errorGroups: readonly ErrorGroup[];
  readonly returned: readonly ReturnedTries[];
  readonly slowest: readonly TaskRow[];
  readonly commands: readonly CommandRow[];
  /** What threads of live executors do now, a text for each executor. */
  readonly threads: readonly (readonly string[])[];
  /** Last lines of the logs of executors that did not end by themselves, by pid. */
  readonly logs: ReadonlyMap<number, readonly string[]>;
  readonly now: number;
}

/** A whole run as Markdown: how it was run, what stood and where, executors, errors, acts. */
export function renderRunReport(reported: ReportedRun): readonly string[] {
  const { snapshot, evidence, errorGroups, slowest, commands, logs, now } = reported;
  const { run, executors, longestRunning, waiting } = snapshot;
  return [
    ...overview(reported),
    ...section(`Held to be stuck: ${formatQuantity(snapshot.stuck.length, 'task')}`, [
      ...markdownTable(
        ['task', 'verdict', 'for', 'try', 'pid', 'thread', 'step'],
        snapshot.stuck.map((row) => [
          taskText(row, snapshot),
          row.verdict,
          formatDuration(now - row.since),
          String(row.try),
          String(row.pid ?? '–'),
          String(row.thread ?? '–'),
          codeText(row.step ?? ''),
        ]),
      ),
    ]),
    ...section(
      `Evidence: ${formatQuantity(evidence.length, 'finding')}, newest first`,
      evidence.flatMap((each) =>
        renderEvidence(each, each.task === null ? 'the executor' : taskText(each.task, snapshot)),
      ),
    ),
    ...section(
      'Executors',
      markdownTable(
        EXECUTOR_TITLES,
        executors.map((row) => executorCells(row, now)),
      ),
    ),
    ...[...logs].flatMap(([pid, lines]) => [
      `Last lines of the log of executor ${pid}:`,
      '',
      ...codeBlock(lines),
    ]),
    ...section('Threads now', reported.threads.flatMap(codeBlock)),
    ...section(
      'Longest running',
      markdownTable(
        ['task', 'try', 'for', 'step', 'pid'],
        longestRunning.map((row) => [
          taskText(row, snapshot),
          String(row.try),
          row.startedAt === null ? '–' : formatDuration(now - row.startedAt),
          codeText(row.step ?? ''),
          String(row.pid ?? '–'),
        ]),
      ),
    ),
    ...section(
      'Waiting for another try',
      markdownTable(
        ['task', 'next try', 'in', 'after'],
        waiting.map((row) => [
          taskText(row, snapshot),
          String(row.try + 1),
          formatDuration(row.readyAt - now),
          row.errorKind ?? '–',
        ]),
      ),
    ),
    ...section('Failed tries', errorGroups.flatMap(errorLines)),
    ...section(
      'Sent back to the queue',
      renderReturned(reported.returned, Infinity).map((line) => `- ${plainText(line)}`),
    ),
    ...section(
      'Slowest tasks',
      markdownTable(
        ['task', 'state', 'took', 'tries', 'error'],
        slowest.map((row) => [
          taskText(row, snapshot),
          row.state,
          row.startedAt === null || row.endedAt === null ? '–' : formatDuration(row.endedAt - row.startedAt),
          String(row.try),
          row.errorKind ?? '',
        ]),
      ),
    ),
    ...section(
      'What was done to it',
      markdownTable(
        ['at', 'what', 'by', 'became'],
        commands.map((row) => [
          timeText(row.createdAt),
          codeText(`${row.kind} ${JSON.stringify(row.args)}`),
          plainText(row.createdBy),
          plainText(row.result?.message ?? 'not taken yet'),
        ]),
      ),
    ),
    ...(run.error === null ? [] : section('Why it ended', codeBlock(run.error.split('\n')))),
  ];
}

function overview({ snapshot, isSupervised, now }: ReportedRun): readonly string[] {
  const { run, counts } = snapshot;
  const { spec } = run;
  const end = run.finishedAt ?? now;
  const state =
    run.state === 'finished'
      ? `finished, ${run.status ?? 'without a status'}`
      : isSupervised
        ? `${run.state}${run.paused ? ', paused' : ''}`
        : `lost: no process supervises it; evaltui resume ${run.runId} goes on with it`;
  const evals =
    run.evals.length === 0 ? spec.evals.map(({ given }) => given) : run.evals.map(({ name }) => name);
  return [
    ...markdownTable(
      ['', ''],
      [
        ['run', codeText(run.runId)],
        ['state', state],
        ['evals', evals.map(codeText).join(', ')],
        ['command', codeText(spec.command)],
        [
          'started',
          `${timeText(run.startedAt ?? run.createdAt)}, ${formatDuration(end - (run.startedAt ?? run.createdAt))} ${run.finishedAt === null ? 'ago' : 'long'}`,
        ],
        [
          'executors',
          `${spec.executors} with ${formatQuantity(spec.threads, 'thread')} each, at most ${run.concurrency} tasks in flight`,
        ],
        [
          'limits',
          `${formatDuration(spec.taskTimeoutMs)} a task, ${spec.maxRetries} retries, stuck after ${formatDuration(spec.stuckAfterMs)}`,
        ],
        [
          'tasks',
          Object.entries(counts)
            .map(([name, count]) => `${formatCount(count)} ${name}`)
            .join(', '),
        ],
      ],
    ),
  ];
}

const EXECUTOR_TITLES = [
  'pid',
  'state',
  'in flight',
  'CPU',
  'memory',
  'heartbeat',
  'restarts',
  'threads: loop use',
];

function executorCells(row: ExecutorRow, now: number): readonly string[] {
  const isOver = row.endedAt !== null;
  const how = row.signal ?? (row.exitCode === null ? '' : `exit code ${row.exitCode}`);
  return [
    String(row.pid),
    isOver ? `${row.state} ${how}`.trim() : row.state,
    isOver ? '–' : `${row.inFlight}/${row.limit}`,
    isOver ? '–' : formatPercent(row.cpu),
    isOver ? '–' : formatBytes(row.rssBytes),
    isOver ? '–' : `${formatDuration(now - row.heartbeatAt)} ago`,
    String(row.restarts),
    row.workers.map(({ thread, loop }) => `${thread}: ${formatPercent(loop)}`).join(', '),
  ];
}

function errorLines(group: ErrorGroup): readonly string[] {
  const { kind, place, example } = group;
  return [
    `- **${kind}** ${codeText(group.pattern)}: ${triesText(group)}${place === null ? '' : `, from ${codeText(place)}`}; for example ${codeText(example.task)}`,
    '',
    ...codeBlock((example.stack ?? example.message).split('\n')),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines];
}

function taskText(task: Parameters<typeof taskName>[0], { run }: RunSnapshot): string {
  return codeText(taskName(task, run.evals));
}
