import { setTimeout as sleep } from 'node:timers/promises';
import { readProcessFacts, type OsThread, type ProcessFacts } from '../process/process-facts.ts';

export interface SampledThread extends OsThread {
  /** Share of one core that it used while it was looked at. */
  readonly cpu: number;
}

/** Facts of a process with what its threads used of the CPU meanwhile. */
export interface SampledFacts extends Omit<ProcessFacts, 'threads'> {
  readonly sampledMs: number;
  readonly threads: readonly SampledThread[];
}

/** The system counts in 10 ms: a third of a second tells 3 % of a core from nothing. */
const LEAST_MS = 300;

/** A process that is watched from outside, from a moment on. */
export interface FactsWatch {
  /** What it did since; waits until a third of a second has passed. Undefined when it is gone. */
  finish(): Promise<SampledFacts | undefined>;
}

/** Begins to watch a process: under a millisecond, and nothing that the process would notice. */
export function watchFacts(pid: number): FactsWatch {
  const before = readProcessFacts(pid);
  const from = performance.now();
  return {
    finish: async () => {
      await sleep(Math.max(0, LEAST_MS - (performance.now() - from)));
      const after = readProcessFacts(pid);
      if (before === undefined || after === undefined) return undefined;
      const sampledMs = performance.now() - from;
      const cpuBefore = new Map(before.threads.map(({ tid, cpuMs }) => [tid, cpuMs]));
      const threads = after.threads.map((thread) => {
        const used = thread.cpuMs - (cpuBefore.get(thread.tid) ?? 0);
        return { ...thread, cpu: Math.min(1, used / sampledMs) };
      });
      return { ...after, threads, sampledMs: Math.round(sampledMs) };
    },
  };
}
