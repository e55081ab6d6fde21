import type { InspectedThread, StackFrame } from '../../src/core/inspection.ts';
import type {
  AwaitsSight,
  Looked,
  ProfileSight,
  SourceExcerpt,
  StackSight,
} from '../../src/monitor/state/live-look.ts';
import type { ListedRun, ViewAnswer, ViewQuery } from '../../src/monitor/state/view-query.ts';
import type {
  CommandRow,
  ErrorGroup,
  ListedTask,
  TaskDetail,
  TaskStanding,
} from '../../src/store/task-store.ts';
import { makeRun, makeTask, NOW } from './make-snapshot.ts';

export function makeListedTask(row: Partial<ListedTask> = {}): ListedTask {
  return {
    ...makeTask(),
    standing: 'running',
    group: 'europe',
    evalName: 'capitals',
    verdict: null,
    tokens: 61,
    ...row,
  };
}

/** Tasks 1.. in some standings, in the order of severity. */
export function makeListedTasks(
  amounts: readonly (readonly [TaskStanding, number])[],
): readonly ListedTask[] {
  const standings = amounts.flatMap(([standing, count]) => Array.from({ length: count }, () => standing));
  return standings.map((standing, index) => {
    const taskId = index + 1;
    const isOver = !['stuck', 'running', 'retrying', 'queued'].includes(standing);
    return makeListedTask({
      taskId,
      sampleId: `s${String(taskId).padStart(3, '0')}`,
      standing,
      startedAt: standing === 'queued' ? null : NOW - 31_000,
      endedAt: isOver ? NOW - 30_000 : null,
      score: standing === 'right' ? 1 : standing === 'wrong' ? 0 : null,
      step: standing === 'running' ? 'model call' : null,
      ...(standing === 'errored' ? { errorKind: 'timeout', message: 'no answer in time' } : {}),
    });
  });
}

export function makeDetail(row: Partial<TaskDetail> = {}): TaskDetail {
  return {
    ...makeListedTask({ standing: 'right', score: 1, endedAt: NOW - 1_000 }),
    input: { country: 'France' },
    expected: 'Paris',
    result: { correct: true, picked: 'Paris' },
    steps: [],
    pastSteps: [],
    evidence: [],
    tries: [
      {
        round: 0,
        try: 1,
        executorId: 'executor-20301',
        pid: 20301,
        thread: 2,
        startedAt: NOW - 31_000,
        endedAt: NOW - 30_000,
        outcome: 'rate-limit',
        message: '429 slow down',
        stack: 'Error: 429 slow down\n    at ask (/evals/capitals.eval.ts:12:3)',
        place: 'ask (/evals/capitals.eval.ts:12)',
        steps: [],
      },
    ],
    events: [
      {
        type: 'sampling',
        try: 2,
        createdAt: NOW - 2_000,
        data: {
          prompt: [
            { role: 'system', content: 'Answer briefly.' },
            { role: 'user', content: 'What is the capital of France?\nName it only.' },
          ],
          sampled: ['Paris\nof course'],
          model: 'mock',
          usage: { prompt_tokens: 20, completion_tokens: 2 },
        },
      },
      { type: 'match', try: 2, createdAt: NOW - 1_500, data: { correct: true } },
    ],
    ...row,
  };
}

function makeErrorGroup(group: Partial<ErrorGroup> = {}): ErrorGroup {
  return {
    kind: 'rate-limit',
    pattern: '* slow down',
    place: 'ask (/evals/a.eval.ts:12)',
    tries: 12,
    tasks: 2,
    lastAt: NOW - 4_000,
    example: { task: 'fr.1', message: '429 slow down', stack: 'Error\n    at ask (/evals/a.eval.ts:12:3)' },
    ...group,
  };
}

export function makeAct(row: Partial<CommandRow> = {}): CommandRow {
  return {
    id: 1,
    kind: 'limit',
    args: { concurrency: 20 },
    createdBy: 'monitor 4711',
    createdAt: NOW - 60_000,
    takenAt: NOW - 60_000,
    finishedAt: NOW - 60_000,
    result: { done: true, old: 16, new: 20, message: 'At most 20 tasks are in flight.' },
    ...row,
  };
}

const FRAME: Omit<StackFrame, 'isAwaiting'> = {
  functionName: 'extract',
  file: '/evals/scorer.ts',
  line: 88,
  column: 21,
  isYours: true,
};

/** A worker thread in the user's own code. */
export function makeThread(thread: Partial<InspectedThread> = {}): InspectedThread {
  return {
    threadId: 3,
    name: 'worker',
    state: 'in-js',
    taskId: 1,
    frames: [
      { ...FRAME, functionName: 'RegExp.exec', file: '', isYours: false, isAwaiting: false },
      { ...FRAME, isAwaiting: false },
      { ...FRAME, functionName: 'score', line: 41, isAwaiting: true },
    ],
    ...thread,
  };
}

/** What a fake source knows beside the snapshot. */
export interface KnownViews {
  readonly tasks: readonly ListedTask[];
  readonly detail: TaskDetail;
  readonly log: readonly string[];
  readonly errors: readonly ErrorGroup[];
  readonly runs: readonly ListedRun[];
  readonly acts: readonly CommandRow[];
  readonly stack: Looked<StackSight>;
  readonly profile: Looked<ProfileSight>;
  readonly awaits: Looked<AwaitsSight>;
  readonly source: SourceExcerpt | null;
}

export const KNOWN: KnownViews = {
  tasks: makeListedTasks([
    ['running', 3],
    ['errored', 2],
    ['wrong', 5],
    ['right', 80],
    ['queued', 60],
  ]),
  detail: makeDetail(),
  log: ['a line of the executor', 'and another'],
  errors: [makeErrorGroup(), makeErrorGroup({ kind: 'timeout', pattern: 'no answer', tries: 3, tasks: 0 })],
  runs: [
    { ...makeRun(), isSupervised: true },
    {
      ...makeRun({ runId: '270114080000ZYXWVUTS', state: 'finished', status: 'completed', finishedAt: NOW }),
      isSupervised: false,
    },
  ],
  acts: [makeAct()],
  stack: {
    kind: 'seen',
    at: NOW - 1_000,
    sight: {
      threads: [makeThread()],
      notes: [],
      process: null,
    },
  },
  profile: {
    kind: 'seen',
    at: NOW - 500,
    sight: {
      seconds: 5,
      threads: [
        {
          threadId: 3,
          name: 'worker',
          samples: 4_120,
          functions: [
            { ...FRAME, functionName: 'RegExp.exec', file: '', isYours: false, self: 0.987, total: 0.987 },
            {
              ...FRAME,
              functionName: '(garbage collector)',
              file: '',
              isYours: false,
              self: 0.009,
              total: 0.009,
            },
          ],
          path: '/work/.evaltui/profiles/20301-thread-3.cpuprofile',
        },
      ],
    },
  },
  awaits: {
    kind: 'seen',
    at: NOW - 500,
    sight: {
      groups: [{ threadId: 3, count: 12, frames: [{ ...FRAME, functionName: 'judge', isAwaiting: true }] }],
    },
  },
  source: { firstLine: 86, lines: ['', 'const found = text.match(', '  /^(\\s*\\w+\\s*)+=/m,', ');'] },
};

/** Answers as a store would: filtered by text and standing, a page around what is asked for. */
export function answerView(known: KnownViews, query: ViewQuery): ViewAnswer {
  switch (query.part) {
    case 'tasks': {
      const { text, standings } = query.filter;
      const passing = known.tasks.filter(
        (task) =>
          (text === undefined || task.sampleId.includes(text)) &&
          (standings === undefined || standings.includes(task.standing)),
      );
      const { around, limit } = query;
      const found = around.kind === 'task' ? passing.findIndex(({ taskId }) => taskId === around.taskId) : -1;
      const index = found === -1 ? around.index : found;
      const offset = Math.max(0, Math.min(index - Math.floor(limit / 2), passing.length - limit));
      return {
        part: 'tasks',
        value: { rows: passing.slice(offset, offset + limit), offset, total: passing.length },
      };
    }
    case 'task': {
      const task = known.tasks.find(({ taskId }) => taskId === query.taskId);
      return { part: 'task', value: task === undefined ? undefined : { ...known.detail, ...task } };
    }
    case 'flight':
      return {
        part: 'flight',
        value: known.tasks.filter(({ standing }) => ['stuck', 'running'].includes(standing)),
      };
    case 'log':
      return { part: 'log', value: known.log };
    case 'errors':
      return { part: 'errors', value: known.errors };
    case 'runs':
      return { part: 'runs', value: known.runs };
    case 'acts':
      return { part: 'acts', value: known.acts };
    case 'stack':
      return { part: 'stack', value: known.stack };
    case 'profile':
      return { part: 'profile', value: known.profile };
    case 'awaits':
      return { part: 'awaits', value: known.awaits };
    case 'source':
      return { part: 'source', value: known.source };
    case 'strays':
      return { part: 'strays', value: [{ number: 12, text: '(node:1) a warning' }] };
  }
}
