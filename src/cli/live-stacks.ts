import { EvaltuiError, type ErrorCode } from '../core/errors.ts';
import { listLiveExecutors } from '../inspect/live-executors.ts';
import { lookAtStacks } from '../inspect/look-at-stacks.ts';
import type { TaskStore } from '../store/task-store.ts';
import { findNamedTarget } from './find-named-target.ts';
import { renderNotes, renderStacks } from './render/stack-text.ts';
import { tasksOnStacks } from './tasks-on-stacks.ts';

/** As many executors of a run are looked at, those with the most in flight first. */
const MOST_EXECUTORS = 4;
const WIDTH = 120;

/** What the threads of a run's live executors do now, a text for each executor. Empty when none lives. */
export async function liveStacks(store: TaskStore, runId: string): Promise<readonly (readonly string[])[]> {
  const live = (await listLiveExecutors(store)).filter(({ run }) => run.runId === runId);
  const busiest = live.toSorted((a, b) => b.executor.inFlight - a.executor.inFlight);
  const texts: (readonly string[])[] = [];
  for (const { executor } of busiest.slice(0, MOST_EXECUTORS)) {
    const text = await stacksNow(store, runId, String(executor.pid));
    if (text.length > 0) texts.push(text);
  }
  return texts;
}

/**
 * What the threads of one executor do now, by its pid or by a task in flight; nothing when it has ended. What cannot
 * be looked at is said in its place.
 */
export async function stacksNow(store: TaskStore, runId: string, given: string): Promise<readonly string[]> {
  const target = await findNamedTarget(store, given, runId).catch(nothingWhen('executor-not-found'));
  if (target === undefined) return [];
  const { named, asked, run } = target;
  try {
    const seen = await lookAtStacks(target, { locals: false });
    const text = renderStacks(seen, {
      executor: named,
      ...(asked === undefined ? {} : { asked }),
      tasks: await tasksOnStacks(store, run, seen.threads),
      now: Date.now(),
      width: WIDTH,
      folder: process.cwd(),
    });
    return [...text, ...renderNotes(seen)];
  } catch (error) {
    if (!(error instanceof EvaltuiError) || error.code !== 'inspection-failed') throw error;
    return [`Executor ${named.pid}: ${error.message}`];
  }
}

function nothingWhen(code: ErrorCode): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof EvaltuiError) || error.code !== code) throw error;
  };
}
