import { expect, test } from 'vitest';
import { EvaltuiError } from '../../src/core/errors.ts';
import { checkGates, parseGate } from '../../src/core/gate.ts';

const REPORT = {
  accuracy: 0.8,
  n: 50,
  'pass@2': null,
  ci95: [0.67, 0.89],
  groups: { europe: { accuracy: 0.9, n: 10 }, 'asia.east': { accuracy: 0.5, n: 40 } },
};

function check(...given: readonly string[]): ReturnType<typeof checkGates> {
  return checkGates(given.map(parseGate), REPORT);
}

test('reads a metric and the least it must be', () => {
  expect(parseGate('accuracy=0.8')).toEqual({ metric: 'accuracy', least: 0.8 });
  expect(parseGate(' pass@4 = 1e-1 ')).toEqual({ metric: 'pass@4', least: 0.1 });
  expect(parseGate('groups.a=b.accuracy=0')).toEqual({ metric: 'groups.a=b.accuracy', least: 0 });
  expect(parseGate('score=-2.5')).toEqual({ metric: 'score', least: -2.5 });
});

test.each(['', 'accuracy', 'accuracy=', '=0.8', 'accuracy=high', 'accuracy=80%', 'accuracy=Infinity'])(
  'refuses %j with an example',
  (given) => {
    const parse = (): unknown => parseGate(given);
    expect(parse).toThrow(EvaltuiError);
    expect(parse).toThrow(`--fail-under "${given}": give a metric and a number, for example`);
  },
);

test('refuses a percentage where a share is meant, and says how to write it', () => {
  expect(() => parseGate('accuracy=80')).toThrow('for 80 % write accuracy=0.8');
  expect(() => parseGate('groups.europe.accuracy=95')).toThrow('groups.europe.accuracy=0.95');
  expect(() => parseGate('pass@4=200')).toThrow('pass@4 is a share from 0 to 1');
  expect(parseGate('score=80').least).toBe(80);
});

test('holds at the bound and above it, and not below', () => {
  expect(check('accuracy=0.8', 'accuracy=0.81', 'n=50')).toMatchObject([
    { metric: 'accuracy', least: 0.8, actual: 0.8, held: true, message: 'accuracy is 0.8, at least 0.8' },
    { metric: 'accuracy', least: 0.81, actual: 0.8, held: false, message: 'accuracy is 0.8, below 0.81' },
    { metric: 'n', actual: 50, held: true },
  ]);
});

test('does not fail for a rounding error in a mean', () => {
  const accuracy = (0.1 + 0.2 + 0.3 + 0.6) / 4;
  expect(checkGates([{ metric: 'accuracy', least: 0.3 }], { accuracy: accuracy - 1e-16 })[0]?.held).toBe(
    true,
  );
});

test('finds a number inside an object by its dotted name', () => {
  expect(check('groups.europe.accuracy=0.85', 'groups.asia.east.accuracy=0.6')).toMatchObject([
    { actual: 0.9, held: true },
    { actual: 0.5, held: false },
  ]);
});

test('does not hold for an unknown metric, and lists what there is', () => {
  const [result] = check('acuracy=0.8');
  expect(result).toMatchObject({ metric: 'acuracy', actual: null, held: false });
  expect(result?.message).toBe(
    'no acuracy in the report, so acuracy=0.8 is not held; it has accuracy, n, pass@2, ' +
      'groups.europe.accuracy, groups.europe.n, groups.asia.east.accuracy, groups.asia.east.n',
  );
  expect(checkGates([parseGate('accuracy=0.8')], { verdict: 'fine' })[0]?.message).toContain(
    'it has no numbers',
  );
});

test('does not list hundreds of metrics', () => {
  const report = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`m${i}`, i]));
  expect(checkGates([parseGate('accuracy=0.8')], report)[0]?.message).toMatch(/m19 and 280 more$/);
});

test("finds the numbers of the standard report in an eval's own", () => {
  const own = { score: 0.7, evaltui: { score: 0.7, errored: { total: 0 }, n: 3 } };
  const gates = ['score=0.6', 'n=3', 'errored.total=0', 'evaltui.n=4'].map(parseGate);
  expect(checkGates(gates, own).map(({ held }) => held)).toEqual([true, true, true, false]);
});

test('does not hold for a number that is not known', () => {
  const [result] = check('pass@2=0.5');
  expect(result).toMatchObject({ actual: null, held: false });
  expect(result?.message).toContain('pass@2 is not known');
});

test('does not take inherited properties for metrics', () => {
  expect(check('constructor=1', 'toString=1').map((result) => result.held)).toEqual([false, false]);
});

test('of no gates is nothing', () => {
  expect(check()).toEqual([]);
});
