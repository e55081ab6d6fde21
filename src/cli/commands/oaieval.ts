import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { formatCount, formatQuantity } from '../../core/format.ts';
import { createRunId } from '../../core/run-id.ts';
import type { RecordChoice, RunSpec } from '../../core/run-spec.ts';
import type { PlannedEval } from '../../engine/messages.ts';
import { thisProcess } from '../../process/identity.ts';
import type { RecordOwner } from '../../recorder/record-owner.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { findRegistryEval } from '../find-evals.ts';
import { eventLogger, findOldRecord, oaievalRecordPath } from '../oaieval/record.ts';
import type { OaievalOptions } from '../oaieval/options.ts';
import { readOaievalRun, type OaievalRun } from '../oaieval/run.ts';
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
  { spec: given, log, openDisplay }: OaievalRun,
): Promise<number> {
  const dbPath = options.dryRun ? MEMORY_DB : dbPathOf(options.db, process.env);
  await using store = await openSqliteStore({ path: dbPath, random: Math.random });
  const { record_path: recordPath, dryRun, dryRunLogging } = options;
  const old = dryRun || recordPath === undefined ? undefined : await findOldRecord(store, recordPath);
  const runId = createRunId(Date.now(), randomBytes(5));
  log.write(`Run started: ${runId}`, 'started');
  const spec = dryRun
    ? given
    : { ...given, records: recordsOf(given, { runId, completionFns, options, old }) };
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
      return startEvalRecord({ runId, spec, planned, now: Date.now() });
    },
  });
}

/** The record of a single eval has the name that was typed, those of a set the full names. */
function recordsOf(
  { evals }: RunSpec,
  run: {
    readonly runId: string;
    readonly completionFns: string;
    readonly options: OaievalOptions;
    readonly old: RecordOwner | undefined;
  },
): RecordChoice {
  const { record_path: recordPath, visible } = run.options;
  const paths = evals.map(({ given, registry }) => {
    const name = evals.length === 1 ? given : (registry?.specName ?? given);
    return resolve(recordPath ?? oaievalRecordPath(run.runId, run.completionFns, name));
  });
  return {
    paths,
    createsFolders: true,
    ...(run.old === undefined ? {} : { replaces: run.old.runId }),
    ...(visible === undefined ? {} : { visible }),
  };
}
