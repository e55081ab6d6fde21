import { tokensOf } from './executor-token.ts';
import { listProcesses, readProcess, type ListedProcess } from './process-table.ts';

/** A process that belongs to an executor and is not of its group. It is signalled only while it is the same one. */
export interface Stray {
  readonly pid: number;
  readonly startTime: string;
}

/** No process that one starts is in it. */
export const NO_GROUP = 0;

/** An executor and what it started, as far as it can be told. */
export interface Family {
  /** Its process group; `NO_GROUP`: it shares that of others, and all that it started are strays. */
  readonly group: number;
  /** Its pid, when that is still the executor's; absent: only the token tells. */
  readonly leader?: number;
  readonly token?: string;
}

/**
 * What an executor started and what left its process group (`setsid`, `detached: true`): children of its children
 * while the chain to it is whole, and on Linux whatever carries its token, however it came to be. Never this
 * process. It reads the whole process table.
 */
export function findStrays({ group, leader, token }: Family): readonly Stray[] {
  const outside = listProcesses();
  const ours = leader === undefined ? new Set<number>() : descendantsOf(leader, outside);
  const others = outside.flatMap(({ pid }) => (ours.has(pid) ? [] : [pid]));
  if (token !== undefined && token !== '') {
    for (const [pid, theirs] of tokensOf(others)) if (theirs === token) ours.add(pid);
  }
  return outside.flatMap(({ pid, startTime, group: its }) =>
    ours.has(pid) && its !== group && pid !== group && pid !== process.pid ? [{ pid, startTime }] : [],
  );
}

/** Whether this very process still runs. */
export function isThere({ pid, startTime }: Stray): boolean {
  const entry = readProcess(pid);
  return entry !== undefined && !entry.isZombie && entry.startTime === startTime;
}

function descendantsOf(leader: number, processes: readonly ListedProcess[]): Set<number> {
  const children = Map.groupBy(processes, ({ parent }) => parent);
  const found = new Set<number>();
  const waiting = [leader];
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    for (const child of children.get(pid) ?? []) {
      if (found.has(child.pid)) continue;
      found.add(child.pid);
      waiting.push(child.pid);
    }
  }
  return found;
}
