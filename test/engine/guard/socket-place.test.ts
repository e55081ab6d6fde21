import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { guardSocketPath } from '../../../src/engine/guard/socket-place.ts';

const COMMON = join('/tmp', `evaltui-${userInfo().uid}`);
const made: string[] = [];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'evaltui-test-'));
  made.push(path);
  return path;
}

afterEach(() => {
  vi.unstubAllEnvs();
  for (const path of made.splice(0)) rmSync(path, { recursive: true });
});

describe('the place of a guard’s socket', () => {
  it('is in a folder of one’s own among the temporary files', () => {
    const parent = folder();
    vi.stubEnv('TMPDIR', parent);
    const path = guardSocketPath('e1');
    expect(path).toBe(join(parent, `evaltui-${userInfo().uid}`, `${process.pid}-e1.sock`));
    expect(statSync(dirname(path ?? '')).mode & 0o777).toBe(0o700);
  });

  it.skipIf(process.platform !== 'linux')('is /tmp where TMPDIR can hold no folder', () => {
    vi.stubEnv('TMPDIR', '/proc');
    expect(dirname(guardSocketPath('e1') ?? '')).toBe(COMMON);
  });

  it('is /tmp where TMPDIR is not there, and does not make it', () => {
    const missing = join(folder(), 'missing');
    vi.stubEnv('TMPDIR', missing);
    expect(dirname(guardSocketPath('e1') ?? '')).toBe(COMMON);
    expect(existsSync(missing)).toBe(false);
  });

  it('is /tmp where TMPDIR is too long for a socket', () => {
    vi.stubEnv('TMPDIR', join('/tmp', 'l'.repeat(120)));
    expect(dirname(guardSocketPath('e1') ?? '')).toBe(COMMON);
  });

  it('is not behind a link that somebody laid there', () => {
    const parent = folder();
    symlinkSync(folder(), join(parent, `evaltui-${userInfo().uid}`));
    vi.stubEnv('TMPDIR', parent);
    expect(dirname(guardSocketPath('e1') ?? '')).toBe(COMMON);
  });
});
