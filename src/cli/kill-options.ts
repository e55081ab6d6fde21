import type { Command } from 'commander';
import { EvaltuiError } from '../core/errors.ts';
import { nearestMatch } from '../core/nearest-match.ts';
import { isTaskFate, TASK_FATES, type TaskFate } from '../core/task-fate.ts';
import { wholeOption } from './run-options.ts';

export interface KillOptions {
  readonly run?: string;
  readonly thread?: number;
  readonly stuck: boolean;
  readonly orphans: boolean;
  /** What becomes of the tasks. */
  readonly then?: TaskFate;
  readonly dryRun: boolean;
  readonly db?: string;
}

/** Declares the argument and the options of `kill`. */
export function addKillOptions(command: Command): Command {
  return command
    .argument('[what]', 'a task, <sample>.<attempt>, or the pid of an executor')
    .option('--thread <n>', 'only this worker thread of the executor', wholeOption('--thread', 1))
    .option(
      '--stuck',
      'every task that is held to be stuck; where one may only share its thread, that thread',
      false,
    )
    .option('--orphans', 'executors that their supervisor left behind, with what they started', false)
    .option(
      '--then <fate>',
      `what becomes of the tasks: ${TASK_FATES.join(', ')} (default: a task that is named is cancelled; the tasks of a thread or an executor go back to the queue, and it does not count as a failure)`,
      fateOption,
    )
    .option(
      '--run <run>',
      'where to look for the task: a run id, the start of one, or "latest" (default: live runs)',
    )
    .option('--dry-run', 'say what would be done', false)
    .option('--db <file>', 'the task db (default: EVALTUI_DB, or .evaltui/evaltui.db)')
    .addHelpText('after', HOW);
}

const HOW = `
A task is told to stop. If it has not after 2 s, its worker thread is ended, and the thread's other tasks go back to
the queue. If that thread is in native code, the executor takes no more tasks, and is killed when its other threads are
through, at most 10 s later. What a thread was seen doing is saved before it is ended.

Ends with 0 when all of it is over, 1 when something is still there, 2 when nothing is named so.`;

function fateOption(given: string): TaskFate {
  if (isTaskFate(given)) return given;
  const near = nearestMatch(given, TASK_FATES);
  const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
  throw new EvaltuiError(
    'bad-option',
    `--then was given "${given}"; allowed is ${TASK_FATES.join(', ')}.${hint}`,
  );
}
