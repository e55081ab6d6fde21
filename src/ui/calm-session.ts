import type { ScreenFrame, ScreenSession } from './screen-session.ts';

/** What a view reads for what the user asked for comes within this time, ms. */
const ANSWERS_WITHIN_MS = 1_000;

/**
 * The same session with new data at most each `everyMs`; what the user does, and what is read for it, shows at
 * once. For a screen reader, which reads out every change.
 */
export function calmSession(session: ScreenSession, everyMs: number): ScreenSession {
  const listeners = new Set<() => void>();
  let shown: ScreenFrame = session.frame();
  let shownAt = timeOf(shown);
  let isActing = false;
  let actedAt = Number.NEGATIVE_INFINITY;

  function act(work: () => void): void {
    isActing = true;
    try {
      work();
    } finally {
      isActing = false;
      actedAt = timeOf(session.frame());
    }
  }

  function isDue(next: ScreenFrame): boolean {
    if (next.failure !== null) return true;
    const isFirst = shown.context === null && next.context !== null;
    const isEnd = next.run.runState !== shown.run.runState;
    const isAnswer = next.context?.data !== shown.context?.data && timeOf(next) - actedAt < ANSWERS_WITHIN_MS;
    return isActing || isFirst || isEnd || isAnswer || timeOf(next) - shownAt >= everyMs;
  }

  const unsubscribe = session.subscribe(() => {
    const next = session.frame();
    if (!isDue(next)) return;
    shown = next;
    shownAt = timeOf(next);
    for (const listener of listeners) listener();
  });

  return {
    frame: () => shown,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    press: (key) => act(() => session.press(key)),
    dispatch: (intent) => act(() => session.dispatch(intent)),
    [Symbol.dispose]: () => {
      unsubscribe();
      session[Symbol.dispose]();
    },
  };
}

/** Before the run is read there is nothing to be calm about. */
function timeOf(frame: ScreenFrame): number {
  return frame.context?.now ?? 0;
}
