import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openRows } from '../../src/registry/open-rows.ts';
import { LFS_POINTER, makeFolder } from './make-registry.ts';

async function valuesOf(path: string, roots: readonly string[], folder = '/nowhere'): Promise<unknown[]> {
  await using rows = await openRows(path, { folder, roots });
  return Array.from({ length: rows.count }, (_, index) => rows.row(index).value);
}

async function failureOf(path: string, root: string): Promise<{ code: string; message: string }> {
  try {
    await valuesOf(path, [root]);
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('nothing was thrown');
}

const ROWS = '{"a":1}\n\n  \n{"a":2}\r\n{"a":"\u2028"}';
const VALUES = [{ a: 1 }, { a: 2 }, { a: '\u2028' }];

describe('the rows of data', () => {
  it('are read in any order, with their lines, past blank lines and a byte order mark', async () => {
    const root = makeFolder({ 'data/x/rows.jsonl': `\uFEFF${ROWS}` });
    await using rows = await openRows('x/rows.jsonl', { folder: '/nowhere', roots: [root] });
    expect(rows.count).toBe(3);
    const file = join(root, 'data/x/rows.jsonl');
    expect([2, 0, 1, 0].map((index) => rows.row(index))).toEqual([
      { value: { a: '\u2028' }, place: `${file}:5` },
      { value: { a: 1 }, place: `${file}:1` },
      { value: { a: 2 }, place: `${file}:4` },
      { value: { a: 1 }, place: `${file}:1` },
    ]);
    expect(() => rows.row(3)).toThrow(RangeError);
  });

  it('are told apart by carriage returns alone, too', async () => {
    const root = makeFolder({ 'data/rows.jsonl': '{"a":1}\r{"a":2}\r\r{"a":3}\r' });
    await using rows = await openRows('rows.jsonl', { folder: '/nowhere', roots: [root] });
    expect([0, 1, 2].map((index) => rows.row(index).value)).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
    expect(rows.row(2).place).toMatch(/:4$/);
  });

  it('of a folder are those of every *.jsonl in it and below, sorted', async () => {
    const root = makeFolder({
      'data/x/b.jsonl': '2',
      'data/x/a/z.jsonl': '1',
      'data/x/c.jsonl': '3\n4\n',
      'data/x/notes.txt': 'no',
    });
    expect(await valuesOf('x', [root])).toEqual([1, 2, 3, 4]);
  });

  it('are those of a file in the current folder first, then of its own registry, then of others', async () => {
    const here = makeFolder({ 'rows.jsonl': '"here"', 'x/rows.jsonl': '"here"' });
    const [own, other] = [
      makeFolder({ 'data/rows.jsonl': '"own"' }),
      makeFolder({ 'data/far.jsonl': '"other"' }),
    ];
    expect(await valuesOf('rows.jsonl', [own, other], here)).toEqual(['here']);
    expect(await valuesOf('rows.jsonl', [own, other])).toEqual(['own']);
    expect(await valuesOf('far.jsonl', [own, other])).toEqual(['other']);
    // A folder of that name in the current folder is not meant.
    mkdirSync(join(own, 'data/x'));
    writeFileSync(join(own, 'data/x/rows.jsonl'), '"own folder"');
    expect(await valuesOf('x', [own], here)).toEqual(['own folder']);
  });

  it('are unpacked from gzip and zstd, of one part or several, and nothing is left behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('evaltui-data-'));
    const more = Buffer.from('\n"more"\n');
    const root = makeFolder({
      'data/one.jsonl.gz': gzipSync(ROWS),
      'data/two.jsonl.gz': Buffer.concat([gzipSync(ROWS), gzipSync(more)]),
      'data/one.jsonl.zst': zstdCompressSync(ROWS),
      'data/two.jsonl.zst': Buffer.concat([zstdCompressSync(ROWS), zstdCompressSync(more)]),
    });
    expect(await valuesOf('one.jsonl.gz', [root])).toEqual(VALUES);
    expect(await valuesOf('two.jsonl.gz', [root])).toEqual([...VALUES, 'more']);
    expect(await valuesOf('one.jsonl.zst', [root])).toEqual(VALUES);
    expect(await valuesOf('two.jsonl.zst', [root])).toEqual([...VALUES, 'more']);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('evaltui-data-'))).toEqual(before);
  });

  it('come whole from many zstd frames that end anywhere in what is read at once', async () => {
    const texts = Array.from({ length: 40 }, (_, n) => `"${String(n).repeat(1 + ((n * 9973) % 70_000))}"\n`);
    const root = makeFolder({ 'data/many.zst': Buffer.concat(texts.map((text) => zstdCompressSync(text))) });
    expect(await valuesOf('many.zst', [root])).toEqual(texts.map((text) => JSON.parse(text) as string));
  });

  it.each(['gz', 'zst'])('of a broken .%s file are refused with its name', async (suffix) => {
    const packed = suffix === 'gz' ? gzipSync(ROWS) : zstdCompressSync(ROWS);
    const root = makeFolder({
      [`data/cut.${suffix}`]: packed.subarray(0, -9),
      [`data/other.${suffix}`]: 'no archive at all',
    });
    for (const name of [`cut.${suffix}`, `other.${suffix}`]) {
      const { code, message } = await failureOf(name, root);
      expect(code).toBe('eval-tasks-failed');
      expect(message).toContain(`Cannot read ${join(root, 'data', name)}: `);
    }
  });

  it.each([
    ['{"a":1}\n{"a" 1}\n', ":2:6 is not JSON: Expecting ':' delimiter."],
    ['{"a": 1,\n', ':1:1 is not JSON: Expecting property name enclosed in double quotes.'],
    ['{"a": 1', ":1:8 is not JSON: Expecting ',' delimiter."],
    ['{"é😀": tru}\n', ':1:8 is not JSON: Expecting value.'],
    ['{"a": "b\n', ':1:9 is not JSON: Invalid control character at column 9.'],
    ['{} {}\n', ':1:4 is not JSON: Extra data.'],
    ["{'a': 1}\n", ':1:2 is not JSON: Expecting property name enclosed in double quotes.'],
  ])('are refused where Python refuses them: %j', async (text, message) => {
    const root = makeFolder({ 'data/bad.jsonl': text });
    expect(await failureOf('bad.jsonl', root)).toMatchObject({
      code: 'eval-tasks-failed',
      message: `${join(root, 'data/bad.jsonl')}${message}`,
    });
  });

  it('may hold what Python takes: NaN and infinities, as texts here, and halves of surrogate pairs', async () => {
    const root = makeFolder({ 'data/x.jsonl': '{"a": NaN, "__proto__": [-Infinity]}\n"\\ud800"\n' });
    const [row, half] = await valuesOf('x.jsonl', [root]);
    expect(row).toHaveProperty('a', 'nan');
    expect(Object.entries(row as object)[1]).toEqual(['__proto__', ['-inf']]);
    expect(half).toBe('\ud800');
  });

  it('are refused for a Git LFS pointer with size, id and how to get them', async () => {
    const root = makeFolder({ 'data/x/l.jsonl': LFS_POINTER, '.git/HEAD': '' });
    expect(await failureOf('x/l.jsonl', root)).toMatchObject({
      code: 'data-missing',
      message: `data missing: ${root}/data/x/l.jsonl is a Git LFS pointer, without its data (823 kB, oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393). Get it with: git -C ${root} lfs pull --include "data/x/l.jsonl"`,
    });
    expect((await failureOf('x', root)).message).toContain('x/l.jsonl is a Git LFS pointer');
  });

  it('are refused for what is not there, naming every place, and for what would have to be fetched', async () => {
    const root = makeFolder({ 'data/empty/notes.txt': '' });
    expect((await failureOf('no.jsonl', root)).message).toBe(
      `data missing: there is no no.jsonl. Looked for: /nowhere/no.jsonl, ${root}/data/no.jsonl.`,
    );
    expect((await failureOf('empty', root)).message).toContain('has no *.jsonl file');
    expect((await failureOf('hf://mmlu?split=test', root)).message).toContain('is not fetched');
  });

  it('take little memory, whatever their size', async () => {
    const row = `${JSON.stringify({ input: 'x'.repeat(1000), ideal: 'y' })}\n`;
    const root = makeFolder({ 'data/big.jsonl': row.repeat(150_000) });
    // A process of its own, so that nothing but the rows is measured.
    const script = `
      const { openRows } = await import(${JSON.stringify(new URL('../../src/registry/open-rows.ts', import.meta.url).href)});
      await using rows = await openRows('big.jsonl', { folder: '/nowhere', roots: [${JSON.stringify(root)}] });
      for (let index = 0; index < rows.count; index += 100) rows.row(index);
      console.log(JSON.stringify([rows.count, process.resourceUsage().maxRSS]));`;
    const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const [count, maxRssKiB] = JSON.parse(text) as [number, number];
    expect(count).toBe(150_000);
    // The file has 155 MB: more than the whole process may take beside Node's own 60.
    expect(maxRssKiB).toBeLessThan(200 * 1024);
  });
});
