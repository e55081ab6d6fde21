import { taskKey } from './eval.ts';

/**
 * How a task is named for people, and may be named on a command line: `sample.attempt`, with the eval before it when
 * the run has several. It is not made fit to be printed.
 *
 * @param evals of the run
 */
export function taskName(
  task: { readonly evalIndex: number; readonly sampleId: string; readonly attempt: number },
  evals: readonly { readonly index: number; readonly name: string }[],
): string {
  const name = evals.length > 1 ? evals.find(({ index }) => index === task.evalIndex)?.name : undefined;
  return name === undefined ? taskKey(task) : `${name}/${taskKey(task)}`;
}
