import { EvaltuiError } from '../../core/errors.ts';
import { readPythonInteger, readPythonNumber } from '../../core/python/number-text.ts';

/** What OpenAI Evals' environment variables say. */
export interface OaievalEnvironment {
  /** Samples in flight: `EVALS_THREADS`, default 10; 1 with `EVALS_SEQUENTIAL`. */
  readonly concurrency: number;
  /** Limit of one model call: `EVALS_THREAD_TIMEOUT` in seconds. */
  readonly requestTimeoutMs?: number;
  /** `EVALS_SHOW_EVAL_PROGRESS`: empty, `0`, `false` and `no` are off. */
  readonly showsProgress: boolean;
}

const SEQUENTIAL: ReadonlySet<string | undefined> = new Set(['1', 'true', 'yes']);
const OFF: ReadonlySet<string> = new Set(['', '0', 'false', 'no']);
const DEFAULT_THREADS = 10;
const MOST_THREADS = 100_000;
/** Node's timers reach no further than 24.8 days. */
const MOST_SECONDS = 2_000_000;

/** Throws `bad-option` for what is no number. */
export function readOaievalEnvironment(env: NodeJS.ProcessEnv): OaievalEnvironment {
  const { EVALS_THREADS: threads, EVALS_THREAD_TIMEOUT: timeout } = env;
  const seconds = timeout === undefined ? undefined : readPythonNumber(timeout);
  if (timeout !== undefined && (seconds === undefined || seconds <= 0 || seconds > MOST_SECONDS)) {
    throw bad('EVALS_THREAD_TIMEOUT', timeout, 'a number of seconds');
  }
  const given = threads === undefined ? DEFAULT_THREADS : readPythonInteger(threads);
  if (given === undefined || given < 1 || given > MOST_THREADS) {
    throw bad('EVALS_THREADS', threads ?? '', `a whole number from 1 to ${MOST_THREADS}`);
  }
  return {
    concurrency: SEQUENTIAL.has(env['EVALS_SEQUENTIAL']) ? 1 : given,
    ...(seconds === undefined ? {} : { requestTimeoutMs: Math.ceil(seconds * 1000) }),
    showsProgress: !OFF.has(env['EVALS_SHOW_EVAL_PROGRESS'] ?? 'on'),
  };
}

function bad(name: string, given: string, allowed: string): EvaltuiError {
  return new EvaltuiError('bad-option', `${name} is "${given}"; allowed is ${allowed}.`);
}
