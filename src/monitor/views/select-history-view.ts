import { formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { modelText } from '../../core/run-spec.ts';
import { liveEstimate } from '../../core/summary.ts';
import type { RunRow } from '../../store/task-store.ts';
import { formatDay } from '../parts/clock-text.ts';
import { formatAge, formatScore } from '../parts/format.ts';
import type { ListKind } from '../parts/list-panel.ts';
import { selectListView } from './list-view.ts';
import { layOutWhole } from '../parts/pane-layout.ts';
import { elapsedMs, selectRunStatus } from '../chrome/select-header.ts';
import type { ViewContext } from '../parts/view-context.ts';
import type { ScreenView } from '../parts/view-model.ts';
import type { ListedRun } from '../state/view-query.ts';

/** All runs of the db, newest first. */
export function selectHistoryView(context: ViewContext): ScreenView {
  const { data, now, snapshot } = context;
  const runs = data.runs?.value;
  const live = runs?.filter((run) => run.state !== 'finished' && run.isSupervised).length ?? 0;
  return selectListView(context, {
    screen: 'history',
    kind: runKind(now, snapshot.run.runId, idLength(runs ?? [])),
    items: runs ?? [],
    ownSort: 'newest',
    title: `Runs ${formatCount(runs?.length ?? 0)}${live > 1 ? ` · ${formatCount(live)} are live` : ''}`,
    empty: runs === undefined ? 'reading …' : 'no runs',
    layOut: () => layOutWhole(context),
  });
}

const SHORT_ID = 12;

/** As much of the ids, the time at least, as tells these runs apart. */
function idLength(runs: readonly RunRow[]): number {
  const longest = Math.max(SHORT_ID, ...runs.map(({ runId }) => runId.length));
  let length = SHORT_ID;
  while (length < longest && new Set(runs.map(({ runId }) => runId.slice(0, length))).size < runs.length)
    length += 1;
  return length;
}

function runKind(now: number, shownRunId: string, length: number): ListKind<ListedRun> {
  return {
    statusTitle: 'STATE',
    statusWidth: 12,
    status: (run) => {
      const { status, word } = selectRunStatus(run, isLost(run));
      return { status, text: word === 'finished with errors' ? 'with errors' : word };
    },
    identify: ({ runId }) => ({ key: runId, label: runId }),
    columns: [
      {
        title: 'RUN',
        width: length + 1,
        sort: 'run',
        value: ({ runId }) => runId,
        text: ({ runId }) => `${printable(runId).slice(0, length)}${runId === shownRunId ? '·' : ''}`,
      },
      {
        title: 'STARTED',
        width: 11,
        minRoom: 56,
        text: ({ startedAt, createdAt }) => formatDay(startedAt ?? createdAt),
      },
      { title: 'EVALS', width: 10, share: 2, sort: 'evals', value: namesOf, text: namesOf },
      {
        title: 'MODEL',
        width: 10,
        share: 1,
        minRoom: 84,
        sort: 'model',
        value: ({ spec }) => modelText(spec),
        text: ({ spec }) => printable(modelText(spec)),
      },
      {
        title: 'TASKS',
        width: 8,
        align: 'right',
        minRoom: 66,
        sort: 'tasks',
        value: tasksOf,
        text: (run) => formatCount(tasksOf(run)),
      },
      {
        title: 'ERRORED',
        width: 7,
        align: 'right',
        minRoom: 75,
        sort: 'errored',
        value: erroredOf,
        text: (run) => (erroredOf(run) === 0 ? '' : formatCount(erroredOf(run))),
      },
      {
        title: 'SCORE',
        width: 6,
        align: 'right',
        sort: 'score',
        value: scoreOf,
        text: (run) => {
          const score = scoreOf(run);
          return score === null ? '–' : formatScore(score);
        },
      },
      {
        title: 'TOOK',
        width: 7,
        align: 'right',
        sort: 'took',
        value: (run) => (isLost(run) ? null : elapsedMs(run, now)),
        text: (run) => (isLost(run) ? '–' : formatAge(elapsedMs(run, now))),
      },
    ],
  };
}

/** Nobody supervises it, and it never came to its end. */
function isLost({ state, isSupervised }: ListedRun): boolean {
  return state !== 'finished' && !isSupervised;
}

function namesOf({ evals, spec }: RunRow): string {
  const names = evals.length > 0 ? evals.map(({ name }) => name) : spec.evals.map(({ given }) => given);
  return printable(names.join(', '));
}

function tasksOf({ evals }: RunRow): number {
  return evals.reduce((sum, { tasks }) => sum + tasks, 0);
}

function erroredOf({ evals }: RunRow): number {
  return evals.reduce((sum, { counts }) => sum + counts.errored, 0);
}

/** Of the only eval: scores of several are not one number. */
function scoreOf({ evals, spec }: RunRow): number | null {
  const [only, another] = evals;
  if (only === undefined || another !== undefined) return null;
  return liveEstimate({ ...only, attempts: spec.attempts })?.value ?? null;
}
