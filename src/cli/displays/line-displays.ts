import type { RunSnapshot } from '../../store/task-store.ts';
import { printLines, printNote } from '../print.ts';
import { INITIAL_JSON_STATE, nextJsonLines, stuckTasks } from '../render/json-lines.ts';
import { INITIAL_PLAIN_STATE, nextPlainLines } from '../render/plain-display.ts';
import { resumableBy } from '../resumable.ts';
import { followRun } from './follow-run.ts';
import type { Display, DisplayOptions } from './display.ts';

/** `--display plain`: a line for each thing worth one, for logs and pipes. */
export function openPlainDisplay(options: DisplayOptions, note?: string): Display {
  if (note !== undefined) printNote(note);
  const { store, runId, dbPath } = options;
  let state = INITIAL_PLAIN_STATE;
  return openLineDisplay(options, async (snapshot) => {
    const now = Date.now();
    const next = nextPlainLines(
      state,
      {
        snapshot,
        stuck: stuckTasks(snapshot, now),
        db: dbPath,
        errorGroups: await store.errorGroups(runId),
        returned: await store.returnedTries(runId),
        resumeCommand: snapshot.run.state === 'finished' ? await resumableBy(runId, dbPath) : undefined,
        width: process.stdout.columns ?? 100,
      },
      now,
    );
    state = next.state;
    return next.lines;
  });
}

/** `--display json`: one JSON object a line. */
export function openJsonDisplay(options: DisplayOptions): Display {
  let state = INITIAL_JSON_STATE;
  return openLineDisplay(options, (snapshot) => {
    const now = Date.now();
    const stuck = stuckTasks(snapshot, now);
    const next = nextJsonLines(state, { snapshot, stuck, db: options.dbPath }, now);
    state = next.state;
    return next.lines;
  });
}

function openLineDisplay(
  { store, runId }: DisplayOptions,
  linesOf: (snapshot: RunSnapshot) => Promise<readonly string[]> | readonly string[],
): Display {
  const follower = followRun(store, runId, async (snapshot) => printLines(await linesOf(snapshot)));
  // A db that cannot be read is told by the run itself; a watcher of it awaits `left`.
  follower.ended.catch(() => {});
  return {
    stopping: () => {},
    finish: () => follower.stop(),
    abandon: async () => void (await Promise.allSettled([follower.stop()])),
    left: follower.ended,
  };
}
