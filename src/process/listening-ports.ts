import { readdirSync, readlinkSync } from 'node:fs';
import { readProcFile } from './process-table.ts';

const LISTENS = '0A';

/**
 * TCP ports that a process listens at. Undefined where the system does not tell it without a program (macOS), or
 * not of this process (another user's).
 *
 * @see https://docs.kernel.org/networking/proc_net_tcp.html
 */
export function listeningPorts(pid: number): readonly number[] | undefined {
  if (process.platform !== 'linux') return undefined;
  const sockets = socketsOf(pid);
  if (sockets === undefined) return undefined;
  const tables = ['tcp', 'tcp6'].map((name) => readProcFile(`/proc/${pid}/net/${name}`) ?? '');
  return tables
    .flatMap((table) => table.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTENS && sockets.has(inode ?? ''))
    .map(([, address = '']) => Number.parseInt(address.slice(address.lastIndexOf(':') + 1), 16));
}

/** Inodes of the sockets that a process has open. */
function socketsOf(pid: number): ReadonlySet<string> | undefined {
  const folder = `/proc/${pid}/fd`;
  try {
    const links = readdirSync(folder).map((name) => linkOf(`${folder}/${name}`));
    return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  } catch {
    // Gone, or of another user.
    return undefined;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed since it was listed.
    return '';
  }
}
