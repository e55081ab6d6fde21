import { EvaltuiError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import { askExecutor } from '../../inspect/ask-executor.ts';
import { EXIT } from '../exit-codes.ts';
import { findNamedTarget, type NamedTarget } from '../find-named-target.ts';
import { openExistingStore } from '../open-existing-store.ts';
import { dbPathOf } from '../places.ts';
import { printLines, printNote } from '../print.ts';
import { readThread } from '../read-thread.ts';

export interface ConsoleOptions {
  readonly thread?: string;
  readonly run?: string;
  readonly db?: string;
}

/** An expression that waits for something is answered when that comes; the guard gives up before this. */
const ANSWERS_WITHIN_MS = 30_000;

/**
 * `evaltui console`: evaluates an expression in a worker thread and prints what it gives. Only for runs that were
 * started with `--allow-console`. What the expression throws is printed to stderr, and the exit code is 1.
 */
export async function evaluateInWorker(
  given: string,
  expression: string,
  options: ConsoleOptions,
): Promise<number> {
  await using store = await openExistingStore(dbPathOf(options.db, process.env));
  const target = await findNamedTarget(store, given, options.run);
  const { pid, runId } = target.executor;
  if (target.run.spec.allowConsole !== true) {
    throw new EvaltuiError(
      'console-closed',
      `Run ${runId} was started without --allow-console, so nothing may be evaluated in executor ${pid}. ` +
        'Start a run with that option to use the console.',
    );
  }
  const threadId = readThread(options.thread, target.executor) ?? onlyWorker(target);
  const question = { op: 'evaluate', threadId, expression } as const;
  const { value, isError } = await askExecutor(target, question, { withinMs: ANSWERS_WITHIN_MS });
  const lines = value.split('\n').map(printable);
  if (!isError) printLines(lines);
  else for (const line of lines) printNote(line);
  return isError ? EXIT.failed : EXIT.ok;
}

function onlyWorker({ executor }: NamedTarget): number {
  const threads = executor.workers.map(({ thread }) => thread).filter((thread) => thread > 0);
  const [only, another] = threads;
  if (only !== undefined && another === undefined) return only;
  const known = only === undefined ? 'It has told of none yet.' : `They are ${threads.join(', ')}.`;
  throw new EvaltuiError(
    'bad-option',
    `Executor ${executor.pid} has several worker threads: name one with --thread. ${known}`,
  );
}
