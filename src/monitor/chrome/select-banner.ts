import { formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import type { CommandRow, RunSnapshot } from '../../store/task-store.ts';
import type { StopStage } from '../../core/stop-stage.ts';
import type { Part } from '../parts/view-model.ts';

interface BannerContext {
  readonly stopStage: StopStage | null;
  readonly isOwner: boolean;
  readonly isLost: boolean;
  readonly isFrozen: boolean;
  readonly note: string | null;
  /** Newest first. */
  readonly acts: readonly CommandRow[];
  /** ms UTC */
  readonly now: number;
}

/** How long an act is told of, ms. */
const TOLD_MS = 8_000;

/** The one most important thing that is not in the panels, or null. */
export function selectBanner(snapshot: RunSnapshot, context: BannerContext): Part | null {
  const { run } = snapshot;
  if (run.state === 'finished') {
    if (run.error !== null) return { tone: 'bad', text: printable(run.error) };
    return context.note === null ? null : { tone: 'plain', text: printable(context.note) };
  }
  if (context.isLost)
    return {
      tone: 'bad',
      text: `lost: no process supervises it — evaltui resume ${printable(run.runId)} goes on`,
    };
  if (context.stopStage !== null)
    return { tone: 'warning', text: stopText(context.stopStage, snapshot, context.isOwner) };
  if (context.isFrozen)
    return { tone: 'warning', text: 'display frozen, the run goes on — z lets it go on too' };
  if (context.note !== null) return { tone: 'plain', text: printable(context.note) };
  const [newest] = context.acts;
  if (newest !== undefined && newest.finishedAt !== null && context.now - newest.finishedAt < TOLD_MS)
    return { tone: newest.result?.done === false ? 'warning' : 'plain', text: actText(newest) };
  if (run.paused) return { tone: 'warning', text: pauseText(snapshot) };
  return null;
}

/** Told on every screen of the run, so that they agree. */
function actText({ result, createdBy, kind }: CommandRow): string {
  return printable(`${result?.message ?? kind} (${createdBy})`);
}

function pauseText({ counts }: RunSnapshot): string {
  if (counts.running === 0) return 'paused: nothing is in flight — p lets the run go on';
  return `pausing: ${formatCount(counts.running)} in flight finish, no new task is started — p goes on`;
}

function stopText(stage: StopStage, { counts }: RunSnapshot, isOwner: boolean): string {
  const tasks = `${formatCount(counts.running)} ${counts.running === 1 ? 'task' : 'tasks'} in flight`;
  const again = isOwner ? 'Ctrl-C again' : 'Q';
  switch (stage) {
    case 'drain':
      return `finishing ${tasks} — ${again} aborts ${counts.running === 1 ? 'it' : 'them'}`;
    case 'abort':
      return `aborting ${tasks} — ${again} kills the executors`;
    case 'kill':
      return 'killed — waiting for the executors to end';
  }
}
