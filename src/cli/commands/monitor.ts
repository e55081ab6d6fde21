import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../../process/identity.ts';
import type { TaskStore } from '../../store/task-store.ts';
import type { Display } from '../displays/display.ts';
import { openExistingStore } from '../open-existing-store.ts';
import { openDisplay } from '../displays/open-display.ts';
import { dbPathOf } from '../places.ts';
import { printNote } from '../print.ts';
import { resumeCommand } from '../resume-command.ts';
import { displayOption } from '../run-options.ts';

/** `evaltui monitor`: a display of a run that another process supervises, or of a finished one. */
export async function monitor(
  given: string | undefined,
  options: { readonly display?: string; readonly db?: string },
): Promise<number> {
  const name = options.display === undefined ? undefined : displayOption(options.display);
  const dbPath = dbPathOf(options.db, process.env);
  await using store = await openExistingStore(dbPath);
  const { runId } = await store.findRun(given ?? 'latest');
  const isToPick = given === undefined && (await countLive(store)) > 1;
  const display = await openDisplay({
    name,
    store,
    runId,
    dbPath,
    isOwner: false,
    ...(isToPick ? { screen: 'history' as const } : {}),
    stop: (kind) => {
      const command = { runId, kind, args: {}, createdBy: `monitor ${process.pid}`, now: Date.now() };
      void store.addCommand(command);
    },
  });
  await using _watch = endWithoutSupervisor(store, runId, display);
  await display.left;
  if (await isDeserted(store, runId)) {
    printNote(`No process supervises run ${runId} any more. Go on with: ${resumeCommand(runId, dbPath)}`);
  }
  return 0;
}

async function countLive(store: TaskStore): Promise<number> {
  const runs = await store.listRuns();
  return runs.filter(({ state, supervisor }) => state !== 'finished' && isAlive(supervisor)).length;
}

const LOOK_EVERY_MS = 1000;

/** A run whose supervisor was killed never finishes: what is known of it is shown, and then it is over. */
function endWithoutSupervisor(store: TaskStore, runId: string, display: Display): AsyncDisposable {
  const left = new AbortController();
  const look = async (): Promise<void> => {
    while (!(await isDeserted(store, runId))) {
      await delay(LOOK_EVERY_MS, undefined, { signal: left.signal, ref: false });
    }
    await display.finish();
  };
  // A db that cannot be read is told by the display.
  const watching = look().catch(() => {});
  return {
    [Symbol.asyncDispose]: () => {
      left.abort();
      return watching;
    },
  };
}

async function isDeserted(store: TaskStore, runId: string): Promise<boolean> {
  const { state, supervisor } = await store.findRun(runId);
  return state !== 'finished' && !isAlive(supervisor);
}
