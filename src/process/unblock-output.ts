/** The stream of a terminal, as Node keeps it: libuv opens the terminal anew and writes to that. */
interface HandledStream {
  readonly _handle?: { readonly fd?: number; setBlocking?(isBlocking: boolean): number } | null;
}

/**
 * Lets what is written to a terminal wait in this process until disposed, as with every other stream. Node writes to
 * terminals synchronously: one that takes nothing in (a stalled connection, a stopped tmux) would stop all that this
 * process does. What waits counts in `writableLength`, and `drain` tells when it is gone.
 *
 * Nothing is done to a stream that shares its descriptor with other processes: they would be changed too.
 */
export function unblockOutput(stream: NodeJS.WriteStream): Disposable {
  const handle = (stream as HandledStream)._handle;
  const isOwn = stream.isTTY && (handle?.fd ?? 0) > 2;
  if (isOwn) handle?.setBlocking?.(false);
  return {
    [Symbol.dispose]: () => {
      // What waits still is left to the event loop; to block behind it would be the old trouble.
      if (isOwn && stream.writableLength === 0) handle?.setBlocking?.(true);
    },
  };
}
