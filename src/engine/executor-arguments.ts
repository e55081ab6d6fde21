/** What an executor process is started with, as JSON in its one argument. Nothing secret: others can read it. */
export interface ExecutorArguments {
  readonly dbPath: string;
  /** Known from outside: a supervisor that dies early has another pid by the time this one looks. */
  readonly supervisorPid: number;
  readonly runId: string;
  readonly executorId: string;
  readonly slots: number;
  readonly threads: number;
  readonly restarts: number;
  readonly logPath: string;
  /** Where its guard listens; null: there is no place for a socket. */
  readonly socketPath: string | null;
}
