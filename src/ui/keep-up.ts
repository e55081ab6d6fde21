/** What of an output stream tells whether its terminal keeps up. */
type Output = Pick<NodeJS.WriteStream, 'write' | 'on' | 'off' | 'writableLength'>;

interface KeptUpOutput<Stream> extends Disposable {
  /** The same stream; frames are left out while its terminal lags far behind. */
  readonly stream: Stream;
  /** From now on everything is written: the terminal is given back, and must be told so. */
  readonly writeAll: () => void;
  /** Frames may be left out again. */
  readonly writeSome: () => void;
}

/** So much may wait for the terminal, bytes: some frames. */
const WAITING_AT_MOST = 64 * 1024;

/**
 * Keeps the backlog of a terminal that takes nothing in, or little, small: what is drawn meanwhile is old by the time it
 * could be seen. `onCaughtUp` is called when the terminal has taken all that waited and something was left out.
 */
export function keepUp<Stream extends Output>(stream: Stream, onCaughtUp: () => void): KeptUpOutput<Stream> {
  let isWritingAll = false;
  let isBehind = false;
  const onDrain = (): void => {
    if (!isBehind) return;
    isBehind = false;
    onCaughtUp();
  };
  stream.on('drain', onDrain);

  const write = (...args: Parameters<Output['write']>): boolean => {
    const isFull = stream.writableLength >= WAITING_AT_MOST;
    if (isWritingAll || !isFull) return stream.write(...args);
    isBehind = true;
    const done = args.findLast((arg) => typeof arg === 'function');
    if (done !== undefined) queueMicrotask(() => done());
    return true;
  };
  return {
    stream: new Proxy(stream, {
      get(target, property) {
        if (property === 'write') return write;
        const value: unknown = Reflect.get(target, property, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
    writeAll: () => (isWritingAll = true),
    writeSome: () => (isWritingAll = false),
    [Symbol.dispose]: () => void stream.off('drain', onDrain),
  };
}
