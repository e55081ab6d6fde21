import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { EvaltuiError } from '../core/errors.ts';

/** What the system tells of one process. */
export interface ProcessEntry {
  /** It has ended and waits for its parent to notice. */
  readonly isZombie: boolean;
  /** Its process group: the pid of the process that leads it. */
  readonly group: number;
  /** Linux: clock ticks after boot. macOS: date and time to the second, in UTC. */
  readonly startTime: string;
}

/**
 * Looks a process up: 15 µs on Linux, where it reads /proc; some ms on macOS, where it runs `ps`.
 *
 * @returns undefined when no process has that pid. Throws `io` when the system does not answer (no file
 * descriptors left, no `ps`): then nobody knows, and a live process must not be taken for a dead one.
 */
export function readProcess(pid: number): ProcessEntry | undefined {
  if (process.platform === 'linux') {
    const fields = readStat(pid);
    return fields && { isZombie: isEnded(fields[0]), group: Number(fields[2]), startTime: fields[19] ?? '' };
  }
  const [row] = runPs(['-o', 'state=,pgid=,lstart=', '-p', String(pid)]);
  if (row === undefined) return undefined;
  const [state = '', group = '', ...startTime] = row;
  return { isZombie: state.startsWith('Z'), group: Number(group), startTime: startTime.join(' ') };
}

/** A process with its place among the others. */
export interface ListedProcess extends Omit<ProcessEntry, 'isZombie'> {
  readonly pid: number;
  readonly parent: number;
}

/** Every process that has not ended: the whole process table, 15 µs a process on Linux, one `ps` on macOS. */
export function listProcesses(): readonly ListedProcess[] {
  if (process.platform === 'linux') {
    return readdirSync('/proc').flatMap((name) => {
      const fields = /^\d+$/.test(name) ? readStat(Number(name)) : undefined;
      if (fields === undefined || isEnded(fields[0])) return [];
      const [, parent, group] = fields.map(Number);
      return [{ pid: Number(name), parent: parent ?? 0, group: group ?? 0, startTime: fields[19] ?? '' }];
    });
  }
  return runPs(['-A', '-o', 'state=,pgid=,ppid=,pid=,lstart=']).flatMap((row) => {
    const [state = '', group, parent, pid, ...startTime] = row;
    if (state.startsWith('Z')) return [];
    const numbers = { pid: Number(pid), parent: Number(parent), group: Number(group) };
    return [{ ...numbers, startTime: startTime.join(' ') }];
  });
}

/** Pids of the processes in a group, without those that have ended. It reads the whole process table. */
export function groupMembers(group: number): readonly number[] {
  return listProcesses().flatMap((each) => (each.group === group ? [each.pid] : []));
}

function isEnded(state: string | undefined): boolean {
  return state === 'Z' || state === 'X';
}

/**
 * /proc/PID/stat from its third field on: 0 state, 1 parent, 2 group, 11 user ticks, 12 system ticks, 19 start.
 * Of a thread with `PID/task/TID` for the pid.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function readStat(pid: number | string): readonly string[] | undefined {
  const text = readProcFile(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses; it may hold blanks and parentheses itself.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Text of a file of /proc; undefined when its process is gone, or hidden from us. */
export function readProcFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(code)) return undefined;
    throw new EvaltuiError('io', `${path} cannot be read (${code}).`, { cause });
  }
}

/** Rows of `ps`, split at blanks; none when nothing matches, which it tells by the exit code 1. */
export function runPs(args: readonly string[]): readonly (readonly string[])[] {
  const { error, status, stdout, stderr } = spawnSync('ps', args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined || (status !== 0 && status !== 1)) {
    const why = error?.message ?? `exit code ${status}: ${stderr.trim()}`;
    throw new EvaltuiError('io', `ps cannot be run (${why}).`, { cause: error });
  }
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/));
}
