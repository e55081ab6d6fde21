import { Registry } from '../../src/registry/registry.ts';
import { listEntries } from '../../src/registry/list-entries.ts';
import { resolveEval } from '../../src/registry/resolve-eval.ts';
import type { Finished, Workplace } from '../e2e/run-evaltui.ts';
import { OPENAI_REGISTRY } from '../templates/openai-evals/shared-data.ts';

const MOCK = 'mock:latency=0';

/** How the evals of a registry went, each over all of its samples with the mock model. */
export interface AllSpecs {
  /** The evals with a class that evaltui has and data that is here, each spec once. */
  readonly specs: readonly string[];
  readonly runs: readonly Finished[];
  readonly done: number;
  readonly errored: number;
}

/** Runs them in one process; those that compare models in a second one, with three models. */
export async function runAllSpecs(workplace: Workplace): Promise<AllSpecs> {
  const specs = runnableSpecs(workplace.folder);
  const [one = [], three = []] = [false, true].map((compares) =>
    specs.filter((spec) => spec.comparesModels === compares).map(({ name }) => name),
  );
  const runs = [
    await workplace.run([...runArguments(one), '--model', MOCK]),
    await workplace.run([...runArguments(three), '--model', MOCK, '--model', MOCK, '--model', MOCK]),
  ];
  const counts = runs.map(countsOf);
  const sum = (key: keyof Counts): number => counts.reduce((total, each) => total + each[key], 0);
  return { specs: specs.map(({ name }) => name), runs, done: sum('done'), errored: sum('errored') };
}

function runArguments(specs: readonly string[]): readonly string[] {
  return ['run', ...specs, '--registry-path', OPENAI_REGISTRY, '--display', 'json', '--in-process'];
}

interface RunnableSpec {
  readonly name: string;
  readonly comparesModels: boolean;
}

function runnableSpecs(folder: string): readonly RunnableSpec[] {
  const registry = new Registry([OPENAI_REGISTRY]);
  return listEntries(registry, folder)
    .filter(({ entry, leadsTo, status }) => {
      return entry.kind === 'evals' && leadsTo === undefined && status === 'runnable';
    })
    .map(({ entry: { name } }) => {
      const { args } = resolveEval(registry, name, { folder, extraArgs: {} }) ?? {};
      return { name, comparesModels: args?.['multicomp_n'] === 'from_models' };
    });
}

interface Counts {
  readonly done: number;
  readonly errored: number;
}

function countsOf({ stdout }: Finished): Counts {
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{"type":"run.finished"')) return { done: 0, errored: 0 };
  return (JSON.parse(last) as { readonly counts: Counts }).counts;
}
