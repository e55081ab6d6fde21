import { readProcFile } from './process-table.ts';

/**
 * The environment that a process was started with. Undefined when it is gone, of another user, or where the system
 * does not show it (macOS).
 */
export function environmentOf(pid: number): NodeJS.ProcessEnv | undefined {
  if (process.platform !== 'linux') return undefined;
  const text = readProcFile(`/proc/${pid}/environ`);
  if (text === undefined) return undefined;
  const pairs = text.split('\0').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}
