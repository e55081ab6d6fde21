import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EvaltuiError } from '../../src/core/errors.ts';
import { entryNotFound } from '../../src/registry/entry-not-found.ts';
import { Registry } from '../../src/registry/registry.ts';
import { evalYaml, makeFolder } from './make-registry.ts';

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(EvaltuiError);
    expect((error as EvaltuiError).code).toBe('registry-invalid');
    return (error as EvaltuiError).message;
  }
  throw new Error('nothing was thrown');
}

describe('a registry', () => {
  it('holds the entries of all roots: sorted files of a folder, or one file, in the order of lines', () => {
    const first = makeFolder({
      'evals/b.yaml': 'b2: {id: x}\nb1: {id: x}\n',
      'evals/a.yaml': '# nothing but this\n',
      'evals/c.yml': 'not-read: {id: x}\n',
      'evals/below/d.yaml': 'not-read: {id: x}\n',
    });
    const second = makeFolder({ evals: 'from-one-file: {id: x}\n' });
    const entries = new Registry([first, second]).entries('evals');
    expect([...entries.keys()]).toEqual(['b2', 'b1', 'from-one-file']);
    expect(entries.get('b1')).toMatchObject({
      file: join(first, 'evals/b.yaml'),
      line: 2,
      root: first,
      group: 'b',
    });
  });

  it('reads plain scalars as PyYAML does, and lets the last of equal keys win', () => {
    const root = makeFolder({
      'completion_fns/a.b.yaml':
        'f:\n  class: x:Y\n  args: {a: yes, b: off, c: 0777, d: 1_000, e: 1e3, f: 1:30, g: 2020-01-01, h: "on", i: ~, j: -0x1F, k: .5, l: 1.5e+3, m: y}\nf:\n  class: x:Z\n  args: {a: yes, b: off, c: 0777, d: 1_000, e: 1e3, f: 1:30, g: 2020-01-01, h: "on", i: ~, j: -0x1F, k: .5, l: 1.5e+3, m: y}\n',
    });
    const entry = new Registry([root]).entries('completion_fns').get('f');
    expect(entry).toMatchObject({ group: 'a', spec: { class: 'x:Z' } });
    expect(entry?.spec['args']).toEqual({
      a: true,
      b: false,
      c: 511,
      d: 1000,
      e: '1e3',
      f: 90,
      g: '2020-01-01',
      h: 'on',
      i: null,
      j: -31,
      k: 0.5,
      l: 1500,
      m: 'y',
    });
  });

  it('names both files of a name that stands in two places, and refuses the resource', () => {
    const [one, two] = [evalYaml('same', 'a.jsonl'), evalYaml('same', 'b.jsonl')];
    const root = makeFolder({ 'evals/one.yaml': one, 'evals/two.yaml': two });
    const message = messageOf(() => new Registry([root]).follow('evals', 'same'));
    expect(message).toContain(`${join(root, 'evals/two.yaml')}:1: "same" stands in`);
    expect(message).toContain(`${join(root, 'evals/one.yaml')}:1 too`);
    expect(message).toContain('And 1 more: evaltui registry check.');
  });

  it('places what is broken in YAML by file, line and column', () => {
    const root = makeFolder({ 'evals/bad.yaml': 'good:\n  id: x\nbad: [1, 2\nmore: 3\n' });
    expect(messageOf(() => new Registry([root]).entries('evals'))).toMatch(
      new RegExp(`^${root}/evals/bad\\.yaml:4:\\d+: `),
    );
  });

  it('refuses bytes that are not UTF-8, tags that are not data, and a bomb of aliases', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 9; n++) bomb.push(`a${n}: &a${n} [${`*a${n - 1},`.repeat(10)}]`);
    const root = makeFolder({
      'evals/utf.yaml': Buffer.from([0x61, 0x3a, 0xff]),
      'modelgraded/tag.yaml': 'a: !!python/object:os.system {}\n',
      'solvers/bomb.yaml': bomb.join('\n'),
    });
    const registry = new Registry([root]);
    expect(messageOf(() => registry.entries('evals'))).toContain('utf.yaml:1: the file is not UTF-8');
    expect(messageOf(() => registry.entries('modelgraded'))).toMatch(/tag\.yaml:1:4: .*tag/);
    expect(messageOf(() => registry.entries('solvers'))).toContain('Excessive alias count');
  });

  it('keeps other resources usable when one is broken', () => {
    const root = makeFolder({ 'evals/bad.yaml': '[', 'eval_sets/good.yaml': 'set: {evals: [a]}\n' });
    expect([...new Registry([root]).entries('eval_sets').keys()]).toEqual(['set']);
  });

  it('warns of keys that nothing reads and of files without a mapping, and goes on', () => {
    const root = makeFolder({
      'evals/a.yaml': 'a:\n  id: b\n  metric: [accuracy]\nb.dev.v0: {class: x:Y, oddity: 1}\n',
      'evals/list.yaml': '- a\n',
      'evals/empty.yaml': '',
    });
    const { problems } = new Registry([root]).load('evals');
    expect(problems.map(({ severity, message }) => [severity, message])).toEqual([
      ['warning', '"a" has the key "metric", which nothing reads; did you mean "metrics"?'],
      ['warning', '"b.dev.v0" has the key "oddity", which nothing reads'],
      ['warning', 'has no mapping from names, so no entries'],
    ]);
    expect(problems[0]?.place).toBe(`${join(root, 'evals/a.yaml')}:3`);
  });

  it.each([
    ['a:\n  class: 5\n', ':2: "a" "class" is the number 5 and not a text'],
    ['a:\n  class: x:Y\n  args: [1]\n', ':3: "a" "args" is a list and not a mapping'],
    ['a:\n  class: x:Y\n  key: 1\n', ':3: "a" has the reserved key "key"; rename it'],
    ['a:\n  class: x:Y\n  cls: 1\n', ':3: "a" has the reserved key "cls"; rename it'],
    ['a:\n  metrics: accuracy\n', ':2: "a" "metrics" is a text and not a list of texts'],
    ['a:\n  args: {}\n', ':1: "a" has no "class"'],
    ['a: b\n', ':1: "a" is a text and not a mapping; for an alias write "id: b" below the name'],
    ['a:\n', ':1: "a" is empty and not a mapping'],
  ])('refuses only the entry that is wrong: %j', (yaml, message) => {
    const root = makeFolder({ 'evals/a.yaml': `${yaml}fine: {class: x:Y}\n` });
    const registry = new Registry([root]);
    expect(messageOf(() => registry.follow('evals', 'a'))).toBe(`${join(root, 'evals/a.yaml')}${message}.`);
    expect(registry.follow('evals', 'fine')?.length).toBe(1);
  });

  it('follows aliases of aliases to the spec, and knows no other name', () => {
    const root = makeFolder({ 'evals/a.yaml': 'a: {id: b}\nb: {id: c.dev}\nc.dev: {class: x:Y}\n' });
    const registry = new Registry([root]);
    expect(registry.follow('evals', 'a')?.map(({ name }) => name)).toEqual(['a', 'b', 'c.dev']);
    expect(registry.follow('evals', 'd')).toBeUndefined();
  });

  it('shows the chain of aliases that go in a circle or end nowhere', () => {
    const root = makeFolder({
      'evals/a.yaml':
        'a: {id: b}\nb: {id: c}\nc: {id: b}\nself: {id: self}\nlost: {id: found.dev.v1}\nfound.dev.v0: {class: x:Y}\n',
    });
    const registry = new Registry([root]);
    const file = join(root, 'evals/a.yaml');
    expect(messageOf(() => registry.follow('evals', 'a'))).toBe(
      `${file}:3: the ids of evals go in a circle: a > b > c > b.`,
    );
    expect(messageOf(() => registry.follow('evals', 'self'))).toContain('self > self');
    expect(messageOf(() => registry.follow('evals', 'lost'))).toBe(
      `${file}:5: no entry of evals is named "found.dev.v1": lost > found.dev.v1. Did you mean "found.dev.v0"?`,
    );
  });
});

it('says what to do when there is no registry to look in', () => {
  const error = entryNotFound(new Registry([]), 'ten', { kinds: ['evals'], what: 'eval' });
  expect(error.message).toBe(
    'No eval "ten": there is no registry to look in. Name one, such as a checkout of openai/evals, by --registry-path, or put it at ~/.evals.',
  );
});
