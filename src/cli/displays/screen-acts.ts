import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { EvaltuiError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { RunAct, ScreenIntent } from '../../monitor/state/intents.ts';
import type { CommandKind, TaskStore } from '../../store/task-store.ts';
import { copiedPath } from '../places.ts';
import { reportOfRun, reportOfTask, writeReport } from '../write-report.ts';

export interface ScreenActsOptions {
  readonly store: TaskStore;
  /** The run that the screen was opened for. */
  readonly runId: string;
  /** As acts show who asked. */
  readonly by: string;
  /** Tells the user what came of it. */
  readonly note: (text: string) => void;
  /** Hands a text to the terminal's clipboard; whether it was tried. */
  readonly toClipboard: (text: string) => boolean;
}

/** Does what is asked on a screen: what is asked of a run is left in the db for its supervisor. */
export function doOnScreen(
  options: ScreenActsOptions,
  intent: ScreenIntent,
  otherRunId: string | null,
): void {
  const { note } = options;
  performIntent(options, intent, otherRunId ?? options.runId).catch((thrown: unknown) => {
    note(thrown instanceof Error ? thrown.message : String(thrown));
  });
}

async function performIntent(options: ScreenActsOptions, intent: ScreenIntent, runId: string): Promise<void> {
  const { store, by, note } = options;
  switch (intent.kind) {
    case 'copy':
      return copy(options, intent);
    case 'write-report':
      return note(`written to ${shortPath(await report(store, runId, intent.taskId))}`);
    default:
      await store.addCommand({ runId, ...commandOf(intent), createdBy: by, now: Date.now() });
  }
}

interface RunCommand {
  readonly kind: CommandKind;
  readonly args: JsonObject;
}

/** What is asked on a screen as a command for the run's supervisor: the same from any terminal. */
function commandOf(act: RunAct): RunCommand {
  switch (act.kind) {
    case 'stop':
      return { kind: act.stage, args: {} };
    case 'limit':
    case 'retry-task':
    case 'cancel-task':
    case 'end-worker':
    case 'end-executor': {
      const { kind, ...args } = act;
      return { kind, args };
    }
    case 'pause':
    case 'continue':
    case 'retry-errored':
      return { kind: act.kind, args: {} };
  }
}

async function report(store: TaskStore, runId: string, taskId: number | null): Promise<string> {
  const now = Date.now();
  const advice = '`evaltui report` writes it to another place.';
  if (taskId === null) return writeReport(await reportOfRun(store, runId, now), { now, advice });
  const task = await store.readTask(runId, taskId);
  if (task === undefined) throw new EvaltuiError('run-not-found', 'The run has no such task any more.');
  return writeReport(await reportOfTask(store, await store.findRun(runId), task, now), { now, advice });
}

/** Not every terminal takes a text, and none says whether it did: it is in a file, too. */
function copy(
  { note, toClipboard }: ScreenActsOptions,
  { what, text }: ScreenIntent & { readonly kind: 'copy' },
): void {
  const path = copiedPath();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${text}\n`, { mode: 0o600 });
  const where = shortPath(path);
  note(
    toClipboard(text)
      ? `copied ${what}, if the terminal lets it; it is in ${where} too`
      : `${what} is in ${where}`,
  );
}

function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
