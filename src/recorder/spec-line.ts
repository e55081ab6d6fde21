import { closeSync, constants, fstatSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EvaltuiError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { RecordPosition } from '../core/record.ts';
import { pythonJson } from './python-json.ts';
import { makeFolder } from './make-folder.ts';
import { recordError } from './record-error.ts';
import { ownerOfRecord } from './record-owner.ts';
import { renderRecordTime } from './record-time.ts';
import { sentPositionPath } from './sent-position.ts';

/** What the first line of a record says of its run. */
export interface RecordSpec {
  readonly runId: string;
  readonly createdBy: string;
  /** ms since the epoch, UTC. */
  readonly createdAt: number;
  readonly completionFns: readonly string[];
  /** `test-match.s1.simple-v0`: base eval, split and version. */
  readonly evalName: string;
  readonly baseEval: string;
  readonly split: string;
  readonly evalSpec: {
    /** A class path of OpenAI Evals, or the eval's file. */
    readonly cls: string;
    readonly registryPath: string | null;
    readonly args: JsonObject;
    readonly key: string;
    readonly group: string | null;
  };
  readonly seed: number;
  readonly maxSamples: number | null;
  /** As typed, shell-quoted; without secrets. */
  readonly command: string;
  /** OpenAI Evals' `--visible`: by default whether there is no limit of samples. */
  readonly visible: boolean;
}

/**
 * The first line of a record with its line feed: keys and order of OpenAI Evals, time in UTC without a zone.
 *
 * @see https://github.com/openai/evals/blob/main/evals/base.py, class RunSpec
 */
export function renderSpecLine(spec: RecordSpec): string {
  const line = pythonJson({
    spec: {
      completion_fns: spec.completionFns,
      eval_name: spec.evalName,
      base_eval: spec.baseEval,
      split: spec.split,
      run_config: {
        completion_fns: spec.completionFns,
        eval_spec: {
          cls: spec.evalSpec.cls,
          registry_path: spec.evalSpec.registryPath,
          args: spec.evalSpec.args,
          key: spec.evalSpec.key,
          group: spec.evalSpec.group,
        },
        seed: spec.seed,
        max_samples: spec.maxSamples,
        command: spec.command,
        initial_settings: { visible: spec.visible },
      },
      created_by: spec.createdBy,
      run_id: spec.runId,
      created_at: renderRecordTime(spec.createdAt),
    },
  });
  return `${line}\n`;
}

/**
 * Creates the record (0600) with its spec line and returns where it goes on. A record of the same eval in
 * the same run is begun anew, as after an interrupted planning. An existing file with anything else in it is never
 * overwritten (`file-exists`), unlike with `oaieval`; an empty one is taken as it is.
 *
 * Throws `record-path` (missing folder, a folder, no permission, not a file), `disk-full`, `io`.
 */
export function startRecord(record: {
  readonly path: string;
  readonly spec: RecordSpec;
  /** Creates a missing folder with 0700: for evaltui's own folder, not for one that the user names. */
  readonly createFolder: boolean;
}): RecordPosition {
  const { path, spec } = record;
  const line = Buffer.from(renderSpecLine(spec), 'utf8');
  let descriptor: number | undefined;
  try {
    if (record.createFolder) makeFolder(dirname(path));
    descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    refuseForeignFile(descriptor, path, spec);
    ftruncateSync(descriptor, 0);
    writeLine(descriptor, line);
    // Of a record that was here before.
    rmSync(sentPositionPath(path), { force: true });
  } catch (error) {
    throw error instanceof EvaltuiError ? error : recordError(error, path);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
  return { path, bytes: line.length, nextEventId: 0 };
}

function writeLine(descriptor: number, line: Buffer): void {
  try {
    let written = 0;
    while (written < line.length) {
      written += writeSync(descriptor, line, written, line.length - written, written);
    }
  } catch (error) {
    // An empty file does no harm to the next run; half a line would be held for somebody's data.
    ftruncateSync(descriptor, 0);
    throw error;
  }
}

function refuseForeignFile(descriptor: number, path: string, spec: RecordSpec): void {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) {
    throw new EvaltuiError(
      'record-path',
      `${path} is not a regular file, so a run could not go on with it. Give another --record-path.`,
      { details: { path } },
    );
  }
  if (stats.size === 0) return;
  const owner = ownerOfRecord(descriptor);
  if (owner?.runId === spec.runId && owner.evalName === spec.evalName) return;
  const what =
    owner === undefined
      ? 'exists already and is not empty'
      : `holds the record of ${owner.evalName} in run ${owner.runId}`;
  throw new EvaltuiError(
    'file-exists',
    `${path} ${what}. Give another --record-path, or delete the file first.`,
    { details: { path } },
  );
}
