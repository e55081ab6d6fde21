import { readProcFile } from './process-table.ts';

/**
 * Whether nothing of the environment of a process can be seen: it is gone, or is ending and has given its memory back
 * though it is no zombie yet; or it was started without any. False where the system does not show it (macOS).
 */
export function lacksEnvironment(pid: number): boolean {
  return process.platform === 'linux' && (readProcFile(`/proc/${pid}/environ`) ?? '') === '';
}

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
