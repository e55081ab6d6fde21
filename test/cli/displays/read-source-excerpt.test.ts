import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSourceExcerpt } from '../../../src/cli/displays/read-source-excerpt.ts';

const folder = mkdtempSync(join(tmpdir(), 'evaltui-source-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

test('reads three lines before and three after, fewer at the ends of the file', async () => {
  const file = written('ten.ts', Array.from({ length: 10 }, (_, index) => `line ${index + 1}`).join('\n'));
  expect(await readSourceExcerpt({ file, line: 5 })).toEqual({
    firstLine: 2,
    lines: ['line 2', 'line 3', 'line 4', 'line 5', 'line 6', 'line 7', 'line 8'],
  });
  expect(await readSourceExcerpt({ file, line: 1 })).toMatchObject({ firstLine: 1, lines: { length: 4 } });
  expect(await readSourceExcerpt({ file, line: 10 })).toMatchObject({ firstLine: 7, lines: { length: 4 } });
});

test('strips what could draw over the screen, and makes blanks of tabs', async () => {
  const file = written('bad.ts', '\tconst a = "\u001B[2J\u202Ex";\r\nnext');
  expect((await readSourceExcerpt({ file, line: 1 }))?.lines).toEqual(['  const a = "x";', 'next']);
});

test('shows nothing of what is no file, is not there, is a bundle, or has no such line', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const bundle = written('bundle.js', 'x'.repeat(3 * 1024 * 1024));
  const short = written('short.ts', 'one');
  for (const [file, line] of [
    [pipe, 1],
    [folder, 1],
    [join(folder, 'missing.ts'), 1],
    [bundle, 1],
    [short, 2],
    [short, 0],
  ] as const) {
    expect(await readSourceExcerpt({ file, line })).toBeNull();
  }
});
