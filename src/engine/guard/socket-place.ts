import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** What the address of a unix socket holds on every system: 104 bytes on macOS, 108 on Linux, with the end mark. */
const MAX_PATH_BYTES = 100;

/**
 * A place for the socket of an executor's guard, in a folder that only this user may enter (0700). Sockets that
 * supervisors left there when they were killed are removed.
 *
 * @returns null when there is no such place: each folder is another's, cannot be made, or is too long for a socket
 */
export function guardSocketPath(executorId: string): string | null {
  // `<pid of the supervisor>-<executor>.sock`; not beside the db, whose path may be too long.
  const name = `${process.pid}-${executorId}.sock`;
  const folders = [tmpdir(), '/tmp'].map((parent) => join(parent, `evaltui-${userInfo().uid}`));
  const short = folders.filter((each) => Buffer.byteLength(join(each, name)) <= MAX_PATH_BYTES);
  const folder = short.find(isOursAlone);
  if (folder === undefined) return null;
  removeLeftOver(folder);
  return join(folder, name);
}

function isOursAlone(folder: string): boolean {
  try {
    makeFolder(folder);
    const facts = lstatSync(folder);
    // Anybody may make folders in /tmp: a link or a folder of another user is not trusted.
    if (!facts.isDirectory() || facts.uid !== userInfo().uid) return false;
    chmodSync(folder, 0o700);
    return true;
  } catch {
    // A full or read-only place for temporary files: runs do without inspection then.
    return false;
  }
}

/** Not recursive: Node's own goes on for ever where nobody can make a folder (/proc), and a wrong TMPDIR stays one. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
}

function removeLeftOver(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = /^(\d+)-[^/]*\.sock$/.exec(name)?.[1];
    if (pid !== undefined && !isThere(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

/** Whether the pid is taken, by whomever: then the socket stays for now. */
function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
