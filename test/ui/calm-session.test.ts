import { expect, test } from 'vitest';
import { INITIAL_SCREEN_STATE, selectRunFacts } from '../../src/monitor/state/screen-state.ts';
import { calmSession } from '../../src/ui/calm-session.ts';
import type { ScreenFrame, ScreenSession } from '../../src/ui/screen-session.ts';
import type { ViewContext } from '../../src/monitor/parts/view-context.ts';
import { makeContext } from '../monitor/make-context.ts';
import { makeRun, makeSnapshot } from '../monitor/make-snapshot.ts';

function at(now: number): ViewContext {
  return makeContext(makeSnapshot(), { now });
}

/** A session whose frames the test makes. */
function scripted(): {
  readonly session: ScreenSession;
  readonly publish: (next: Partial<ScreenFrame>) => void;
} {
  const listeners = new Set<() => void>();
  const snapshot = makeSnapshot();
  let frame: ScreenFrame = {
    state: INITIAL_SCREEN_STATE,
    run: selectRunFacts(snapshot, true),
    context: at(0),
    readError: null,
    failure: null,
  };
  const publish = (next: Partial<ScreenFrame>): void => {
    frame = { ...frame, ...next };
    for (const listener of listeners) listener();
  };
  return {
    publish,
    session: {
      frame: () => frame,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      press: () => publish({ context: at(200) }),
      dispatch: () => undefined,
      [Symbol.dispose]: () => listeners.clear(),
    },
  };
}

function times(session: ScreenSession): number[] {
  const shown: number[] = [];
  session.subscribe(() => shown.push(session.frame().context?.now ?? -1));
  return shown;
}

test('passes new data on at most once in the given time', () => {
  const { session, publish } = scripted();
  const shown = times(calmSession(session, 5_000));
  for (let now = 100; now <= 12_000; now += 100) publish({ context: at(now) });
  expect(shown).toEqual([5_000, 10_000]);
});

test('shows at once what the user does, what is read for it, and that the run ended', () => {
  const { session, publish } = scripted();
  const calm = calmSession(session, 5_000);
  const shown = times(calm);
  publish({ context: at(100) });
  calm.press('2');
  publish({ context: { ...at(300), data: { strays: { query: { part: 'strays' }, value: [] } } } });
  publish({ context: { ...at(2_000), data: {} } });
  const snapshot = makeSnapshot({ run: makeRun({ state: 'finished' }) });
  publish({ context: at(2_100), run: selectRunFacts(snapshot, true) });
  publish({ context: at(2_200) });
  expect(shown).toEqual([200, 300, 2_100]);
});
