import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { until, type Workplace } from './run-evaltui.ts';

/** A program in a terminal of its own, as a user would see it. */
export interface PtyProgram extends Disposable {
  readonly pid: number;
  /** The rows of the screen, blanks at their ends left out. */
  text(): string;
  /** All that is on the terminal's own screen, what scrolled off included; not the alternate screen. */
  history(): string;
  isAlternate(): boolean;
  isCursorHidden(): boolean;
  /** All that was written to the terminal so far. */
  raw(): string;
  /** Called after every read with what was read, when the screen shows it. */
  onRead(listener: (chunk: string) => void): void;
  press(keys: string): void;
  resize(columns: number, rows: number): void;
  signal(signal: NodeJS.Signals): void;
  /** Takes in nothing more of what is written to the terminal, as over a connection that stalls; or goes on. */
  stall(): void;
  goOn(): void;
  /** Closes the terminal, as a window is closed. */
  hangUp(): void;
  /** Waits for a text on the screen; fails with the whole screen when it does not come. */
  shows(text: string | RegExp, withinMs?: number): Promise<void>;
  /** Waits until a text is no longer on the screen. */
  hides(text: string): Promise<void>;
  readonly exited: Promise<{ readonly code: number; readonly signal: number }>;
}

export interface PtyOptions {
  readonly folder: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Default 120. */
  readonly columns?: number;
  /** Default 36. */
  readonly rows?: number;
}

export function openPty(file: string, args: readonly string[], options: PtyOptions): PtyProgram {
  const { columns = 120, rows = 36, folder, env = {} } = options;
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, EVALTUI_DB: _db, CI: _ci, ...clean } = process.env;
  const child = pty.spawn(file, [...args], {
    name: env['TERM'] ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd: folder,
    env: { ...clean, LANG: 'C.UTF-8', LC_ALL: '', ...env },
  });
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1_000 });
  const listeners: ((chunk: string) => void)[] = [];
  let raw = '';
  let isOver = false;
  child.onData((chunk) => {
    raw += chunk;
    terminal.write(chunk, () => {
      for (const listener of listeners) listener(chunk);
    });
  });
  const exited = new Promise<{ code: number; signal: number }>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      isOver = true;
      // What was written last is drawn first.
      terminal.write('', () => resolve({ code: exitCode, signal: signal ?? 0 }));
    });
  });
  const linesOf = (buffer: typeof terminal.buffer.active, from: number, count: number): string =>
    Array.from(
      { length: count },
      (_, index) => buffer.getLine(from + index)?.translateToString(true) ?? '',
    ).join('\n');
  const text = (): string => linesOf(terminal.buffer.active, terminal.buffer.active.viewportY, terminal.rows);
  const waitFor = async (what: string, holds: () => boolean, withinMs?: number): Promise<void> => {
    try {
      await until(what, holds, withinMs);
    } catch (error) {
      throw new Error(`${String(error)}; the screen shows:\n${text()}`, { cause: error });
    }
  };
  return {
    pid: child.pid,
    text,
    history: () => linesOf(terminal.buffer.normal, 0, terminal.buffer.normal.length).trimEnd(),
    isAlternate: () => terminal.buffer.active.type === 'alternate',
    isCursorHidden: () => raw.lastIndexOf('\u001B[?25l') > raw.lastIndexOf('\u001B[?25h'),
    raw: () => raw,
    onRead: (listener) => listeners.push(listener),
    press: (keys) => child.write(keys),
    resize: (newColumns, newRows) => {
      terminal.resize(newColumns, newRows);
      child.resize(newColumns, newRows);
    },
    signal: (signal) => process.kill(child.pid, signal),
    stall: () => child.pause(),
    goOn: () => child.resume(),
    hangUp: () => (child as unknown as { destroy(): void }).destroy(),
    shows: (wanted, withinMs) =>
      waitFor(
        `${String(wanted)} on the screen`,
        () => (typeof wanted === 'string' ? text().includes(wanted) : wanted.test(text())),
        withinMs,
      ),
    hides: (unwanted) => waitFor(`${unwanted} off the screen`, () => !text().includes(unwanted)),
    exited,
    [Symbol.dispose]: () => {
      if (!isOver) child.kill('SIGKILL');
      terminal.dispose();
    },
  };
}

/** `evaltui` in a terminal. */
export function openEvaltui(
  place: Workplace,
  args: readonly string[],
  options: Omit<PtyOptions, 'folder'> = {},
): PtyProgram {
  return openPty(process.execPath, [place.bin, ...args], { folder: place.folder, ...options });
}
