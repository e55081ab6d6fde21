import { expect, it } from 'vitest';
import { readOaievalEnvironment } from '../../../src/cli/oaieval/environment.ts';

it('has ten samples in flight and shows the progress when nothing is said', () => {
  expect(readOaievalEnvironment({})).toEqual({ concurrency: 10, showsProgress: true });
});

it('reads threads, the time-out of a call in seconds, and whether one sample follows another', () => {
  const env = { EVALS_THREADS: '42', EVALS_THREAD_TIMEOUT: '1.5' };
  expect(readOaievalEnvironment(env)).toMatchObject({ concurrency: 42, requestTimeoutMs: 1500 });
  const sequential = (text: string): number =>
    readOaievalEnvironment({ ...env, EVALS_SEQUENTIAL: text }).concurrency;
  expect(['1', 'true', 'yes', '0', 'True', ''].map(sequential)).toEqual([1, 1, 1, 42, 42, 42]);
});

it('takes 0 and false for no progress, which mean the opposite there', () => {
  const shows = (text: string): boolean =>
    readOaievalEnvironment({ EVALS_SHOW_EVAL_PROGRESS: text }).showsProgress;
  expect(['', '0', 'false', '1', 'yes'].map(shows)).toEqual([false, false, false, true, true]);
});

it('refuses what is no number', () => {
  expect(() => readOaievalEnvironment({ EVALS_THREADS: 'ten' })).toThrow(
    'EVALS_THREADS is "ten"; allowed is a whole number from 1',
  );
  expect(() => readOaievalEnvironment({ EVALS_THREADS: '0' })).toThrow('EVALS_THREADS');
  expect(() => readOaievalEnvironment({ EVALS_THREAD_TIMEOUT: '-1' })).toThrow('a number of seconds');
});
