import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EvaltuiError } from '../core/errors.ts';
import type { ThreadProfile } from '../core/inspection.ts';

/**
 * Writes a profile as profile viewers read it (0600). Throws `disk-full` or `io`.
 *
 * @param advice what to do when it cannot be written
 */
export function writeProfile(path: string, profiled: ThreadProfile | undefined, advice: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify(profiled?.cpuProfile), { mode: 0o600 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    throw new EvaltuiError(
      isFull ? 'disk-full' : 'io',
      `The profile cannot be written to ${path} (${code}). ${advice}`,
      { cause },
    );
  }
}
