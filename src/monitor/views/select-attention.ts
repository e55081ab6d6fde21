import { formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { taskName } from '../../core/task-name.ts';
import type { RunSnapshot } from '../../store/task-store.ts';
import { formatAge } from '../parts/format.ts';
import { isSilent } from '../parts/select-executors.ts';
import { selectProblemRows } from './select-tasks.ts';
import { type Part, type Row, textRow } from '../parts/view-model.ts';

interface AttentionContext {
  readonly snapshot: RunSnapshot;
  readonly now: number;
  /** Cells of a row. */
  readonly room: number;
}

/**
 * What needs a look, the worst first: what is stuck, executors that do not answer or were lost, retries that
 * wait, tries that failed. What is stuck never takes all the room.
 */
export function selectAttentionRows(context: AttentionContext, places: number): readonly Row[] {
  const { snapshot } = context;
  if (snapshot.run.state === 'finished') return selectProblemRows(context, places);
  const hasMore = snapshot.waiting.length + snapshot.lastErrors.length > 0;
  const urgent = [...stuckRows(context), ...executorRows(context)];
  const most = hasMore ? Math.max(1, Math.ceil(places / 2)) : places;
  const isCut = urgent.length > most && most > 1;
  const shown = isCut
    ? [
        ...urgent.slice(0, most - 1),
        textRow(`  ${formatCount(urgent.length - most + 1)} more: 4 shows them`, 'muted'),
      ]
    : urgent.slice(0, most);
  if (shown.length > 0 && !hasMore) return shown;
  return [...shown, ...selectProblemRows(context, places - shown.length)];
}

export function attentionTitle({ run, counts, stuck }: RunSnapshot): string {
  if (run.state === 'finished') return 'Last errors';
  return [
    'Needs attention',
    ...(stuck.length === 0 ? [] : [`${formatCount(stuck.length)} stuck`]),
    `${formatCount(counts.errored)} errored`,
  ].join(' · ');
}

function stuckRows({ snapshot, now }: AttentionContext): readonly Row[] {
  return snapshot.stuck.map((row): Row => {
    const { verdict, since, pid, step, stack } = row;
    const place = stack[0] ?? step ?? '';
    const parts: readonly Part[] = [
      { status: 'stuck', text: `stuck ${printable(verdict)}`.padEnd(15) },
      { text: ` ${`${formatAge(now - since)} ago`.padEnd(13)}  ` },
      { text: printable(taskName(row, snapshot.run.evals)), tone: 'strong' },
      { text: `  ${pid === null ? '' : `pid ${pid}  `}${place === '' ? '' : `in ${printable(place)}`}` },
    ];
    return { kind: 'parts', parts };
  });
}

/** An executor that ended as it should is no news, and neither is one that was replaced long ago. */
const LOST_MS = 60_000;

function executorRows({ snapshot, now }: AttentionContext): readonly Row[] {
  return snapshot.executors.flatMap((executor): readonly Row[] => {
    const { pid, state, endedAt, heartbeatAt, signal, exitCode } = executor;
    if (isSilent(executor, now)) {
      const text = ` no heartbeat for ${formatAge(now - heartbeatAt)}, ${formatCount(executor.inFlight)} tasks in it`;
      return [{ kind: 'parts', parts: [{ status: 'slow', text: `pid ${pid}`.padEnd(14) }, { text }] }];
    }
    if (state !== 'lost' || endedAt === null || now - endedAt > LOST_MS) return [];
    const how = signal ?? (exitCode === null ? 'without a trace' : `with exit ${exitCode}`);
    const text = ` lost ${formatAge(now - endedAt)} ago, ended ${how}; its tasks went back to the queue`;
    return [{ kind: 'parts', parts: [{ status: 'lost', text: `pid ${pid}`.padEnd(14) }, { text }] }];
  });
}
