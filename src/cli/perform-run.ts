import { randomBytes } from 'node:crypto';
import { EvaltuiError } from '../core/errors.ts';
import { formatQuantity } from '../core/format.ts';
import type { Gate } from '../core/gate.ts';
import type { RunSpec } from '../core/run-spec.ts';
import type { ExecutorHandle, ExecutorPlace } from '../engine/supervisor/executor-handle.ts';
import { spawnExecutor } from '../engine/supervisor/spawned-executor.ts';
import type { PlannedEval } from '../engine/messages.ts';
import type { RunEnd } from '../engine/supervisor/run-end.ts';
import { Supervisor } from '../engine/supervisor/supervisor.ts';
import { thisProcess } from '../process/identity.ts';
import { createRecordFile } from '../recorder/record-file.ts';
import type { RecordAppender, RecordPosition, TaskStore } from '../store/task-store.ts';
import type { Display, DisplayOptions } from './displays/display.ts';
import { openDisplay } from './displays/open-display.ts';
import { EXIT, exitCodeOf, renderError } from './exit-codes.ts';
import { checkRunGates } from './run-gates.ts';
import { logsFolder, MEMORY_DB } from './places.ts';
import { printNote } from './print.ts';
import { resumableBy } from './resumable.ts';
import { resumeCommand } from './resume-command.ts';
import { finishSending, startSending } from './send-records.ts';
import { startEvalRecord } from './run-records.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import type { DisplayName } from './run-options.ts';

export interface PerformOptions {
  readonly store: TaskStore;
  readonly dbPath: string;
  readonly runId: string;
  readonly spec: RunSpec;
  readonly needsPlan: boolean;
  readonly inProcess: boolean;
  readonly gates: readonly Gate[];
  readonly display?: DisplayName;
  /** Opens the record of an eval; null: none is kept. Default: `startEvalRecord`. */
  readonly startRecord?: (planned: PlannedEval) => RecordPosition | null;
  /** Writes to the record instead of the file's own appender. For runs in this process. */
  readonly appendRecord?: RecordAppender;
  /** Default: the display of that name. */
  readonly openDisplay?: (options: DisplayOptions) => Promise<Display>;
}

/** Supervises a run in this process, with its display and its signals; returns the exit code. */
export async function performRun(options: PerformOptions): Promise<number> {
  const { store, runId, spec, dbPath } = options;
  let display: Display | undefined;
  using records = createRecordFile({ runId, createdBy: spec.createdBy });
  const appendRecord = options.appendRecord ?? records.append;
  const supervisor = new Supervisor({
    store,
    appendRecord,
    runId,
    spec,
    needsPlan: options.needsPlan,
    startExecutor: executorStarter(options, appendRecord),
    startRecord:
      options.startRecord ?? ((planned) => startEvalRecord({ runId, spec, planned, now: Date.now() })),
    now: Date.now,
  });
  await using sending = startSending(store, options);
  let hasEnded = false;
  // Before anything is awaited: the run is in the db, and a Ctrl-C must not leave it there unsupervised.
  using _signals = stopOnSignals((stage) => {
    if (hasEnded) sending?.interrupt();
    supervisor.stop(stage);
    display?.stopping(stage);
  });
  try {
    display = await (options.openDisplay ?? openDisplay)({
      name: options.display,
      store,
      runId,
      isOwner: true,
      dbPath,
      stop: (stage) => supervisor.stop(stage),
    });
    const end = await supervisor.run();
    hasEnded = true;
    const resume = resumeCommand(runId, dbPath);
    // At once: the screen waits until it is left, and sending need not.
    const [isSent] = await Promise.all([finishSending(sending, { spec, resume }), display.finish()]);
    const code = await exitCodeOfRun(options, end);
    return code === EXIT.ok && !isSent ? EXIT.failed : code;
  } catch (error) {
    await display?.abandon();
    // A run whose planning failed is forgotten; any other can be gone on with.
    const goOn = error instanceof EvaltuiError ? await resumableBy(runId, dbPath) : undefined;
    if (goOn === undefined) throw error;
    printNote(renderError(error));
    printNote(`What is done is kept. Go on with: ${goOn}`);
    return exitCodeOf(error);
  }
}

function executorStarter(options: PerformOptions, appendRecord: Parameters<TaskStore['finishRun']>[1]) {
  const { store, dbPath, spec, inProcess } = options;
  const createId = (): string => randomBytes(6).toString('hex');
  const createToken = (): string => randomBytes(16).toString('hex');
  return async (place: ExecutorPlace): Promise<ExecutorHandle> => {
    if (!inProcess) {
      return spawnExecutor({ dbPath, logFolder: logsFolder(), createId, createToken }, place);
    }
    // An executor's code is in processes of their own otherwise, and need not be loaded here.
    const { startInProcessExecutor } = await import('../engine/supervisor/in-process-executor.ts');
    const options = { store, appendRecord, spec, createId, createToken, now: Date.now, random: Math.random };
    return startInProcessExecutor({ ...options, identity: thisProcess() }, place);
  };
}

async function whatNext(runId: string, dbPath: string): Promise<string> {
  const goOn = await resumableBy(runId, dbPath);
  if (goOn !== undefined) return ` Go on with: ${goOn}`;
  return dbPath === MEMORY_DB ? '' : ` It cannot be gone on with: ${dbPath} does not have the run any more.`;
}

async function exitCodeOfRun(options: PerformOptions, end: RunEnd): Promise<number> {
  const { store, runId, gates } = options;
  if (end.status === 'cancelled') {
    const { queued, running, cancelled } = end.counts;
    const left = queued + running + cancelled;
    printNote(
      `Interrupted with ${formatQuantity(left, 'task')} to go.${await whatNext(runId, options.dbPath)}`,
    );
    return EXIT.interrupted;
  }
  const run = await store.findRun(runId);
  const gatesHold = checkRunGates(gates, run.evals, printNote);
  return end.status === 'completed' && gatesHold ? EXIT.ok : EXIT.failed;
}
