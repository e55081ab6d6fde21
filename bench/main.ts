/**
 * Measures what evaltui promises about speed and memory, each figure beside a floor, a peer or the ideal of the
 * same run. `node bench/main.ts [part…]`, default: all parts, in this order. Prints one JSON document, and a
 * table to stderr; it needs the build.
 */
import { cpus } from 'node:os';
import { cores } from './cores.ts';
import { evalSet } from './eval-set.ts';
import { isReached, type Figure, type Part } from './figure.ts';
import { inspection } from './inspection.ts';
import { kill } from './kill.ts';
import { memory } from './memory.ts';
import { million } from './million.ts';
import { modelCalls } from './model-calls.ts';
import { noOp } from './no-op.ts';
import { registry } from './registry.ts';
import { screenFigures } from './screen.ts';
import { slots } from './slots.ts';
import { start } from './start.ts';
import { taskListFigures } from './task-list.ts';
import { steps } from './steps.ts';
import { stuck } from './stuck.ts';

const PARTS: Readonly<Record<string, Part>> = {
  start,
  registry,
  'eval-set': evalSet,
  'no-op': noOp,
  slots,
  'model-calls': modelCalls,
  cores,
  screen: screenFigures,
  'task-list': taskListFigures,
  memory,
  million,
  inspection,
  kill,
  steps,
  stuck,
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS);
const unknown = names.filter((name) => PARTS[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`No part named ${unknown.join(', ')}. The parts: ${Object.keys(PARTS).join(', ')}\n`);
  process.exitCode = 2;
} else {
  const figures: Record<string, unknown> = {};
  for (const name of names) {
    const measured = (await PARTS[name]?.()) ?? [];
    for (const figure of measured) process.stderr.write(`${lineOf(figure)}\n`);
    figures[name] = measured.map((figure) => ({ ...figure, reached: isReached(figure) }));
  }
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
  const document = { measuredAt: new Date().toISOString(), machine, figures };
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

function lineOf(figure: Figure): string {
  const { what, value, unit, reference, ratio, target } = figure;
  const beside = reference === undefined ? '' : `${reference.what}: ${reference.value.toLocaleString('en')}`;
  const reached = isReached(figure);
  const verdict = reached === undefined ? '' : reached ? 'reached' : 'MISSED';
  const bound = target?.atLeast === undefined ? `<= ${target?.atMost}` : `>= ${target.atLeast}`;
  return [
    what.padEnd(66),
    `${value.toLocaleString('en')} ${unit}`.padStart(15),
    `   ${beside}`.padEnd(46),
    (ratio === undefined ? '' : String(ratio)).padStart(6),
    target === undefined ? '' : `   ${target.of} ${bound} ${verdict}`,
  ].join('');
}
