import { render, useApp } from 'ink';
import { type ReactElement, type ReactNode, useEffect } from 'react';
import type { ScreenIntent, ScreenName } from '../monitor/state/intents.ts';
import type { ScreenSource } from '../monitor/screen-source.ts';
import { App } from './app.tsx';
import { calmSession } from './calm-session.ts';
import { guardOutput } from './guard-output.ts';
import { keepUp } from './keep-up.ts';
import { startScreenSession } from './screen-session.ts';
import { createTheme } from './theme.ts';

export interface ScreenOptions {
  readonly source: ScreenSource;
  /** Told what the user asks of a run: by its id, or null for the one the screen was opened for. Must return at once. */
  readonly act: (intent: ScreenIntent, runId: string | null) => void;
  /** The view to begin with. Default: the dashboard. */
  readonly screen?: ScreenName;
  /** Whether leaving the screen stops the run, so that it asks first. */
  readonly isOwner: boolean;
  /** A terminal. */
  readonly stdout: NodeJS.WriteStream;
  /** A terminal; keys are read from it in raw mode. */
  readonly stdin: NodeJS.ReadStream;
  /** ms UTC */
  readonly now: () => number;
  /** Whose writers are kept off the terminal while the screen stands. */
  readonly guarded: readonly NodeJS.WriteStream[];
  /** Given what they write. */
  readonly onStray: (text: string) => void;
  /** Told that the user pressed Ctrl-Z. */
  readonly onSuspend: () => void;
  /** What stands first in the header. */
  readonly title: string;
  /** `NO_COLOR`, `EVALTUI_ASCII`, `INK_SCREEN_READER` and the locale are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface MountedScreen {
  /** Resolves when the screen is gone and the terminal is as it was; rejects when drawing failed. */
  readonly waitUntilExit: () => Promise<void>;
  /** Gives the terminal back, before it returns. */
  readonly unmount: () => void;
  /** Shows a line above the keys until the next one. */
  readonly note: (line: string) => void;
  /** Hands a text to the terminal's clipboard, where it has one. False: it is too long for that. */
  readonly copy: (text: string) => boolean;
  /** Draws everything anew as soon as nobody asked for it for a moment. */
  readonly repaintSoon: () => void;
  /**
   * Gives the terminal to somebody else until the work is done, then takes it again and draws anew. The line is
   * left on the terminal meanwhile. While it is given away already, nothing is done.
   */
  readonly handOver: (work: () => Promise<void>, line?: string) => Promise<void>;
}

/** A terminal that takes a text for its clipboard takes so much at least, in base64: xterm does, others more. */
const CLIPBOARD_BYTES = 74_994;
const CLEAR_AND_HOME = '\u001B[2J\u001B[H';
/** A burst of new sizes is over when none came for so long, ms. */
const RESIZES_SETTLE_MS = 80;
/** A screen reader is given new data at most this often, ms. */
const READER_DATA_MS = 5_000;

type SuspendTerminal = ReturnType<typeof useApp>['suspendTerminal'];

/**
 * Draws a run on the terminal's alternate screen until the user leaves or `unmount` is called. It only reads:
 * what the user asks for is handed to `act`. For a screen reader it prints lines on the terminal's own screen.
 */
export function mountScreen(options: ScreenOptions): MountedScreen {
  const { env } = options;
  const isForReader = env['INK_SCREEN_READER'] === 'true';
  const guard = guardOutput(options.guarded, options.onStray);
  const output = keepUp(guard.through(options.stdout), () => repaint());
  const { stream: stdout } = output;
  const live = startScreenSession(options);
  const session = isForReader ? calmSession(live, READER_DATA_MS) : live;
  let suspendTerminal: SuspendTerminal | undefined;
  const app = (
    <TerminalOwner onReady={(suspend) => (suspendTerminal = suspend)}>
      <App session={session} theme={createTheme(env)} />
    </TerminalOwner>
  );
  const instance = render(app, {
    stdout,
    stderr: guard.through(process.stderr),
    stdin: options.stdin,
    interactive: true,
    isScreenReaderEnabled: isForReader,
    alternateScreen: !isForReader,
    incrementalRendering: true,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 30,
  });

  let isHandedOver = false;
  let isOver = false;

  /** Whatever moved the cursor or drew over the frame, all is known again after this. */
  const repaint = (): void => {
    if (isHandedOver || isOver) return;
    instance.clear();
    if (!isForReader) stdout.write(CLEAR_AND_HOME);
    instance.rerender(app);
  };

  let settling: NodeJS.Timeout | undefined;
  const repaintSoon = (): void => {
    clearTimeout(settling);
    settling = setTimeout(repaint, RESIZES_SETTLE_MS);
  };
  // A frame for the old size may have reached a terminal that had the new one already.
  options.stdout.on('resize', repaintSoon);

  let { repaints, suspensions } = session.frame().state;
  session.subscribe(() => {
    const { state } = session.frame();
    if (state.hasLeft) return unmount();
    if (state.repaints !== repaints) repaint();
    if (state.suspensions !== suspensions) options.onSuspend();
    ({ repaints, suspensions } = state);
  });

  const release = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(settling);
    options.stdout.off('resize', repaintSoon);
    // Lines stay where they are; what is printed next begins below them.
    if (isForReader) stdout.write('\n');
    session[Symbol.dispose]();
    output[Symbol.dispose]();
    guard.restore();
  };
  const unmount = (): void => {
    output.writeAll();
    instance.unmount();
    release();
  };
  // Ink ends by itself when drawing fails or the process is told to end.
  const exited = instance.waitUntilExit().finally(release);
  return {
    waitUntilExit: async () => void (await exited),
    unmount,
    note: (text) => session.dispatch({ kind: 'note', text }),
    copy: (text) => {
      const encoded = Buffer.from(text).toString('base64');
      if (encoded.length > CLIPBOARD_BYTES || isHandedOver || isOver) return false;
      // OSC 52: it draws nothing and moves nothing.
      stdout.write(`\u001B]52;c;${encoded}\u0007`);
      return true;
    },
    repaintSoon,
    handOver: async (work, line) => {
      if (isHandedOver || isOver || suspendTerminal === undefined) return;
      isHandedOver = true;
      output.writeAll();
      try {
        await suspendTerminal(async () => {
          if (line !== undefined) stdout.write(`${line}\n`);
          await work();
        });
      } finally {
        isHandedOver = false;
        output.writeSome();
        repaint();
      }
    },
  };
}

/** Hands out Ink's own way to give the terminal away, which only a component is given. */
function TerminalOwner(props: {
  readonly onReady: (suspend: SuspendTerminal) => void;
  readonly children: ReactNode;
}): ReactElement {
  const { suspendTerminal } = useApp();
  const { onReady, children } = props;
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  return <>{children}</>;
}
