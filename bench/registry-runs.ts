import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { median, round, type Figure } from './figure.ts';
import { measuredRun, measuredRuns } from './measured-run.ts';

const ROUNDS = 5;

/** Samples a second of OpenAI Evals' own command with its dummy function on such a machine. */
const OAIEVAL_SAMPLES_PER_S = 3_000;

const GIGABYTE = 1e9;

/** How long OpenAI Evals' largest eval takes from the command line on. Nothing without its registry. */
export async function largestEval(root: string): Promise<readonly Figure[]> {
  if (!existsSync(root)) return [];
  const runs = await measuredRuns(ROUNDS, ['hand_ranks-match', '-m', 'dummy', '--registry-path', root]);
  const perSecond = median(runs.map(({ tasks, runMs }) => (tasks * 1000) / runMs));
  return [
    {
      what: 'hand_ranks-match, 3,000 samples, dummy, the whole process',
      value: round(median(runs.map(({ wallMs }) => wallMs))),
      unit: 'ms',
      target: { of: 'value', atMost: 1000 },
    },
    {
      what: 'the same, beside oaieval',
      value: round(perSecond),
      unit: 'samples/s',
      reference: { what: 'oaieval', value: OAIEVAL_SAMPLES_PER_S },
      ratio: round(perSecond / OAIEVAL_SAMPLES_PER_S, 2),
      target: { of: 'ratio', atLeast: 3 },
    },
  ];
}

/** What a large samples file costs. */
export async function largeSamplesFile(): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'evaltui-bench-'));
  try {
    return [await largeSamples(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All of the file is read, to know that it is JSON; a few samples are run. */
async function largeSamples(folder: string): Promise<Figure> {
  const root = join(folder, 'large');
  write(join(root, 'evals/large.yaml'), evalYaml('large', 'large.jsonl') + evalYaml('small', 'small.jsonl'));
  write(join(root, 'data/small.jsonl'), rowOf('a').repeat(100));
  await writeRows(join(root, 'data/large.jsonl'), rowOf('x'.repeat(1_900)));
  const run = async (name: string): Promise<number> => {
    const { executors } = await measuredRun([
      `${name}.dev.v0`,
      '-m',
      'dummy',
      '--limit',
      '100',
      '--registry-path',
      root,
      '--executors',
      '1',
    ]);
    return executors.peakMb;
  };
  const [small, large] = [await run('small'), await run('large')];
  return {
    what: 'executor, peak with a samples file of 1 GB',
    value: round(large),
    unit: 'MB',
    reference: { what: 'with one of 10 kB', value: round(small) },
    ratio: round(large / small, 2),
    target: { of: 'ratio', atMost: 2 },
  };
}

async function writeRows(path: string, row: string): Promise<void> {
  const rows = row.repeat(1000);
  const stream = createWriteStream(path);
  for (let bytes = 0; bytes < GIGABYTE; bytes += rows.length) {
    if (!stream.write(rows)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

function rowOf(input: string): string {
  return `${JSON.stringify({ input, ideal: 'b' })}\n`;
}

function evalYaml(name: string, samples: string): string {
  return `${name}.dev.v0: {class: "evals.elsuite.basic.match:Match", args: {samples_jsonl: ${samples}}}\n`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
