import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { codePlaceOf } from '../../../src/engine/worker/error-place.ts';

/** An error with frames as V8 writes them. */
function errorIn(...frames: readonly string[]): Error {
  const error = new Error('it failed\n    at fake (/evals/fake.ts:1:1)');
  error.stack = `Error: ${error.message}\n${frames.map((frame) => `    at ${frame}`).join('\n')}`;
  return error;
}

describe('codePlaceOf', () => {
  it('finds the line that threw in code that just ran', () => {
    function explode(): Error {
      return new Error('here');
    }
    expect(codePlaceOf(explode())).toMatch(
      /^explode \(.*\/test\/engine\/worker\/error-place\.test\.ts:15\)$/,
    );
  });

  it('takes the innermost frame of the user, past those of packages, of Node and of evaltui', () => {
    const own = new URL('../../../src/engine/worker/try-context.ts', import.meta.url).href;
    const error = errorIn(
      'JSON.parse (<anonymous>)',
      'node:internal/process/task_queues:95:5',
      'parse (file:///app/node_modules/zod/index.js:1:2)',
      `TryContext.complete (${own}:3:4)`,
      'async Object.evaluate [as run] (file:///my%20evals/a.eval.ts?v=2:12:7)',
      'async main (file:///my%20evals/b.ts:1:1)',
    );
    expect(codePlaceOf(error)).toBe('evaluate (/my evals/a.eval.ts:12)');
  });

  it.each([
    ['file:///evals/a.ts:7:1', '/evals/a.ts:7'],
    ['async file:///evals/a.ts:7:1', '/evals/a.ts:7'],
    ['new Answer (/evals/(old) a.cjs:7:1)', 'new Answer (/evals/(old) a.cjs:7)'],
    ['async Promise.all (index 0)', undefined],
  ])('reads a frame %s as %s', (frame, place) => {
    expect(codePlaceOf(errorIn(frame))).toBe(place);
  });

  it('takes a frame of a package where there is no other: evals come with packages', () => {
    const frames = ['node:fs:1:1', 'evaluate (/lib/node_modules/evaltui-evals/capitals.eval.ts:9:3)'];
    expect(codePlaceOf(errorIn(...frames))).toBe(
      'evaluate (/lib/node_modules/evaltui-evals/capitals.eval.ts:9)',
    );
  });

  it('knows no place of what is no error, nor of one that Node alone made', async () => {
    expect(codePlaceOf('text')).toBeUndefined();
    const error = await readFile('/nowhere/at/all').catch((thrown: unknown) => thrown);
    expect(codePlaceOf(Object.assign(error as Error, { stack: 'Error: ENOENT' }))).toBeUndefined();
  });
});
