import type { Gate } from '../../core/gate.ts';
import { EvaltuiError } from '../../core/errors.ts';
import { formatQuantity } from '../../core/format.ts';
import type { RunSpec } from '../../core/run-spec.ts';
import { isAlive, thisProcess } from '../../process/identity.ts';
import { killProcessGroup } from '../../process/signals.ts';
import type { Display, DisplayOptions } from '../displays/display.ts';
import { openExistingStore } from '../open-existing-store.ts';
import { performRun } from '../perform-run.ts';
import { dbPathOf } from '../places.ts';
import { EXIT } from '../exit-codes.ts';
import { printNote } from '../print.ts';
import { resumeCommand } from '../resume-command.ts';
import { finishSending, startSending } from '../send-records.ts';
import { stopOnSignals } from '../stop-on-signals.ts';
import type { TaskStore } from '../../store/task-store.ts';
import { displayOption, type DisplayName } from '../run-options.ts';

export interface ResumeOptions {
  readonly errored: boolean;
  readonly display?: string;
  readonly failUnder: readonly Gate[];
  readonly inProcess: boolean;
  readonly db?: string;
  /** Default: the display of that name. */
  readonly openDisplay?: (options: DisplayOptions) => Promise<Display>;
}

/** `evaltui resume`: goes on with a run whose supervisor is gone; returns the exit code. */
export async function resume(given: string, options: ResumeOptions): Promise<number> {
  const display: DisplayName | undefined =
    options.display === undefined ? undefined : displayOption(options.display);
  const dbPath = dbPathOf(options.db, process.env);
  await using store = await openExistingStore(dbPath);
  const { runId, spec, state, status, supervisor } = await store.findRun(given);
  if (status === 'completed' && spec.http !== undefined)
    return await sendAgain(store, { runId, spec, dbPath });
  if (status === 'completed') {
    throw new EvaltuiError('run-finished', `Run ${runId} is completed; there is nothing to resume.`);
  }
  const adoption = { runId, supervisor: thisProcess(), isAlive, now: Date.now() };
  if (isAlive(supervisor) && state !== 'finished') await store.adoptRun(adoption); // Refuses, and says why.
  // Executors end within a second of their supervisor; one that is left must not go on beside the new ones.
  for (const executor of await store.listExecutors(runId)) {
    if (executor.endedAt === null) killProcessGroup(executor, await store.readToken(executor.executorId));
  }
  await store.adoptRun(adoption);
  const needsPlan = state === 'planning';
  if (needsPlan) await store.resetPlan(runId);
  const states = options.errored ? (['errored', 'cancelled'] as const) : (['cancelled'] as const);
  const again = needsPlan ? 0 : await store.requeue({ runId, states });
  const what = options.errored ? 'errored or cancelled task' : 'cancelled task';
  if (again > 0) printNote(`${formatQuantity(again, what)} ${again === 1 ? 'is' : 'are'} tried again.`);
  const common = {
    store,
    dbPath,
    runId,
    spec,
    needsPlan,
    gates: options.failUnder,
    inProcess: options.inProcess,
    ...(options.openDisplay === undefined ? {} : { openDisplay: options.openDisplay }),
  };
  return await performRun({ ...common, ...(display === undefined ? {} : { display }) });
}

/** Of a run that is completed only events can be left that its server did not take. */
async function sendAgain(
  store: TaskStore,
  run: { readonly runId: string; readonly spec: RunSpec; readonly dbPath: string },
): Promise<number> {
  const { runId, spec, dbPath } = run;
  await using sending = startSending(store, run);
  using _signals = stopOnSignals(() => sending?.interrupt());
  return (await finishSending(sending, { spec, resume: resumeCommand(runId, dbPath) }))
    ? EXIT.ok
    : EXIT.failed;
}
