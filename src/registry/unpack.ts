import { createReadStream, createWriteStream, openSync, writeFileSync } from 'node:fs';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { unpackLz4 } from './lz4.ts';

/**
 * Opens a data file for reading and returns its descriptor; of one that is compressed (`.gz`, `.zst`, `.lz4`), of
 * what it holds: a temporary file without a name, which goes when it is closed. What reading throws is passed on.
 */
export async function openUnpacked(path: string): Promise<number> {
  const unpack = UNPACKERS[extname(path)];
  if (unpack === undefined) return openSync(path, 'r');
  const folder = await mkdtemp(join(tmpdir(), 'evaltui-data-'));
  try {
    const target = join(folder, 'rows');
    await unpack(path, target);
    return openSync(target, 'r');
  } finally {
    // The open file outlives its name, and goes with the process at the latest.
    await rm(folder, { recursive: true, force: true });
  }
}

type Unpack = (path: string, target: string) => Promise<void>;

const UNPACKERS: Readonly<Record<string, Unpack>> = {
  '.gz': (path, target) =>
    pipeline(createReadStream(path), createGunzip(), createWriteStream(target, { mode: 0o600 })),
  '.zst': unpackZstd,
  '.lz4': (path, target) =>
    pipeline(unpackLz4(createReadStream(path)), createWriteStream(target, { mode: 0o600 })),
};

/**
 * Node's decompressor passes over the rest of a write in which a frame ends, where the next frame may begin: it
 * is told by how much it took, and the rest is given to another decompressor.
 * @see https://github.com/nodejs/node/issues/64741
 */
async function unpackZstd(path: string, target: string): Promise<void> {
  await using out = await open(target, 'w', 0o600);
  let frame = new ZstdFrame(out);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let rest = chunk.subarray(await frame.take(chunk));
    while (rest.length > 0) {
      await frame.end();
      frame = new ZstdFrame(out);
      rest = rest.subarray(await frame.take(rest));
    }
  }
  await frame.end();
}

class ZstdFrame {
  readonly #decompress = createZstdDecompress();
  /** Resolves behind the frame, or behind the input; rejects when it is broken. */
  readonly #ended: Promise<void>;

  constructor(out: FileHandle) {
    this.#decompress.on('data', (bytes: Buffer) => writeFileSync(out.fd, bytes));
    this.#ended = new Promise((resolve, reject) =>
      this.#decompress.once('end', resolve).once('error', reject),
    );
    this.#ended.catch(() => {
      // Whoever waits for it is told.
    });
  }

  /** Unpacks some bytes. Returns how many were taken: fewer than given when the frame ends in them. */
  async take(bytes: Buffer): Promise<number> {
    const before = this.#decompress.bytesWritten;
    // A write in which the frame ends is never called back.
    const written = new Promise<void>((resolve) => this.#decompress.write(bytes, () => resolve()));
    await Promise.race([this.#ended, written]);
    return this.#decompress.bytesWritten - before;
  }

  async end(): Promise<void> {
    this.#decompress.end();
    await this.#ended;
  }
}
