import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { keepUp } from '../../src/ui/keep-up.ts';

/** A terminal that takes in what is written to it only when it is told to. */
class Stalled extends Writable {
  taken = '';
  #goOn: (() => void) | undefined;
  #isStalled = true;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const take = (): void => {
      this.taken += chunk.toString();
      done();
    };
    if (this.#isStalled) this.#goOn = take;
    else take();
  }

  goOn(): void {
    this.#isStalled = false;
    this.#goOn?.();
  }
}

const FRAME = 'f'.repeat(10_000);

test('a terminal that takes nothing in makes frames wait up to a bound, and is drawn anew when it goes on', async () => {
  const terminal = new Stalled();
  const caughtUp = Promise.withResolvers<void>();
  using output = keepUp(terminal as unknown as NodeJS.WriteStream, caughtUp.resolve);
  for (let frame = 0; frame < 1_000; frame += 1) output.stream.write(FRAME);
  expect(terminal.writableLength).toBeLessThan(100_000);
  terminal.goOn();
  await caughtUp.promise;
  output.stream.write('drawn anew');
  expect(terminal.taken).toMatch(/^f+drawn anew$/);
});

test('what gives the terminal back is written however far it is behind', () => {
  const terminal = new Stalled();
  using output = keepUp(terminal as unknown as NodeJS.WriteStream, () => {});
  for (let frame = 0; frame < 10; frame += 1) output.stream.write(FRAME);
  output.writeAll();
  output.stream.write('given back');
  terminal.goOn();
  expect(terminal.taken).toMatch(/given back$/);
});

test('whoever waits for a frame that is left out is told, and nothing is drawn anew when nothing was left out', async () => {
  const terminal = new Stalled();
  let repaints = 0;
  using output = keepUp(terminal as unknown as NodeJS.WriteStream, () => (repaints += 1));
  output.stream.write(FRAME.repeat(4));
  terminal.goOn();
  await new Promise<void>((resolve) => terminal.write('', () => resolve()));
  expect(repaints).toBe(0);
  const other = new Stalled();
  using behind = keepUp(other as unknown as NodeJS.WriteStream, () => {});
  behind.stream.write(FRAME.repeat(7));
  await new Promise<void>((resolve) => behind.stream.write(FRAME, () => resolve()));
  expect(other.writableLength).toBe(70_000);
});
