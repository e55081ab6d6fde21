import { readdirSync, readlinkSync } from 'node:fs';
import { readProcFile } from './process-table.ts';

/** What the system tells of one thread. */
export interface ThreadFacts {
  /** `R` runs or wants to, `S` sleeps, `D` waits for a device, `T` is stopped, `Z` has ended. */
  readonly state: string;
  /** Time on a CPU since its start, ms. */
  readonly ranMs: number;
  /** Time in which it could have run and others did, ms; 0 where the kernel does not count it. */
  readonly waitedMs: number;
  /** The function of the kernel that it sleeps in; absent when it does not sleep or that is hidden. */
  readonly waitsIn?: string;
}

/**
 * The id by which the system knows the calling thread; undefined where there is no /proc.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_thread-self.5.html
 */
export function ownThreadId(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const id = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  return Number.isInteger(id) ? id : undefined;
}

/** Linux counts CPU time for user space in 1/100 s (USER_HZ). */
const MS_PER_TICK = 10;
const NS_PER_MS = 1e6;

/**
 * Looks a thread up, with its help or not: some 30 µs. Its main thread has the id of the process.
 *
 * @returns undefined when it is gone, and on systems without /proc
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 * @see https://docs.kernel.org/scheduler/sched-stats.html section "/proc/<pid>/schedstat"
 */
export function threadFacts(pid: number, threadId: number): ThreadFacts | undefined {
  if (process.platform !== 'linux') return undefined;
  const folder = `/proc/${pid}/task/${threadId}`;
  const stat = readProcFile(`${folder}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [ranNs, waitedNs] = (readProcFile(`${folder}/schedstat`) ?? '').trim().split(' ').map(Number);
  const isCounted = Number.isFinite(ranNs) && Number.isFinite(waitedNs);
  const waitsIn = readProcFile(`${folder}/wchan`)?.trim() ?? '';
  return {
    state: fields[0] ?? '?',
    ranMs: isCounted ? Number(ranNs) / NS_PER_MS : (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
    waitedMs: isCounted ? Number(waitedNs) / NS_PER_MS : 0,
    ...(waitsIn === '' || waitsIn === '0' ? {} : { waitsIn }),
  };
}

/** The same of all threads of a process, by their ids. Empty when it is gone, and on systems without /proc. */
export function allThreadFacts(pid: number): ReadonlyMap<number, ThreadFacts> {
  const found = new Map<number, ThreadFacts>();
  for (const threadId of listThreadIds(pid)) {
    const facts = threadFacts(pid, threadId);
    if (facts !== undefined) found.set(threadId, facts);
  }
  return found;
}

function listThreadIds(pid: number): readonly number[] {
  if (process.platform !== 'linux') return [];
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    // It has ended since.
    return [];
  }
}
