import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { MEMORY_DB } from './places.ts';
import { resumeCommand } from './resume-command.ts';

/**
 * What goes on with a run, undefined when nothing can: the db was in memory, or its file was deleted or replaced while
 * the run had it open. The file is opened anew, as `resume` would.
 */
export async function resumableBy(runId: string, dbPath: string): Promise<string | undefined> {
  if (dbPath === MEMORY_DB) return undefined;
  try {
    await using store = await openSqliteStore({ path: dbPath, readonly: true, random: Math.random });
    await store.findRun(runId);
  } catch {
    // Not there, or not to be read: either way resume could not go on with it.
    return undefined;
  }
  return resumeCommand(runId, dbPath);
}
