/** What the user can mend: printed as one line without a stack, exit code 2. */
export type UsageErrorCode =
  | 'bad-option'
  | 'bad-param'
  | 'bad-model'
  | 'missing-key'
  | 'needs-python'
  | 'eval-not-found'
  | 'eval-invalid'
  | 'eval-load-failed'
  | 'eval-tasks-failed'
  | 'no-tasks'
  | 'bad-sample'
  | 'duplicate-sample'
  | 'run-not-found'
  | 'task-ambiguous'
  | 'run-live'
  | 'run-finished'
  | 'executor-not-found'
  | 'console-closed'
  | 'registry-invalid'
  | 'data-missing'
  | 'file-exists'
  | 'record-path'
  | 'record-invalid'
  | 'db-invalid'
  | 'db-newer'
  | 'db-unwritable'
  | 'platform';

/** What the machine did: retried where that can help, then told with its cause; exit code 1. */
export type SystemErrorCode =
  | 'db-locked'
  | 'disk-full'
  | 'io'
  | 'executors-failed'
  | 'inspection-failed'
  | 'interrupted';

export type ErrorCode = UsageErrorCode | SystemErrorCode | 'bug';

const SYSTEM_CODES: ReadonlySet<ErrorCode> = new Set<SystemErrorCode>([
  'db-locked',
  'disk-full',
  'io',
  'executors-failed',
  'inspection-failed',
  'interrupted',
]);

export type ErrorFamily = 'usage' | 'system' | 'bug';

export function errorFamily(code: ErrorCode): ErrorFamily {
  if (code === 'bug') return 'bug';
  return SYSTEM_CODES.has(code) ? 'system' : 'usage';
}

/** Every error that evaltui itself throws. The message says what was given, what is allowed, what to do. */
export class EvaltuiError extends Error {
  override readonly name = 'EvaltuiError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** An error as it crosses a process or thread border, and as the db keeps it. */
export interface SerializedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** An `EvaltuiError`'s code, or the code that Node or a library set. */
  readonly code?: string;
  readonly cause?: SerializedError;
  /** Where it came from, see `error-place.ts`; absent where that is not known. */
  readonly place?: string;
}

const MAX_CAUSES = 4;

/** Plain data of whatever was thrown; causes are kept four deep. Never throws. */
export function serializeError(thrown: unknown, depth = 0): SerializedError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: describeThrown(thrown) };
  const code = (thrown as { code?: unknown }).code;
  return {
    name: thrown.name,
    message: thrown.message,
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    ...(typeof code === 'string' ? { code } : {}),
    ...(thrown.cause === undefined || depth >= MAX_CAUSES
      ? {}
      : { cause: serializeError(thrown.cause, depth + 1) }),
  };
}

function describeThrown(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown));
  } catch {
    return String(thrown);
  }
}

/** The `EvaltuiError` that another process or thread reported, as one to throw here. */
export function reviveError(error: SerializedError, fallback: ErrorCode = 'bug'): EvaltuiError {
  const code = error.name === 'EvaltuiError' && error.code !== undefined ? error.code : fallback;
  const revived = new EvaltuiError(code as ErrorCode, error.message);
  if (error.stack !== undefined) revived.stack = error.stack;
  return revived;
}
