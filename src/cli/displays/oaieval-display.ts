import { followRun } from './follow-run.ts';
import type { OaievalLog } from '../oaieval/log.ts';
import { MEMORY_DB } from '../places.ts';
import { INITIAL_OAIEVAL_STATE, nextOaievalLines } from '../render/oaieval-lines.ts';
import { resumeCommand } from '../resume-command.ts';
import type { Display, DisplayOptions } from './display.ts';

/** The log of `oaieval`, line by line. */
export function openOaievalDisplay(
  { store, runId, dbPath }: DisplayOptions,
  { log, showsProgress }: { readonly log: OaievalLog; readonly showsProgress: boolean },
): Display {
  let state = INITIAL_OAIEVAL_STATE;
  const follower = followRun(store, runId, async (snapshot) => {
    const next = nextOaievalLines(
      state,
      {
        snapshot,
        showsProgress,
        errorGroups: await store.errorGroups(runId),
        positions: snapshot.run.state === 'finished' ? await store.recordPositions(runId) : [],
        ...(dbPath === MEMORY_DB ? {} : { resumeCommand: resumeCommand(runId, dbPath) }),
      },
      Date.now(),
    );
    state = next.state;
    for (const line of next.lines) log.write(line);
  });
  // A db that cannot be read is told by the run itself.
  follower.ended.catch(() => {});
  return {
    stopping: () => {},
    finish: () => follower.stop(),
    abandon: async () => void (await Promise.allSettled([follower.stop()])),
    left: follower.ended,
  };
}
