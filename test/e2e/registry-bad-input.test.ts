import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LFS_POINTER } from '../registry/make-registry.ts';
import { each, refuses } from './refuses.ts';
import { createWorkplace, type Finished, type Workplace } from './run-evaltui.ts';

const MATCH = 'evals.elsuite.basic.match:Match';
const GOOD = '{"input":"a","ideal":"b"}\n';

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Writes a registry into the workplace; returns what runs an eval of it. */
function runIn(place: Workplace, root: string, files: Files, name = 'x.dev.v0'): readonly string[] {
  for (const [path, content] of Object.entries({ 'data/s.jsonl': GOOD, ...files })) {
    const file = join(place.folder, root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const options = ['--model', 'dummy', '--in-process', '--display', 'plain'];
  return ['run', name, '--registry-path', root, ...options];
}

function evalOf(args: string, { name = 'x.dev.v0', className = MATCH } = {}): string {
  return `${name}:\n  class: ${className}\n  args: {${args}}\n`;
}

const SAMPLES = 'samples_jsonl: s.jsonl';
const WITH_DATA = evalOf(SAMPLES);

const BROKEN_REGISTRIES: readonly (readonly [files: Files, message: RegExp, name?: string])[] = [
  [{ 'evals/a.yaml': 'x:\n  id: [a, b\n  c: d\n' }, /r0\/evals\/a\.yaml:3:3: Flow sequence/, 'x'],
  [{ 'evals/a.yaml': 'x:\n\tid: y\n' }, /a\.yaml:2:1: Tabs are not allowed/, 'x'],
  [{ 'evals/a.yaml': Buffer.from('x:\n  id: \xff\n', 'latin1') }, /a\.yaml:1: the file is not UTF-8/, 'x'],
  [{ 'evals/a.yaml': `${WITH_DATA}---\n${WITH_DATA}` }, /a\.yaml:4:1: a second document begins/],
  [
    { 'evals/a.yaml': WITH_DATA, 'evals/b.yaml': WITH_DATA },
    /b\.yaml:1: "x\.dev\.v0" stands in .*a\.yaml:1 too/,
  ],
  [{ 'evals/a.yaml': 'x: {id: y}\ny: {id: x}\n' }, /go in a circle: x > y > x/, 'x'],
  [
    { 'evals/a.yaml': `x: {id: x.dev.v1}\n${WITH_DATA}` },
    /no entry of evals is named "x\.dev\.v1": x > x\.dev\.v1\. Did you mean "x\.dev\.v0"/,
    'x',
  ],
  [{ 'evals/a.yaml': `x: x.dev.v0\n${WITH_DATA}` }, /for an alias write "id: x\.dev\.v0" below/, 'x'],
  [{ 'evals/a.yaml': `x.dev.v0: {class: ${MATCH}, args: [1]}\n` }, /a\.yaml:1: .*"args" is a list/],
  [{ 'evals/a.yaml': `x.dev.v0: {class: ${MATCH}, key: k}\n` }, /has the reserved key "key"/],
  [{ 'evals/a.yaml': 'x.dev.v0: {args: {}}\n' }, /"x\.dev\.v0" has no "class"/],
  [{ 'evals/a.yaml': evalOf(SAMPLES, { name: 'x' }) }, /has no split/, 'x'],
  [{ 'evals/a.yaml': WITH_DATA, 'eval_sets/s.yaml': 's: {evals: [none]}\n' }, /no eval matches none/, 's'],
];

const BAD_EVALS: readonly (readonly [yaml: string, message: RegExp])[] = [
  [evalOf('samples_jsnl: s.jsonl'), /has no argument "samples_jsnl"\. Did you mean "samples_jsonl"\?/],
  [evalOf('max_tokens: 5'), /lacks its argument "samples_jsonl"/],
  [evalOf('samples_jsonl: 5'), /its argument "samples_jsonl": expected string, received number/],
  [evalOf(`${SAMPLES}, num_few_shot: 2`), /num_few_shot: 2, which needs few_shot_jsonl/],
  [
    evalOf(`${SAMPLES}, num_few_shot: 2, few_shot_jsonl: none.jsonl`),
    /The eval "x\.dev\.v0": data missing: there is no none\.jsonl\. Looked for: /,
  ],
  [
    evalOf(`${SAMPLES}, modelgraded_spec: fct`, {
      className: 'evals.elsuite.modelgraded.classify:ModelBasedClassify',
    }),
    /a\.yaml:1: .*grades by "fct", which modelgraded has no entry for\. Did you mean "fact"\?/,
  ],
  [
    evalOf(`${SAMPLES}, modelgraded_spec: fact, eval_type: classify`, {
      className: 'evals.elsuite.modelgraded.classify:ModelBasedClassify',
    }),
    /m\.yaml:1: "fact" has the choice "A\.", which contains punctuation/,
  ],
];

const FACT = 'fact: {prompt: a, choice_strings: ["A.", B], input_outputs: {input: completion}}\n';

const BAD_DATA: readonly (readonly [content: string | Uint8Array, message: RegExp])[] = [
  [LFS_POINTER, /s\.jsonl is a Git LFS pointer, without its data \(823 kB, oid sha256:/],
  ['', /The eval "x\.dev\.v0" has no samples/],
  ['\n \n\n', /has no samples/],
  [`${GOOD}\n{"input": "é", oops}\n`, /s\.jsonl:3:16 is not JSON: Expecting property name/],
  [`${GOOD}{"input": "a`, /s\.jsonl:2:11 is not JSON: Unterminated string starting at column 11/],
  [Buffer.from(GOOD, 'utf16le'), /s\.jsonl:1.* is not/],
  [Buffer.from('{"input":"\xe9","ideal":"b"}\n', 'latin1'), /s\.jsonl:1 is not UTF-8/],
  [`{"input":"a","d":${'['.repeat(5000)}${']'.repeat(5000)}}\n`, /nested more than 1000 levels deep/],
];

describe('a registry', () => {
  it('that is at fault is refused in one line with file and line', async () => {
    using place = createWorkplace();
    await each(
      place,
      BROKEN_REGISTRIES.map(([files, message, name], index) => [
        runIn(place, `r${index}`, files, name),
        refuses(message),
      ]),
    );
  });

  it('whose eval is at fault is refused in one line that says what the eval takes', async () => {
    using place = createWorkplace();
    await each(
      place,
      BAD_EVALS.map(([yaml, message], index) => [
        runIn(place, `r${index}`, { 'evals/a.yaml': yaml, 'modelgraded/m.yaml': FACT }),
        refuses(message),
      ]),
    );
  });

  it('whose data is at fault is refused in one line with file, line and column', async () => {
    using place = createWorkplace();
    await each(
      place,
      BAD_DATA.map(([content, message], index) => [
        runIn(place, `r${index}`, { 'evals/a.yaml': WITH_DATA, 'data/s.jsonl': content }),
        refuses(message),
      ]),
    );
  });
});

describe('a sample', () => {
  it('that is at fault costs itself, and not the run', async () => {
    using place = createWorkplace();
    const rows = ['[1]', 'null', '{"ideal":"b"}', '{"input":"a"}', '{"input":5,"ideal":"b"}'];
    const files = { 'evals/a.yaml': WITH_DATA, 'data/s.jsonl': `${GOOD}${rows.join('\n')}\n${GOOD}` };
    const { code, report } = reportOf(await place.run([...runIn(place, 'r', files), '--display', 'json']));
    expect(code).toBe(1);
    expect(report).toMatchObject({ accuracy: 0, evaltui: { n: 2, errored: { total: 5 } } });
  });

  it('may hold what no file of text can: halves of surrogate pairs, NUL, NaN, a byte order mark', async () => {
    using place = createWorkplace();
    const rows = [
      '\uFEFF{"input":"q\\ud800","ideal":"This is a dummy\\u0020response."}',
      '{"input":"\\u0000","ideal":"\\udfff","weight":NaN}',
    ];
    const files = {
      'evals/a.yaml': evalOf('samples_jsonl: s.jsonl.gz'),
      'data/s.jsonl.gz': gzipSync(rows.join('\r')),
    };
    const finished = await place.run([...runIn(place, 'r', files), '--display', 'json']);
    expect(reportOf(finished)).toMatchObject({ code: 0, report: { accuracy: 0.5, evaltui: { n: 2 } } });
  });
});

function reportOf({ code, stdout }: Finished): { readonly code: number | null; readonly report: unknown } {
  const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}') as { readonly report?: unknown };
  return { code, report: last.report };
}
