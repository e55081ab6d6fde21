import { EventEmitter } from 'node:events';
import xterm from '@xterm/headless';
import { mountScreen, type MountedScreen, type ScreenOptions } from '../../src/ui/mount-screen.tsx';
import type { ScreenIntent } from '../../src/monitor/state/intents.ts';
import type { RunSnapshot } from '../../src/store/task-store.ts';
import { NOW } from '../monitor/make-snapshot.ts';
import { answerView, KNOWN, type KnownViews } from '../monitor/make-view-data.ts';

/** A terminal in this process: what is written to `stdout` can be read as the text a user would see. */
export interface TestTerminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  /** The rows of the screen, blanks at their ends left out. */
  readonly text: () => string;
  /** Bytes that were written to it so far. */
  readonly written: () => number;
  readonly press: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly isAlternate: () => boolean;
  /** Whether any cell has a colour of its own. */
  readonly hasColor: () => boolean;
  /** Draws over the screen as a program without manners would. */
  readonly scribble: (text: string) => void;
}

function openTerminal(columns: number, rows: number): TestTerminal {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  let written = 0;
  const stdout = Object.assign(new EventEmitter(), {
    isTTY: true,
    columns,
    rows,
    write(chunk: string, ...rest: readonly unknown[]): boolean {
      const done = rest.find((argument): argument is () => void => typeof argument === 'function');
      written += Buffer.byteLength(chunk);
      terminal.write(chunk, done);
      return true;
    },
  });
  let typed: string | null = null;
  const nothing = (): void => undefined;
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    setRawMode: nothing,
    setEncoding: nothing,
    ref: nothing,
    unref: nothing,
    resume: nothing,
    pause: nothing,
    read(): string | null {
      const keys = typed;
      typed = null;
      return keys;
    },
  });
  const lines = (): readonly number[] => Array.from({ length: terminal.rows }, (_, index) => index);
  const line = (index: number): ReturnType<typeof terminal.buffer.active.getLine> =>
    terminal.buffer.active.getLine(index);
  return {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    text: () =>
      lines()
        .map((index) => line(index)?.translateToString(true) ?? '')
        .join('\n'),
    written: () => written,
    press: (keys) => {
      typed = keys;
      stdin.emit('readable');
    },
    resize: (newColumns, newRows) => {
      stdout.columns = newColumns;
      stdout.rows = newRows;
      terminal.resize(newColumns, newRows);
      stdout.emit('resize');
    },
    isAlternate: () => terminal.buffer.active.type === 'alternate',
    hasColor: () =>
      lines().some((index) =>
        Array.from({ length: terminal.cols }, (_, cell) => line(index)?.getCell(cell)).some(
          (cell) => cell !== undefined && !(cell.isFgDefault() && cell.isBgDefault()),
        ),
      ),
    scribble: (text) => terminal.write(text),
  };
}

/** A screen on a terminal in this process, of a run that the test changes at will. */
export interface TestScreen extends Disposable {
  readonly terminal: TestTerminal;
  readonly screen: MountedScreen;
  /** What the screen asked for, in order. */
  readonly asked: readonly ScreenIntent[];
  /** What others wrote to this process's output meanwhile. */
  readonly stray: readonly string[];
  readonly show: (snapshot: RunSnapshot) => void;
  /** As when the process that supervises the run is killed. */
  readonly loseSupervisor: () => void;
  readonly know: (views: Partial<KnownViews>) => void;
}

export function openScreen(
  snapshot: RunSnapshot,
  options: Partial<ScreenOptions> & {
    readonly columns?: number;
    readonly rows?: number;
    /** What is known beside the snapshot. */
    readonly views?: KnownViews;
  } = {},
): TestScreen {
  const { columns = 80, rows = 24, views = KNOWN, ...screenOptions } = options;
  const terminal = openTerminal(columns, rows);
  const asked: ScreenIntent[] = [];
  const stray: string[] = [];
  let current = snapshot;
  let known = views;
  let version = 0;
  let isSupervised = true;
  const screen = mountScreen({
    source: {
      read: async () => current,
      version: () => version,
      isSupervised: () => isSupervised,
      readView: async (query) => answerView(known, query),
    },
    act: (intent) => asked.push(intent),
    isOwner: true,
    stdout: terminal.stdout,
    stdin: terminal.stdin,
    now: () => NOW,
    guarded: [process.stdout, process.stderr],
    onStray: (text) => stray.push(text),
    onSuspend: () => undefined,
    title: 'evaltui',
    env: {},
    ...screenOptions,
  });
  return {
    terminal,
    screen,
    asked,
    stray,
    show: (next) => {
      current = next;
      version += 1;
    },
    know: (changes) => {
      known = { ...known, ...changes };
      version += 1;
    },
    loseSupervisor: () => {
      isSupervised = false;
    },
    [Symbol.dispose]: () => screen.unmount(),
  };
}
