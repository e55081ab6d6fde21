import { randomBytes } from 'node:crypto';
import { formatCount, formatQuantity } from '../../core/format.ts';
import { createRunId } from '../../core/run-id.ts';
import type { PlannedEval } from '../../engine/messages.ts';
import { thisProcess } from '../../process/identity.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { findRegistryEval } from '../find-evals.ts';
import { eventLogger, findOldRecord, oaievalRecordPath, removeOldRecord } from '../oaieval-record.ts';
import type { OaievalOptions } from '../oaieval-options.ts';
import { readOaievalRun, type OaievalRun } from '../oaieval-run.ts';
import { performRun } from '../perform-run.ts';
import { dbPathOf, MEMORY_DB } from '../places.ts';
import { startEvalRecord } from '../run-records.ts';

/** `evaltui oaieval`: OpenAI Evals' command of that name; returns the exit code. */
export async function oaieval(
  completionFns: string,
  evalName: string,
  options: OaievalOptions,
): Promise<number> {
  const found = await readOaievalRun(completionFns, options, () => [
    findRegistryEval(evalName, {
      registryPaths: options.registry_path,
      extraArgs: options.extra_eval_params,
    }),
  ]);
  return performOaieval(completionFns, options, found);
}

/** Performs the run of `oaieval` and `oaievalset`; returns the exit code. */
export async function performOaieval(
  completionFns: string,
  options: OaievalOptions,
  { spec, log, openDisplay }: OaievalRun,
): Promise<number> {
  const dbPath = options.dryRun ? MEMORY_DB : dbPathOf(options.db, process.env);
  await using store = await openSqliteStore({ path: dbPath, random: Math.random });
  const { visible, record_path: recordPath, dryRun, dryRunLogging } = options;
  const keepsRecordAt = dryRun ? undefined : recordPath;
  const old = keepsRecordAt === undefined ? undefined : await findOldRecord(store, keepsRecordAt);
  const runId = createRunId(Date.now(), randomBytes(5));
  log.write(`Run started: ${runId}`, 'started');
  await store.createRun({ runId, spec, supervisor: thisProcess(), now: Date.now() });
  const announce = ({ name, samples, index }: PlannedEval): void => {
    const of = spec.evals.length === 1 ? '' : ` of ${name}`;
    log.write(`Evaluating ${formatQuantity(samples, 'sample')}${of}`);
    if (index < spec.evals.length - 1) return;
    const { concurrency } = spec;
    if (concurrency === 1) log.write('Running in sequential mode!');
    else log.write(`Running with at most ${formatCount(concurrency)} samples in flight!`);
  };
  const run = { store, dbPath, runId, spec, needsPlan: true, inProcess: dryRun, gates: [], openDisplay };
  if (dryRun) {
    const logEvent = eventLogger(log, { runId, createdBy: spec.createdBy });
    return await performRun({
      ...run,
      startRecord: (planned) => {
        announce(planned);
        return dryRunLogging ? { path: '', bytes: 0, nextEventId: 0 } : null;
      },
      appendRecord: logEvent,
    });
  }
  return await performRun({
    ...run,
    startRecord: (planned) => {
      announce(planned);
      const given = spec.evals.length === 1 ? spec.evals[0]?.given : undefined;
      const path = recordPath ?? oaievalRecordPath(runId, completionFns, given ?? planned.name);
      if (old !== undefined) removeOldRecord(path, old);
      const told = visible === undefined ? {} : { visible };
      return startEvalRecord({
        runId,
        spec,
        planned,
        recordPath: path,
        createFolder: true,
        now: Date.now(),
        ...told,
      });
    },
  });
}
