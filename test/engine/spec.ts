import type { RunSpec } from '../../src/core/run-spec.ts';

/** A small run spec, without its evals. */
export const SPEC: Omit<RunSpec, 'evals'> = {
  completionFns: ['mock'],
  registryPaths: [],
  completionArgs: {},
  shuffle: false,
  seed: 1,
  attempts: 1,
  executors: 2,
  threads: 1,
  concurrency: 4,
  maxRetries: 0,
  taskTimeoutMs: 60_000,
  requestTimeoutMs: 60_000,
  stuckAfterMs: 60_000,
  failFast: false,
  createdBy: '',
  command: 'evaltui run',
};
