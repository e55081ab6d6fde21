import { environmentOf } from './environment.ts';

/** The environment variable that carries an executor's token. Children of the executor inherit it. */
export const TOKEN_VARIABLE = 'EVALTUI_TOKEN';

/**
 * Whether the process was started with this token: the last proof that it is the executor we mean, or a child
 * of it. Undefined where the system does not show the environment of a process (macOS).
 */
export function hasToken(pid: number, token: string): boolean | undefined {
  if (process.platform !== 'linux') return undefined;
  return environmentOf(pid)?.[TOKEN_VARIABLE] === token;
}

/**
 * The token that each of these processes was started with; those without one, and those of other users, are left
 * out. Empty where the system does not show the environment of a process (macOS).
 */
export function tokensOf(pids: readonly number[]): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  if (process.platform !== 'linux') return found;
  for (const pid of pids) {
    const token = environmentOf(pid)?.[TOKEN_VARIABLE];
    if (token !== undefined && token !== '') found.set(pid, token);
  }
  return found;
}
