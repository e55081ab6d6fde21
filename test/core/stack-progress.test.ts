import { describe, expect, it } from 'vitest';
import type { StackFrame } from '../../src/core/inspection.ts';
import { hasGoneOn, innermostPlace } from '../../src/core/stack-progress.ts';

/** `function:line` of the user's own frames, innermost first; `node` for one of Node. */
function stack(...places: readonly string[]): readonly StackFrame[] {
  return places.map((place) => {
    const [functionName = '', line = '1'] = place.split(':');
    const isYours = functionName !== 'node';
    const file = isYours ? 'my.eval.ts' : 'node:internal/timers';
    return { functionName, file, line: Number(line), column: 1, isYours, isAwaiting: false };
  });
}

describe('between two stacks code has', () => {
  it.each([
    ['not gone on: all is the same', ['loop:3', 'evaluate:9'], ['loop:3', 'evaluate:9'], false],
    ['not gone on: it went back', ['loop:7', 'evaluate:9'], ['loop:3', 'evaluate:9'], false],
    ['not gone on: it called something', ['loop:3', 'evaluate:9'], ['help:1', 'loop:3', 'evaluate:9'], false],
    ['not gone on: a call came back', ['help:1', 'loop:3', 'evaluate:9'], ['loop:3', 'evaluate:9'], false],
    ['not gone on: only Node has', ['node:1', 'loop:3'], ['node:8', 'node:2', 'loop:3'], false],
    ['not gone on: it went back further out', ['a:1', 'loop:7'], ['b:9', 'loop:3'], false],
    ['gone on', ['burn:2', 'evaluate:9'], ['burn:2', 'evaluate:10'], true],
    ['gone on further in', ['part:3', 'evaluate:9'], ['part:4', 'evaluate:9'], true],
    ['gone on from one function to another', ['first:9', 'each:2'], ['second:1', 'each:2'], true],
    ['gone on in Node alone', ['node:3'], ['node:5'], true],
  ])('%s', (_what, before, after, expected) => {
    expect(hasGoneOn(stack(...before), stack(...after))).toBe(expected);
  });
});

it('is where the innermost of the own frames is', () => {
  expect(innermostPlace(stack('node:1', 'loop:3', 'evaluate:9'))).toMatchObject({ line: 3 });
  expect(innermostPlace([])).toBeUndefined();
});
