import { fileURLToPath } from 'node:url';

/**
 * The path of an entry file (of a process or a thread), whether this code runs from its sources or from the build.
 * @param name without suffix, relative to the caller, for example `./worker`
 * @param caller the caller's `import.meta.url`
 */
export function entryFile(name: string, caller: string): string {
  const suffix = caller.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`${name}.${suffix}`, caller));
}
