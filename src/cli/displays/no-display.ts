import type { Display } from './display.ts';

/** `--display none`: errors on stderr and the exit code are all there is. */
export function openNoDisplay(): Display {
  const left = Promise.withResolvers<void>();
  return {
    stopping: () => {},
    finish: async () => left.resolve(),
    abandon: async () => left.resolve(),
    left: left.promise,
  };
}
