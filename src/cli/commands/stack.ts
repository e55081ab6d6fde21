import { lookAtStacks } from '../../inspect/look-at-stacks.ts';
import { EXIT } from '../exit-codes.ts';
import { findNamedTarget } from '../find-named-target.ts';
import { openExistingStore } from '../open-existing-store.ts';
import { dbPathOf } from '../places.ts';
import { outputWidth, printJson, printLines, printNote } from '../print.ts';
import { describeStacks, renderNotes, renderStacks } from '../render/stack-text.ts';
import { tasksOnStacks } from '../tasks-on-stacks.ts';
import { readThread } from '../read-thread.ts';

export interface StackOptions {
  readonly run?: string;
  readonly thread?: string;
  readonly locals: boolean;
  readonly json: boolean;
  readonly db?: string;
}

/**
 * `evaltui stack`: what every thread of an executor is doing, also one in an endless loop. Ends with 1 when neither
 * its guard nor its inspector answered, and only what the system knows could be printed.
 */
export async function stack(given: string, options: StackOptions): Promise<number> {
  await using store = await openExistingStore(dbPathOf(options.db, process.env));
  const target = await findNamedTarget(store, given, options.run);
  const threadId = readThread(options.thread, target.executor);
  const question = { locals: options.locals, ...(threadId === undefined ? {} : { threadId }) };
  const seen = await lookAtStacks(target, question);
  const { named: executor, asked } = target;
  const text = {
    executor,
    ...(asked === undefined ? {} : { asked }),
    tasks: await tasksOnStacks(store, target.run, seen.threads),
    now: Date.now(),
    width: outputWidth(),
    folder: process.cwd(),
  };
  if (options.json) printJson(describeStacks(seen, text));
  else printLines(renderStacks(seen, text));
  for (const note of renderNotes(seen)) printNote(`evaltui: ${note}`);
  return seen.source === 'system' ? EXIT.failed : EXIT.ok;
}
