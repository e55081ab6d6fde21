import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for what is written to a store before something is ended, but not for long: what is to be ended may keep the
 * db to itself, and then it is written when that has ended.
 *
 * @returns what to await afterwards. Rejects when the writing fails within the time.
 */
export async function writtenWithin<T>(
  written: Promise<T>,
  withinMs: number,
): Promise<{ readonly written: Promise<T> }> {
  // Whoever awaits it hears of a failure; nobody does so meanwhile.
  written.catch(() => {});
  const waited = new AbortController();
  try {
    await Promise.race([written, sleep(withinMs, undefined, { signal: waited.signal })]);
  } finally {
    waited.abort();
  }
  return { written };
}
