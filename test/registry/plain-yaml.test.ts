import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { seededRandom } from '../../src/core/random.ts';
import { readPlainYaml } from '../../src/registry/plain-yaml.ts';
import { PYTHON_SCALARS } from '../../src/registry/python-yaml.ts';

/** What the parser of all of YAML makes of a text; undefined when it finds something wrong with it. */
function readWithParser(text: string): unknown {
  const document = parseDocument(text, {
    prettyErrors: false,
    uniqueKeys: true,
    schema: 'failsafe',
    customTags: PYTHON_SCALARS,
    merge: true,
  });
  return document.errors.length + document.warnings.length > 0 ? undefined : document.toJS();
}

const TYPICAL = `# What is asked.
hand_ranks:
  id: hand_ranks.s1.simple-v0
  description: Ranks of hands, as "texas hold 'em" has them (52 cards).
  metrics: [accuracy, boostrap_std]

hand_ranks.s1.simple-v0:
  class: evals.elsuite.basic.match:Match
  args:
    samples_jsonl: hand_ranks/samples.jsonl   
    num_few_shot: 4
    ignore_case: True
    text: 'a: b'
    empty:
set:
  evals:
  - a.dev.v0
  - "b*"
  - ./c.mjs:C
`;

describe('plain YAML', () => {
  it('is read as a registry has it', () => {
    expect(readPlainYaml(TYPICAL)).toEqual({
      values: {
        hand_ranks: {
          id: 'hand_ranks.s1.simple-v0',
          description: `Ranks of hands, as "texas hold 'em" has them (52 cards).`,
          metrics: ['accuracy', 'boostrap_std'],
        },
        'hand_ranks.s1.simple-v0': {
          class: 'evals.elsuite.basic.match:Match',
          args: {
            samples_jsonl: 'hand_ranks/samples.jsonl',
            num_few_shot: 4,
            ignore_case: true,
            text: 'a: b',
            empty: null,
          },
        },
        set: { evals: ['a.dev.v0', 'b*', './c.mjs:C'] },
      },
      lines: new Map([
        ['hand_ranks', 2],
        ['hand_ranks.s1.simple-v0', 7],
        ['set', 15],
      ]),
    });
    expect(readPlainYaml(TYPICAL)?.values).toEqual(readWithParser(TYPICAL));
  });

  it.each([
    ['nothing', ''],
    ['comments alone', '# a\n'],
    ['a sequence at the top', '- a\n'],
    ['a text that goes on', 'a: b\n  c\n'],
    ['a text with a mapping below', 'a: b\n  c: d\n'],
    ['a block of text', 'a: |\n  b\n'],
    ['an anchor', 'a: &x b\n'],
    ['a comment behind a value', 'a: b # c\n'],
    ['a tab', 'a:\n\tb: c\n'],
    ['a single carriage return', 'a: b\rc: d\n'],
    ['another space', 'a: b\u3000\n'],
    ['what ends a line elsewhere', 'a: b\u2028c\n'],
    ['the same key twice', 'a: 1\na: 2\n'],
    ['a word that is no text', 'a: yes\n'],
    ['a key that is no text', 'on: a\n'],
    ['another number', 'a: 017\n'],
    ['an escape', 'a: "b\\n"\n'],
    ['a mapping in a sequence', 'a:\n  - b: c\n'],
    ['a wrong indentation', 'a:\n    b: 1\n  c: 2\n'],
    ['a second document', 'a: b\n---\nc: d\n'],
    ['a merge', 'a:\n  <<: b\n'],
    ['a flow mapping', 'a: {b: c}\n'],
    ['a quote that is not ended', `a: 'b\n`],
  ])('is not %s', (_what, text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });

  it('is read as the parser of all of YAML reads it, whatever the text', () => {
    const indents = ['', '', '', '  ', '  ', '    ', ' ', '      '];
    const names = [
      'a',
      'b',
      'c.d-e',
      'F_1',
      'on',
      'y',
      '1',
      'x y',
      '"q"',
      'constructor',
      '2d',
      '0x1f',
      '1e3',
      'a:b',
      '- k',
      '- ',
      '#',
    ];
    const values = [
      '',
      '',
      'text',
      'two words',
      'a:b',
      'a: b',
      'a #b',
      'a#b',
      '[x, y]',
      '[x,]',
      '[]',
      '[yes]',
      "'q'",
      "'q' r",
      '"q"',
      '"q\\n"',
      '1',
      '01',
      '1e3',
      '1_0',
      '12:30',
      'true',
      'No',
      'null',
      '~',
      '.5',
      './m.mjs:X',
      '/abs',
      '*a',
      '&a b',
      '!!str 1',
      '|',
      '>-',
      '{a: 1}',
      '- x',
      '-',
      '-1',
      '@a',
      '%a',
      '`a',
      'a,b',
      'a]',
      'end:',
      '?',
      '? a',
      "it's",
      'say "x"',
      '<<',
      '=',
      'x\\',
      'a  b ',
      '2023-01-01',
      '0',
      '9007199254740993',
      'a\tb',
      '0.0',
      '12.50',
      '1.',
      '[1, 2.5, "a b"]',
      '[a b]',
      '["a, b"]',
      '[[a]]',
      '\u00e9\u4e2d',
      'b\u3000',
      'b\u00a0',
      '\ufeffb',
      'b\u0085',
      '[1.2.3]',
      '[017]',
      'a\r',
    ];
    const random = seededRandom(1, 'plain yaml');
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const line = (): string => {
      const form = random();
      if (form < 0.06) return pick(['', '# c', '    # c', '---', '...', '  ']);
      if (form < 0.25) return `${pick(indents)}- ${pick(values)}`;
      return `${pick(indents)}${pick(names)}:${pick([' ', ' ', ' ', '  ', ''])}${pick(values)}`;
    };
    let plain = 0;
    for (let turn = 0; turn < 100_000; turn += 1) {
      const text = Array.from({ length: 1 + Math.floor(random() * 5) }, line).join('\n');
      const read = readPlainYaml(text);
      if (read === undefined) continue;
      plain += 1;
      expect(read.values, text).toEqual(readWithParser(text));
    }
    expect(plain).toBeGreaterThan(300);
  });
});

const shared = process.env['EVALTUI_SHARED'] ?? resolve(import.meta.dirname, '../../../shared');
const registry = join(shared, 'openai-evals', 'registry');

it.skipIf(!existsSync(registry))("is most of OpenAI Evals' registry", () => {
  let [plain, files] = [0, 0];
  for (const kind of ['evals', 'eval_sets', 'completion_fns']) {
    for (const name of readdirSync(join(registry, kind)).filter((each) => each.endsWith('.yaml'))) {
      const text = readFileSync(join(registry, kind, name), 'utf8');
      const read = readPlainYaml(text);
      files += 1;
      if (read === undefined) continue;
      plain += 1;
      expect(read.values, name).toEqual(readWithParser(text));
    }
  }
  expect(plain / files).toBeGreaterThan(0.8);
});
