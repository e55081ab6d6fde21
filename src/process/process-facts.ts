import { readdirSync } from 'node:fs';
import { readProcFile, readStat, runPs } from './process-table.ts';

/** A thread as the system sees it. */
export interface OsThread {
  readonly tid: number;
  /** As Node names it: `node`, or `MainThread`, `DelayedTaskSche` and the like from Node 24 on. */
  readonly name: string;
  /** `R` runs or wants to, `S` sleeps, `D` waits for a disk, `T` is stopped, `t` by a debugger. */
  readonly state: string;
  /** Since its start; resolution 10 ms. */
  readonly cpuMs: number;
  /** The kernel's function that it sleeps in; null when it does not sleep, or the system keeps that to itself. */
  readonly waitsIn: string | null;
}

/** What the system tells of a process without its help. */
export interface ProcessFacts {
  /** Of its main thread; letters as in `OsThread`. */
  readonly state: string;
  /** The main thread first. Empty where the system does not tell them (macOS). */
  readonly threads: readonly OsThread[];
  readonly children: readonly ChildProcessFact[];
}

export interface ChildProcessFact {
  readonly pid: number;
  /** Its command line, as it is: strip control characters before it is drawn. */
  readonly command: string;
}

/** Linux counts CPU time for user space in 1/100 s on every platform that Node runs on (USER_HZ). */
const MS_PER_TICK = 10;

/** Reads what can be seen of a process now; undefined when it is gone. Throws `io` when the system does not answer. */
export function readProcessFacts(pid: number): ProcessFacts | undefined {
  return process.platform === 'linux' ? linuxFacts(pid) : psFacts(pid);
}

/** Whether a process stands still because it was told to (SIGSTOP, Ctrl-Z): it hears nothing but SIGCONT and SIGKILL. */
export function isStopped({ pid }: { readonly pid: number }): boolean {
  return readProcessFacts(pid)?.state.startsWith('T') === true;
}

function linuxFacts(pid: number): ProcessFacts | undefined {
  const state = readStat(pid)?.[0];
  if (state === undefined || state === 'Z' || state === 'X') return undefined;
  const tids = listThreads(pid);
  return {
    state,
    threads: tids.flatMap((tid) => readThread(pid, tid) ?? []),
    children: tids.flatMap((tid) => childrenOf(pid, tid)),
  };
}

/** The main thread has the process' own id, which is the lowest. */
function listThreads(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map(Number)
      .sort((a, b) => Number(b === pid) - Number(a === pid) || a - b);
  } catch {
    // It has ended since.
    return [];
  }
}

function readThread(pid: number, tid: number): OsThread | undefined {
  const fields = readStat(`${pid}/task/${tid}`);
  const [state] = fields ?? [];
  if (fields === undefined || state === undefined) return undefined;
  const waitsIn = readProcFile(`/proc/${pid}/task/${tid}/wchan`)?.trim();
  return {
    tid,
    name: readProcFile(`/proc/${pid}/task/${tid}/comm`)?.trim() ?? '',
    state,
    cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
    // 0 is written for a thread that runs, and where the kernel's addresses are not to be seen.
    waitsIn: waitsIn === undefined || waitsIn === '' || waitsIn === '0' ? null : waitsIn,
  };
}

/** Children are listed by the thread that started them. */
function childrenOf(pid: number, tid: number): readonly ChildProcessFact[] {
  const pids = readProcFile(`/proc/${pid}/task/${tid}/children`)?.trim() ?? '';
  if (pids === '') return [];
  return pids.split(' ').map((text) => {
    const command = readProcFile(`/proc/${text}/cmdline`)?.replaceAll('\0', ' ').trim();
    return { pid: Number(text), command: command || (readProcFile(`/proc/${text}/comm`)?.trim() ?? '') };
  });
}

function psFacts(pid: number): ProcessFacts | undefined {
  const [row] = runPs(['-o', 'state=', '-p', String(pid)]);
  const state = row?.[0]?.charAt(0);
  if (state === undefined || state === 'Z') return undefined;
  const children = runPs(['-Aww', '-o', 'ppid=,pid=,command='])
    .filter(([parent]) => Number(parent) === pid)
    .map(([, child, ...command]) => ({ pid: Number(child), command: command.join(' ') }));
  return { state, threads: [], children };
}
