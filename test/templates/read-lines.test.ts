import { describe, expect, it } from 'vitest';
import { readLines, type Line } from '../../src/templates/read-lines.ts';

async function linesOf(chunks: readonly Buffer[]): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for await (const some of readLines(streamOf(chunks), 'rows.jsonl')) lines.push(...some);
  return lines;
}

async function* streamOf(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
}

describe('the lines of a file', () => {
  it('end at a carriage return as well, alone or before a line feed', async () => {
    const bytes = Buffer.from('one\rtwo\r\n\rfour\r');
    const whole = await linesOf([bytes]);
    expect(whole).toEqual([
      { text: 'one', end: '\r', number: 1, start: 0 },
      { text: 'two\r', end: '\n', number: 2, start: 4 },
      { text: '', end: '\r', number: 3, start: 9 },
      { text: 'four', end: '\r', number: 4, start: 10 },
    ]);
    expect(await linesOf([...bytes].map((byte) => Buffer.of(byte)))).toEqual(whole);
  });

  it('do not end at the line separators of Unicode', async () => {
    const text = '"a\u2028b"\n"c\u0085d"\r\n"e\u2029f"';
    expect((await linesOf([Buffer.from(text)])).map((line) => line.text)).toEqual([
      '"a\u2028b"',
      '"c\u0085d"\r',
      '"e\u2029f"',
    ]);
  });

  it('are the same however the bytes come, with their numbers and places', async () => {
    const bytes = Buffer.from('\uFEFFé\n\n😀 漢字\nlast');
    const whole = await linesOf([bytes]);
    expect(whole).toEqual([
      { text: 'é', end: '\n', number: 1, start: 0 },
      { text: '', end: '\n', number: 2, start: 6 },
      { text: '😀 漢字', end: '\n', number: 3, start: 7 },
      { text: 'last', end: '', number: 4, start: 19 },
    ]);
    expect(await linesOf([...bytes].map((byte) => Buffer.of(byte)))).toEqual(whole);
  });

  it('keep a replacement character that is in the file, and name the line that is not UTF-8', async () => {
    expect((await linesOf([Buffer.from('a\uFFFDb\n')]))[0]?.text).toBe('a\uFFFDb');
    await expect(linesOf([Buffer.from('good\n'), Buffer.of(0x61, 0xff, 0x0a)])).rejects.toMatchObject({
      code: 'eval-tasks-failed',
      message: 'rows.jsonl:2 is not UTF-8.',
    });
  });

  it('are refused when one is longer than 64 MiB, without reading all of it', async () => {
    let chunks = 0;
    function* endless(): Generator<Buffer> {
      const chunk = Buffer.alloc(1 << 20, 'x');
      for (;;) {
        chunks += 1;
        yield chunk;
      }
    }
    const reading = readLines(streamOf(endless()), 'rows.jsonl').next();
    await expect(reading).rejects.toThrow('rows.jsonl:1 has more than 64 MiB');
    expect(chunks).toBe(65);
  });
});
