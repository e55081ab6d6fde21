/**
 * Reproduces OpenAI Evals' own runs, vectors and registry, and prints what came of it as Markdown; ends with 1
 * when something differs. `--write` puts it into docs/conformance.md. It needs the build and the data: without
 * the data it says so, and ends with 0.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { createWorkplace } from '../e2e/run-evaltui.ts';
import { compareRun } from './compare-run.ts';
import { runTable, vectorTable, type ComparedRun } from './conformance-table.ts';
import { RANDOM_VECTORS } from './random-vectors.ts';
import { REFERENCE_RUNS } from './reference-runs.ts';
import { COMMANDS, reproduceRun } from './reproduce-run.ts';
import { runAllSpecs } from './run-all-specs.ts';
import { SCORING_VECTORS } from './scoring-vectors.ts';
import { hasSharedData, SHARED_DATA_NOTE } from '../templates/openai-evals/shared-data.ts';

const PAGE = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url));
const MARKER = '<!-- What follows is written by: npm run conformance -- --write -->';

const { values: options } = parseArgs({ options: { write: { type: 'boolean', default: false } } });

if (hasSharedData) {
  await main();
} else {
  console.log(`conformance${SHARED_DATA_NOTE}`);
}

async function main(): Promise<void> {
  using workplace = createWorkplace();
  const failures: string[] = [];
  const compared: ComparedRun[] = [];
  for (const run of REFERENCE_RUNS) {
    for (const command of COMMANDS) {
      process.stderr.write(`evaltui ${command} ${run.name}\n`);
      const { exitCode, stderr, record } = await reproduceRun(run, { command, workplace });
      const differences = [...(exitCode === 0 ? [] : [stderr]), ...compareRun(run, record)];
      failures.push(...differences.map((each) => `${run.name} by evaltui ${command}: ${each}`));
      if (command === 'run') compared.push({ run, record });
    }
  }

  const groups = [...SCORING_VECTORS, ...RANDOM_VECTORS].map((group) => {
    const equal = group.vectors.filter(({ actual, expected }) => isDeepStrictEqual(actual(), expected));
    failures.push(
      ...group.vectors.filter((each) => !equal.includes(each)).map(({ input }) => `${group.name}: ${input}`),
    );
    return { ...group, equal: equal.length };
  });

  process.stderr.write('every eval of the registry that has its data\n');
  const { specs, runs, done, errored } = await runAllSpecs(workplace);
  for (const { code, stderr } of runs) if (code !== 0) failures.push(`registry: ${stderr}`);

  const text = `## Runs

${runTable(compared)}

## Vectors

${vectorTable(groups)}

## The registry

${specs.length} evals have their data here. All of them were run, with the mock model: ${done} samples done, ${errored} errored.
`;
  console.log(text);
  for (const failure of failures) console.log(`DIFFERS: ${failure}`);
  console.log(failures.length === 0 ? 'Everything is equal.' : `${failures.length} differences.`);
  if (options.write) {
    const page = readFileSync(PAGE, 'utf8');
    writeFileSync(PAGE, `${page.slice(0, page.indexOf(MARKER) + MARKER.length)}\n\n${text}`);
  }
  process.exitCode = failures.length === 0 ? 0 : 1;
}
