import { accessSync, constants, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EvaltuiError } from '../core/errors.ts';
import { completionFnsOf, type RunSpec } from '../core/run-spec.ts';
import type { PlannedEval } from '../engine/messages.ts';
import { startRecord } from '../recorder/spec-line.ts';
import type { RecordPosition } from '../store/task-store.ts';
import { removeOldRecord } from './oaieval/record.ts';
import { recordsFolder } from './places.ts';

/** Throws `record-path` when no file can be made there, before anything is started. */
export function checkRecordPath(given: string): void {
  const path = resolve(given);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) {
    throw new EvaltuiError('record-path', `--record-path ${given} is a folder. Give it the path of a file.`);
  }
  if (found !== undefined && found.size > 0) {
    throw new EvaltuiError(
      'file-exists',
      `--record-path ${given}: ${path} exists already and is not empty. Give another path, or delete the file first.`,
    );
  }
  const folder = dirname(path);
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isDirectory()) {
    throw new EvaltuiError(
      'record-path',
      `--record-path ${given}: there is no folder ${folder}. Make it first.`,
    );
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new EvaltuiError('record-path', `--record-path ${given}: the folder ${folder} cannot be written.`, {
      cause: error,
    });
  }
}

/** Opens the record of one planned eval of a run. */
export function startEvalRecord({
  runId,
  spec,
  planned,
  now,
}: {
  readonly runId: string;
  readonly spec: RunSpec;
  readonly planned: PlannedEval;
  readonly now: number;
}): RecordPosition {
  const { records } = spec;
  const chosen = records?.paths[planned.index];
  const path = chosen ?? resolve(join(recordsFolder(), `${runId}_${planned.name}.jsonl`));
  if (records?.replaces !== undefined) removeOldRecord(path, records.replaces);
  const evalSpec = spec.evals[planned.index];
  const file = evalSpec?.file ?? planned.name;
  const registry = evalSpec?.registry;
  const [baseEval = planned.name, split = 'default'] = planned.name.split('.');
  return startRecord({
    path,
    createFolder: chosen === undefined || records?.createsFolders === true,
    spec: {
      runId,
      createdBy: spec.createdBy,
      createdAt: now,
      completionFns: completionFnsOf(spec),
      evalName: planned.name,
      baseEval,
      split,
      evalSpec: {
        cls: registry?.class ?? `evaltui:${basename(file)}`,
        registryPath: registry?.registryPath ?? dirname(file),
        args: registry?.args ?? planned.params,
        key: planned.name,
        group: registry?.group ?? basename(file).replace(/\.eval\.\w+$/, ''),
      },
      seed: spec.seed,
      maxSamples: spec.limit ?? null,
      command: spec.command,
      visible: records?.visible ?? spec.limit === undefined,
    },
  });
}
