import { EvaltuiError } from '../core/errors.ts';
import type { GuardAnswers, GuardQuestion } from '../core/inspection.ts';
import { printable } from '../core/printable.ts';
import { askGuard } from './ask-guard.ts';
import type { InspectionTarget } from './find-target.ts';

type Op = GuardQuestion['op'];

/**
 * What the guard of an executor answers. Throws `inspection-failed` with the reason when it refuses, or is silent.
 *
 * @param withinMs how long the answer may take
 */
export async function askExecutor<Asked extends Op>(
  target: InspectionTarget & { readonly token: string },
  question: Extract<GuardQuestion, { readonly op: Asked }>,
  options: { readonly withinMs: number; readonly signal?: AbortSignal },
): Promise<GuardAnswers[Asked]> {
  const { pid } = target.executor;
  const response = await askGuard<Asked>(target, question, options);
  switch (response.kind) {
    case 'answer':
      return response.answer;
    case 'refused':
      throw new EvaltuiError(
        'inspection-failed',
        `The guard of executor ${pid} refuses: ${response.message}`,
      );
    case 'silent':
      throw new EvaltuiError(
        'inspection-failed',
        `The guard thread of executor ${pid} ${response.why}. evaltui stack ${pid} looks at it in other ways.`,
      );
  }
}

export function guardRefuses(pid: number, message: string): EvaltuiError {
  return new EvaltuiError('inspection-failed', `The guard of executor ${pid} refuses: ${printable(message)}`);
}
