import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes the folder and those on the way to it, with 0700; what is there is left as it is. Throws what the system
 * says. `mkdirSync` with `recursive` never returns where the system answers ENOENT in a folder that exists, as in
 * `/proc`.
 * @param path absolute
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A link that leads nowhere exists and does not.
    if (code === 'EEXIST' && existsSync(path)) return;
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error;
    makeFolder(dirname(path));
    makeFolder(path);
  }
}
