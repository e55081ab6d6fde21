import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What is taken out of the built code: what tries and workers tell of themselves, and whoever looks at it. */
const TAKEN_OUT = [
  ['worker/lane', 'this.#board.tellContinuations(() => currentStep.getStore())', '() => {}'],
  ['worker/lane', 'setInterval(() => this.#tellSteps(), lookEveryMs)', 'undefined'],
  [
    'worker/lane',
    'this.#board.during(steps.root, () => currentStep.run(steps.root, () => runTry(definition, task, this.#job.runId, context)))',
    'runTry(definition, task, this.#job.runId, context)',
  ],
  ['executor/executor', 'this.#stuckWatch.open()', 'undefined'],
] as const;

/** The built evaltui without steps and verdicts, in a folder of its own. Disposing removes it. */
export interface UnwatchedBuild extends Disposable {
  /** The file that starts it. */
  readonly bin: string;
}

/** Throws when the built code does not hold what is to be taken out: then the figure would be of nothing. */
export function createUnwatchedBuild(): UnwatchedBuild {
  const folder = mkdtempSync(join(tmpdir(), 'evaltui-unwatched-'));
  for (const name of ['bin', 'dist', 'package.json']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, code, instead] of TAKEN_OUT) {
    const path = join(folder, `dist/engine/${file}.js`);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(code)) throw new Error(`${path} does not hold: ${code}`);
    writeFileSync(
      path,
      text.replace(code, () => instead),
    );
  }
  return {
    bin: join(folder, 'bin/evaltui.js'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
