import type { Guard } from './guard-client.ts';

const WITHOUT = 'Stacks can be asked for through the inspector only.';

/** Lets others ask the guard, where that can be. The run does not depend on it. Returns where it listens; null: nowhere. */
export async function openSocket(
  guard: Guard,
  socketPath: string | null,
  access: { readonly token: string; readonly allowConsole: boolean },
): Promise<string | null> {
  if (socketPath === null) {
    process.stderr.write(`There is no place for a socket. ${WITHOUT}\n`);
    return null;
  }
  try {
    await guard.listen({ socketPath, ...access });
    return socketPath;
  } catch (error) {
    process.stderr.write(`The guard cannot listen (${String(error)}). ${WITHOUT}\n`);
    return null;
  }
}
