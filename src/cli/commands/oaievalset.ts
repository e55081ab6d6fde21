import { existsSync } from 'node:fs';
import type { RunSpec } from '../../core/run-spec.ts';
import { EvaltuiError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { RunRow } from '../../store/task-store.ts';
import { EXIT } from '../exit-codes.ts';
import type { OaievalOptions } from '../oaieval/options.ts';
import { readOaievalRun, type OaievalRun } from '../oaieval/run.ts';
import { findEvalSet, findUnfit, isSameRun, refuseUnfit, type FoundEvalSet } from '../oaieval/set.ts';
import { dbPathOf } from '../places.ts';
import { printNote } from '../print.ts';
import { performOaieval } from './oaieval.ts';
import { resume } from './resume.ts';

export interface OaievalsetOptions extends OaievalOptions {
  readonly resume: boolean;
  readonly exitOnError: boolean;
}

/** `evaltui oaievalset`: OpenAI Evals' command of that name, as one run; returns the exit code. */
export async function oaievalset(
  completionFns: string,
  setName: string,
  options: OaievalsetOptions,
): Promise<number> {
  const { registry_path: registryPaths, extra_eval_params: extraArgs, exitOnError } = options;
  const set = findEvalSet(setName, { registryPaths, extraArgs });
  for (const pattern of set.unmatched) {
    printNote(`The eval set "${setName}" names "${printable(pattern)}", which no eval matches.`);
  }
  if (exitOnError) refuseUnfit(set);
  const whole = await readOaievalRun(completionFns, options, () => set.evals);
  const run = exitOnError ? whole : { ...whole, spec: await withoutUnfit(whole.spec, set) };
  const code = await performOrResume(completionFns, options, run);
  const isWhole = run.spec.evals.length === set.evals.length;
  return code === EXIT.ok && !isWhole ? EXIT.failed : code;
}

/** The evals that can run; the others are told of. Throws when none can. */
async function withoutUnfit(spec: RunSpec, set: FoundEvalSet): Promise<RunSpec> {
  const known = new Map(set.unfit.map((each) => [each.name, each.why]));
  const rest = spec.evals.filter(({ registry }) => !known.has(registry?.specName ?? ''));
  for (const { name, why } of await findUnfit({ ...spec, evals: rest })) known.set(name, why);
  for (const [name, why] of known) printNote(`Left out: ${printable(name)}: ${printable(why)}`);
  const evals = rest.filter(({ registry }) => !known.has(registry?.specName ?? ''));
  if (evals.length > 0) return { ...spec, evals };
  throw new EvaltuiError('data-missing', 'No eval of the set can run.');
}

async function performOrResume(
  completionFns: string,
  options: OaievalsetOptions,
  run: OaievalRun,
): Promise<number> {
  const { spec, log, openDisplay } = run;
  if (options.record_path !== undefined && spec.evals.length > 1) {
    throw new EvaltuiError(
      'bad-option',
      `--record_path names one file, and the set has ${spec.evals.length} evals, each with a record of its own.`,
    );
  }
  const dbPath = dbPathOf(options.db, process.env);
  const before = options.resume && !options.dryRun ? await findSame(dbPath, spec) : undefined;
  if (before === undefined) return performOaieval(completionFns, options, run);
  const { runId, status, evals } = before;
  // Of one whose events are sent somewhere, some may be left to send.
  if (status === 'completed' && before.spec.http === undefined) {
    printNote(
      `${evals.length}/${evals.length} evals already completed in run ${runId}: evaltui show ${runId}. --no-resume runs them again.`,
    );
    return EXIT.ok;
  }
  log.write(`Going on with run: ${runId}`, 'started');
  return resume(runId, { errored: true, failUnder: [], inProcess: false, db: dbPath, openDisplay });
}

/** The newest run of the same set, model and arguments. */
async function findSame(dbPath: string, spec: RunSpec): Promise<RunRow | undefined> {
  if (!existsSync(dbPath)) return undefined;
  await using store = await openSqliteStore({ path: dbPath, random: Math.random });
  const runs = await store.listRuns();
  return runs.find((run) => isSameRun(run.spec, spec));
}
