import type { RunSpec } from '../../../src/core/run-spec.ts';

/** A spec with so many evals; the store keeps it and reads nothing of it but the evals and the concurrency. */
export function specOf(evals: number): RunSpec {
  return {
    evals: Array.from({ length: evals }, (_, index) => ({
      file: `/evals/${index}.eval.ts`,
      given: `evals/${index}`,
      params: { level: 'high' },
    })),
    completionFns: ['mock'],
    registryPaths: [],
    completionArgs: {},
    shuffle: true,
    seed: 7,
    attempts: 1,
    executors: 1,
    threads: 1,
    concurrency: 16,
    maxRetries: 3,
    taskTimeoutMs: 600_000,
    requestTimeoutMs: 60_000,
    stuckAfterMs: 60_000,
    failFast: false,
    createdBy: 'me',
    command: 'evaltui run evals',
  };
}
