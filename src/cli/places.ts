import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where evaltui keeps what belongs to the current folder. */
const HOME_FOLDER = '.evaltui';

/** The db of `check` and of dry runs, which is gone with the process. */
export const MEMORY_DB = ':memory:';

/** The task db: `--db`, else `EVALTUI_DB`, else `.evaltui/evaltui.db`. Absolute. */
export function dbPathOf(given: string | undefined, env: NodeJS.ProcessEnv): string {
  return resolve(given ?? (env['EVALTUI_DB'] || `${HOME_FOLDER}/evaltui.db`));
}

export function recordsFolder(): string {
  return resolve(HOME_FOLDER, 'records');
}

export function logsFolder(): string {
  return resolve(HOME_FOLDER, 'logs');
}

export function profilesFolder(): string {
  return resolve(HOME_FOLDER, 'profiles');
}

/** What was copied on a screen last. */
export function copiedPath(): string {
  return resolve(HOME_FOLDER, 'copied.txt');
}

/** The evals that come with evaltui. */
export function bundledEvalsFolder(): string {
  return fileURLToPath(new URL('../../evals', import.meta.url));
}
