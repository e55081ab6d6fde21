import { formatDuration } from '../../core/duration.ts';
import { formatCount, formatQuantity } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { fateText, type TaskFate } from '../../core/task-fate.ts';
import { taskName } from '../../core/task-name.ts';
import type { Orphan } from '../../inspect/end-orphans.ts';
import type { EndTarget } from '../../inspect/end-target.ts';
import type { RunRow } from '../../store/task-store.ts';

interface PlanFacts {
  readonly isSupervised: boolean;
  /** The executor that has the task; absent: none has, or it is not known. */
  readonly holder?: { readonly inFlight: number; readonly isStopped: boolean };
  readonly now: number;
}

/** What `kill --dry-run` says of a target: what would be done, step by step, and what would be lost. */
export function renderKillPlan(
  target: EndTarget,
  { fate, ...how }: PlanFacts & { readonly fate?: TaskFate },
): string {
  const { isSupervised } = how;
  switch (target.kind) {
    case 'over':
      return `Would do nothing. ${target.message}`;
    case 'task':
      return taskPlan(target, { ...how, fate: fate ?? 'cancelled' });
    case 'thread': {
      const { executor, thread } = target;
      const held = executor.workers.find((worker) => worker.thread === thread)?.inFlight ?? 0;
      const tasks = `${formatQuantity(held, 'task')} in flight in it ${becomes(held, fate ?? 'retry')}`;
      return isSupervised
        ? `Would end worker thread ${thread} of executor ${executor.pid}; ${tasks}. If it is in native code, ${whenNative(target.run, executor.pid)}.`
        : executorPlan(target, fate ?? 'retry');
    }
    case 'executor':
      return executorPlan(target, fate ?? 'retry');
  }
}

export function renderOrphanPlan({ executor, pids }: Orphan): string {
  const others = pids.filter((pid) => pid !== executor.pid);
  const own =
    others.length < pids.length ? `executor ${executor.pid}` : `what executor ${executor.pid} left behind`;
  const started = others.length === 0 ? '' : ` (${others.map((pid) => `process ${pid}`).join(', ')})`;
  return `Would end ${own} of run ${executor.runId}${started}.`;
}

function taskPlan(
  { run, task }: Extract<EndTarget, { readonly kind: 'task' }>,
  { fate, isSupervised, holder, now }: PlanFacts & { readonly fate: TaskFate },
): string {
  const name = `task ${printable(taskName(task, run.evals))}`;
  if (task.state === 'queued') return `Would cancel ${name}, which waits in the queue.`;
  const age = task.startedAt === null ? '' : `, in flight for ${formatDuration(now - task.startedAt)}`;
  const where = task.pid === null ? '' : ` in executor ${task.pid}${age}`;
  if (!isSupervised && holder === undefined)
    return `Would signal nothing: the executor of ${name} has ended. The task ${fateText(fate)}.`;
  if (!isSupervised || holder?.isStopped === true) {
    const others = Math.max(0, (holder?.inFlight ?? 1) - 1);
    const left = `${others === 1 ? '1 other task' : `${formatCount(others)} other tasks`} in flight in it`;
    const all = `with all that it started: ${name} ${fateText(fate)}, ${left} ${becomes(others, 'retry')}.`;
    return isSupervised
      ? `Would end executor ${task.pid}, which was stopped (SIGSTOP) and hears nothing, when it has been silent for 15 s, ${all}`
      : `Would end executor ${task.pid}, whose supervisor is gone, by SIGTERM, then SIGKILL, ${all}`;
  }
  return (
    `Would stop ${name}${where}; it ${fateText(fate)}. It is told to; if it has not stopped after 2 s, its worker ` +
    `thread is ended, and the thread's other tasks go back to the queue; if that is in native code, ${whenNative(run, task.pid)}.`
  );
}

function whenNative({ supervisor }: RunRow, pid: number | null): string {
  return supervisor.pid === pid
    ? 'it stays until its process ends, which is the supervisor (--in-process), and the run ends'
    : 'the executor is killed when its other threads are through, at most 10 s later';
}

function executorPlan(
  { executor }: Extract<EndTarget, { readonly kind: 'executor' | 'thread' }>,
  fate: TaskFate,
): string {
  const { pid, inFlight } = executor;
  const tasks = `${formatQuantity(inFlight, 'task')} in flight ${becomes(inFlight, fate)}`;
  return `Would end executor ${pid} with all that it started, by SIGTERM, then SIGKILL; ${tasks}.`;
}

function becomes(count: number, fate: TaskFate): string {
  const text = fateText(fate);
  return count === 1 ? text : text.replace(/^goes/, 'go').replace(/^is /, 'are ');
}
