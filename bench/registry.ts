import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, round, type Figure } from './figure.ts';
import { largestEval, largeSamplesFile } from './registry-runs.ts';

const ROUNDS = 5;
const BIN = fileURLToPath(new URL('../bin/evaltui.js', import.meta.url));
const REGISTRY_MODULE = new URL('../dist/registry/registry.js', import.meta.url).href;
const CHECK_MODULE = new URL('../dist/registry/check-registry.js', import.meta.url).href;
const shared = process.env['EVALTUI_SHARED'] ?? resolve(import.meta.dirname, '../../shared');
const ROOT = join(shared, 'openai-evals', 'registry');

/** In a process of its own: what is loaded a second time is compiled already. */
const SCRIPT = `
  const { Registry } = await import('${REGISTRY_MODULE}');
  const { checkRegistry } = await import('${CHECK_MODULE}');
  const registry = new Registry([${JSON.stringify(ROOT)}]);
  const from = performance.now();
  for (const kind of ['evals', 'eval_sets', 'completion_fns', 'modelgraded', 'solvers']) registry.load(kind);
  const loaded = performance.now();
  checkRegistry(registry, process.cwd());
  console.log(JSON.stringify([loaded - from, performance.now() - loaded]));`;

/** What registries cost; the figures of OpenAI Evals' own only where it is. */
export async function registry(): Promise<readonly Figure[]> {
  return [...loading(), ...(await largestEval(ROOT)), ...(await largeSamplesFile())];
}

/** How long OpenAI Evals' own registry takes: 521 files, 1,542 evals. Nothing without it. */
function loading(): readonly Figure[] {
  if (!existsSync(ROOT)) {
    process.stderr.write(`registry: skipped in part, there is no ${ROOT}; set EVALTUI_SHARED\n`);
    return [];
  }
  const load: number[] = [];
  const check: number[] = [];
  const list: number[] = [];
  for (let turn = 0; turn < ROUNDS; turn += 1) {
    const [loadMs, checkMs] = JSON.parse(output(['--input-type=module', '-e', SCRIPT])) as [number, number];
    load.push(loadMs);
    check.push(loadMs + checkMs);
    const from = performance.now();
    output([BIN, 'registry', 'list', '--registry-path', ROOT]);
    list.push(performance.now() - from);
  }
  return [
    figure('load of the 521 files of a registry', load, 500),
    figure('the same, and the check of its 1,542 evals', check, 1000),
    figure('evaltui registry list, the whole process', list, 1000),
  ];
}

function figure(what: string, values: readonly number[], atMost: number): Figure {
  return { what, value: round(median(values)), unit: 'ms', target: { of: 'value', atMost } };
}

function output(args: readonly string[]): string {
  return execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 24 });
}
