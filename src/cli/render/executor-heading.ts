import { formatQuantity } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';

/** What names an executor on the command line. */
export interface NamedExecutor {
  readonly pid: number;
  readonly runId: string;
  readonly executorId: string;
  readonly evals: readonly string[];
  /** Worker threads. */
  readonly threads: number;
}

/** `Executor 20314 · 2 threads · run 261121031400HFYRAQFM · capitals` */
export function executorHeading({ pid, runId, evals, threads }: NamedExecutor): string {
  return [
    `Executor ${pid}`,
    formatQuantity(threads, 'worker'),
    `run ${runId}`,
    evals.map(printable).join(', '),
  ].join(' · ');
}
